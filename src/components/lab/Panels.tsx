/** What stands behind the buttons at a lab's foot: past runs, the link, the numbers, the files. */
import type { ComponentChildren, RefObject } from 'preact';
import { useState } from 'preact/hooks';
import { csvOf, pngOf, save, settingsInWords, svgOf } from '../../lab/export';
import { count, value } from '../../lab/format';
import { latest } from '../../lab/run';
import { differences } from '../../lab/settings';
import type { LabStore } from '../../lab/store';
import type { LabDescription, RunData } from '../../lab/types';
import { addressOf } from './hooks';

type Open = 'runs' | 'share' | 'table' | 'files' | undefined;

interface Props {
  store: LabStore;
  ready: boolean;
  root: RefObject<HTMLElement>;
  shown: LabDescription['views'];
}

export function Panels({ store, ready, root, shown }: Props) {
  const [open, setOpen] = useState<Open>();
  const toggle = (panel: Open) => setOpen(open === panel ? undefined : panel);
  const runs = store.past.value.length;
  const button = (panel: Open, words: string) => (
    <button
      type="button"
      class="lab-quiet"
      aria-expanded={open === panel}
      disabled={!ready || (panel === 'runs' && runs === 0)}
      onClick={() => toggle(panel)}
    >
      {words}
    </button>
  );
  return (
    <>
      <div class="lab-more">
        {button('runs', `Past runs (${runs})`)}
        {button('share', 'Share')}
        {button('table', 'Table')}
        {button('files', 'Save')}
      </div>
      {open === 'runs' && runs > 0 && <Runs store={store} />}
      {open === 'share' && <Share store={store} />}
      {open === 'table' && <Tables run={store.shown.value} shown={shown} />}
      {open === 'files' && <Files store={store} root={root} />}
    </>
  );
}

const Panel = ({ children }: { children: ComponentChildren }) => (
  <div class="lab-panel">{children}</div>
);

function Runs({ store }: { store: LabStore }) {
  const now = store.run.value;
  return (
    <Panel>
      <ol class="lab-runs">
        {store.past.value.map((run, i) => (
          // The list only grows at its end and is cleared as a whole.
          <li key={`${i}-${run.step}`}>
            {`${count(run.step)} steps, loss ${value(latest(run, 'loss'))}: ${difference(store, now, run)}`}
          </li>
        ))}
      </ol>
      <button type="button" class="lab-quiet" onClick={() => store.clearPast()}>
        Clear past runs
      </button>
    </Panel>
  );
}

function difference(store: LabStore, now: RunData, then: RunData): string {
  const words = differences(store.controls, now.settings, then.settings);
  if (now.seed !== then.seed) words.push(`seed ${now.seed} → ${then.seed}`);
  if (then.events.length)
    words.push(`changed on the way: ${then.events.map((e) => e.words).join(', ')}`);
  return words.length ? `unlike the run shown, ${words.join(' · ')}` : 'the same settings';
}

function Share({ store }: { store: LabStore }) {
  const [copied, setCopied] = useState('');
  const address = addressOf(store);
  address.hash = store.id;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(address.href);
      setCopied('Copied.');
    } catch {
      setCopied('This browser does not let a page copy: select the address and copy it by hand.');
    }
  };
  return (
    <Panel>
      <label class="lab-address">
        <span>Address of this lab with these settings</span>
        <input
          type="text"
          readonly
          value={address.href}
          onFocus={(event) => event.currentTarget.select()}
        />
      </label>
      <button type="button" onClick={() => void copy()}>
        Copy
      </button>
      <span role="status">{copied}</span>
    </Panel>
  );
}

/** A box that scrolls must be reachable by keyboard. */
const scrollable = { tabIndex: 0 };

/** One table a figure, with what was measured and nothing rounded away that matters. */
function Tables({ run, shown }: { run: RunData; shown: LabDescription['views'] }) {
  return (
    <Panel>
      {shown.map(({ view, label }) => {
        const { columns, rows } = view.table(run);
        return (
          <section
            {...scrollable}
            class="lab-table"
            key={view.name}
            aria-label={`Numbers: ${label ?? view.name}`}
          >
            <table>
              <caption>
                {label ?? view.name}, step {count(run.step)}
              </caption>
              <thead>
                <tr>
                  {columns.map((column) => (
                    <th key={column} scope="col">
                      {column}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={String(row[0])}>
                    {row.map((cell, i) => (
                      <td key={columns[i]}>{cell}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        );
      })}
    </Panel>
  );
}

function Files({ store, root }: { store: LabStore; root: RefObject<HTMLElement> }) {
  const [words, setWords] = useState('');
  const run = store.shown.value;
  const name = `switchyard-${store.lab.name}-step-${run.step}`;
  const picture = () => {
    const svg = root.current?.querySelector<SVGSVGElement>('.lab-svg');
    if (!svg) throw new Error('There is no picture to save yet.');
    const names = store.controls.map((control) => control.name);
    const settings = `${settingsInWords(run.settings, names)}  seed=${run.seed}  step=${run.step}`;
    return svgOf(svg, store.lab.title(run), settings);
  };
  const attempt = (work: () => void | Promise<void>) => async () => {
    try {
      setWords('');
      await work();
    } catch (error) {
      setWords(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Panel>
      <button
        type="button"
        onClick={attempt(() => save(`${name}.svg`, picture(), 'image/svg+xml'))}
      >
        Picture as SVG
      </button>
      <button
        type="button"
        onClick={attempt(async () => save(`${name}.png`, await pngOf(picture())))}
      >
        Picture as PNG
      </button>
      <button type="button" onClick={attempt(() => save(`${name}.csv`, csvOf(run), 'text/csv'))}>
        Numbers as CSV
      </button>
      <button
        type="button"
        disabled={!store.canSaveState.value}
        onClick={attempt(async () => save(`${name}.json`, weightsJson(await store.weights())))}
      >
        Weights as JSON
      </button>
      <span role="status">{words}</span>
    </Panel>
  );
}

const weightsJson = (snapshot: object) =>
  JSON.stringify(snapshot, (_, entry) =>
    ArrayBuffer.isView(entry) ? Array.from(entry as Float32Array) : entry,
  );

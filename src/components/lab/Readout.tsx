/** Where the run stands, in words, and where it is computed. */
import type { Ladder, Rung } from '../../engine/protocol';
import { hasRows } from '../../lab/findings';
import { count, value } from '../../lab/format';
import type { Phase } from '../../lab/phase';
import { verbOf } from '../../lab/plans';
import { lengthOf, recent } from '../../lab/run';
import { differences } from '../../lab/settings';
import type { LabStore } from '../../lab/store';
import { Words } from './Words';

export const rungNames: Record<Rung, string> = {
  webgpu: 'WebGPU',
  wasm: 'WebAssembly',
  cpu: 'JavaScript',
  recorded: 'recorded run',
};

export function Readout({ store, ready }: { store: LabStore; ready: boolean }) {
  const { player } = store;
  const isTable = store.plan.kind === 'table';
  const starting = player.state.value === 'starting';
  return (
    <div class="lab-readout">
      {starting && (
        <p class="lab-busy">
          <progress aria-label="Starting" />
          <Words text={player.words.value} />
        </p>
      )}
      <p class="lab-now" hidden={starting}>
        {isTable ? <Words text={store.told.inShort.value} /> : <Now store={store} />}
      </p>
      {!isTable && <Where store={store} ready={ready} />}
    </div>
  );
}

/** The step, the loss where there is one, and the run in a sentence. */
function Now({ store }: { store: LabStore }) {
  const run = store.shown.value;
  const loss = recent(run, 'loss', 0.02)[0];
  return (
    <>
      {store.plan.kind !== 'sweep' && <Words text={`step ${count(lengthOf(run))}`} />}
      {loss !== undefined && <Words text={`loss ${value(loss)}`} />}
      {hasRows(run) && <Words text={store.told.inShort.value} />}
    </>
  );
}

/** The rung, its speed, and on demand why the faster ones were refused. */
function Where({ store, ready }: { store: LabStore; ready: boolean }) {
  const { player } = store;
  const ladder = player.link.ladder.value;
  const backend = store.told.backend.value;
  return (
    <details class="lab-where">
      <summary>
        <Words text={whereInWords(store)} />
      </summary>
      <div class="lab-rungs">
        {ladder?.reports.length ? (
          <Reports ladder={ladder} />
        ) : (
          <p>Play looks for the fastest way to compute.</p>
        )}
        <label class="lab-inline">
          <span>compute with</span>
          <select
            disabled={!ready}
            value={player.rung.value ?? ''}
            onChange={(event) =>
              void player.chooseRung((event.currentTarget.value || undefined) as Rung | undefined)
            }
          >
            <option value="">the fastest that works</option>
            {(Object.keys(rungNames) as Rung[]).map((rung) => (
              <option key={rung} value={rung} selected={rung === player.rung.value}>
                {rungNames[rung]}
              </option>
            ))}
          </select>
        </label>
        {backend === 'webgpu' && (
          <button type="button" class="lab-quiet" onClick={() => player.link.lose()}>
            Drill: lose the graphics device
          </button>
        )}
      </div>
    </details>
  );
}

function whereInWords(store: LabStore): string {
  const measured = store.player.measured.value;
  const { recorded } = store;
  if (!store.isHere.value || !measured) {
    const where = recorded?.backend as Rung;
    return `recorded run · ${rungNames[where] ?? where}`;
  }
  const pace = [rungNames[store.told.backend.value]];
  const together = store.player.atOnce.value;
  if (together > 1) pace.push(`${count(together)} models at a time`);
  if (measured.msPerStep > 0) pace.push(`${value(measured.msPerStep)} ms per step`);
  if (measured.stepsPerSecond > 0) pace.push(`${count(measured.stepsPerSecond)} steps/s`);
  return pace.join(' · ');
}

const Reports = ({ ladder }: { ladder: Ladder }) => (
  <ul>
    {ladder.reports.map((report) => (
      <li key={report.rung}>
        <b>{rungNames[report.rung]}</b>
        {report.rung === ladder.chosen && (ladder.byHand ? ' (chosen by hand)' : ' (chosen)')}
        {`: ${report.reason}`}
        {report.device && ` ${report.device}.`}
      </li>
    ))}
  </ul>
);

const goOn: Partial<Record<Phase, string>> = {
  lost: 'Go on from there',
  diverged: 'Start again',
  error: 'Try again',
  unreachable: 'Try again',
};

/** What needs an answer: refusals, a broken run, a link's settings that the figure does not show. */
export function Notes({ store }: { store: LabStore }) {
  const { player } = store;
  const phase = player.phase.value;
  const notes = [...store.notes.value];
  const waiting = waitingIn(store);
  if (waiting)
    notes.push(`The figure shows a recorded run. Play ${verbOf(store.plan)} with ${waiting}.`);
  const broken = goOn[phase];
  if (!notes.length && !broken) return null;
  return (
    <div class="lab-notes">
      {notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
      {broken && (
        <p>
          <Words text={player.words.value} />{' '}
          <button type="button" onClick={thenPlay(() => player.goOn())}>
            {broken}
          </button>{' '}
          {phase === 'diverged' && player.keptStep !== undefined && (
            <button type="button" onClick={thenPlay(() => player.goBack())}>
              Back to step {count(player.keptStep)}
            </button>
          )}
          {phase === 'unreachable' && (
            <button type="button" onClick={thenPlay(() => void player.chooseRung('recorded'))}>
              Play the recorded run
            </button>
          )}
        </p>
      )}
    </div>
  );
}

/** A note goes with what it said, and the button in it: the focus is handed to Play. */
const thenPlay = (work: () => void) => (event: MouseEvent) => {
  const lab = (event.currentTarget as Element).closest('.lab');
  lab?.querySelector<HTMLElement>('.lab-play')?.focus({ preventScroll: true });
  work();
};

/** What Play would do otherwise than the recorded run that is shown; nothing once it was played. */
function waitingIn(store: LabStore): string {
  const { events, settings } = store.run.value;
  const phase = store.player.phase.value;
  if (store.isHere.value || (phase !== 'idle' && phase !== 'prepared')) return '';
  // A recording with changes on its way ends with other settings than it began with.
  const words = events.length ? [] : differences(store.controls, settings, store.settings.value);
  if (store.inputs.changed.value) words.unshift(`the ${store.inputs.names()[0] ?? 'input'} chosen`);
  return words.join(', ');
}

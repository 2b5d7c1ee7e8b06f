/**
 * The lab: everything around a figure that a reader runs. Rendered at build with the recorded run,
 * hydrated when it comes into view.
 */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { readAddress } from '../../lab/address';
import type { CodeEngines, LoadEngine } from '../../lab/engine';
import type { Kinds } from '../../lab/inputs';
import type { Keeper } from '../../lab/inputs/types';
import { axesOf } from '../../lab/plans';
import { latest, lengthOf } from '../../lab/run';
import type { Control } from '../../lab/settings';
import { LabStore } from '../../lab/store';
import { strangersIn } from '../../lab/strangers';
import type { LabDescription, RecordedRun } from '../../lab/types';
import type { InputKind, Model, Settings } from '../../model/experiments/types';
import { Controls } from './Controls';
import { Figure, placed } from './Figure';
import { useAddress, useCode, useGoals, useIntent, useKeepsake, useSight } from './hooks';
import { Panels } from './Panels';
import { Notes, Readout } from './Readout';
import { RunBar } from './RunBar';
import { useRoom } from './room';
import { Select } from './Select';
import { Strip } from './Strip';
import { Words } from './Words';

/** What the page hands over as JSON. */
export interface ShellData {
  id: string;
  name: string;
  controls: Control[];
  /** None for a table. */
  recorded?: RecordedRun;
  /** Recorded runs that stand behind it. */
  behind?: RecordedRun[];
  /** "Figure 2" and the like, before the caption. */
  number?: string;
  /** Names of views; all of the lab's unless said. */
  views?: string[];
  caption?: string;
  /** The preset of the recorded run, where it is not the first. */
  preset?: string;
  /** Settings of a chapter's own, beside the address. */
  settings?: Settings;
  /** What the experiment takes beside settings, by name. */
  takes?: Record<string, InputKind>;
  /** The recording's own model, where it was handed one: its file under public/models. */
  model?: string;
}

interface Props extends ShellData {
  lab: LabDescription;
  loadEngine: LoadEngine;
  codeEngines?: CodeEngines;
  kinds?: Kinds;
  /** What the browser keeps; nothing is kept at build. */
  keeper?: Keeper;
  recordedModel?: () => Promise<Model>;
}

export function Shell({
  lab,
  loadEngine,
  codeEngines,
  kinds,
  keeper,
  recordedModel,
  ...data
}: Props) {
  const root = useRef<HTMLElement>(null);
  const titleRoom = useRoom<HTMLParagraphElement>();
  const [ready, setReady] = useState(false);
  const [teacher, setTeacher] = useState<{ hide: string[]; lock: string[] }>({
    hide: [],
    lock: [],
  });
  const store = useMemo(
    () =>
      new LabStore({
        id: data.id,
        lab,
        controls: data.controls,
        recorded: data.recorded,
        behind: data.behind,
        preset: data.preset,
        settings: data.settings,
        takes: data.takes,
        kinds,
        keeper,
        recordedModel,
        loadEngine,
        codeEngines,
      }),
    [],
  );
  // The first render equals the page's own; only then the address may change it.
  useEffect(() => {
    const query = new URLSearchParams(location.search);
    const address = readAddress(data.id, data.controls, query, axesOf(lab));
    // Said once, by the first lab, whose script always comes.
    const all = [...document.querySelectorAll('.lab')];
    if (all[0] === root.current)
      address.words.push(
        ...strangersIn(
          query,
          all.map(({ id }) => id),
        ),
      );
    void store.wake(address);
    store.player.live.calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    setTeacher({ hide: address.hide, lock: address.lock });
    setReady(true);
    return () => store.close();
  }, []);
  useSight(store, root);
  useIntent(store, root);
  useGoals(store);
  useCode(store, root);
  useKeepsake(store);
  useAddress(store, ready);
  const shown = lab.views.filter(({ view }) => data.views?.includes(view.name) ?? true);
  const { lead, rows } = placed(shown);
  const run = store.shown.value;
  const locked = [...teacher.hide, ...teacher.lock];
  return (
    <figure
      class="lab"
      ref={root}
      id={data.id}
      aria-labelledby={`${data.id}-title`}
      data-lab={lab.name}
      data-state={store.player.state.value}
      data-backend={store.told.backend.value}
      data-step={lengthOf(run)}
      data-loss={finite(latest(run, 'loss'))}
      data-ready={ready || undefined}
    >
      <div class="lab-head">
        <p class="lab-title" id={`${data.id}-title`} ref={titleRoom}>
          <Words text={store.told.title.value} />
        </p>
        <Badge store={store} />
      </div>
      <Figure store={store} entries={lead} locked={locked} />
      <Strip store={store} ready={ready} />
      <div class="lab-desk">
        {!ready && <p class="lab-late">This lab’s script has not come yet; the figure is whole.</p>}
        <RunBar store={store} ready={ready} />
        <Controls store={store} ready={ready} hidden={teacher.hide} locked={teacher.lock} />
        <Notes store={store} />
        <Readout store={store} ready={ready} />
      </div>
      {rows.map((entries, i) => (
        <Figure key={`${i}`} store={store} entries={entries} locked={locked} />
      ))}
      <div class="lab-foot">
        <Panels store={store} ready={ready} root={root} shown={shown} />
      </div>
      <Questions store={store} ready={ready} />
      <Goals store={store} />
      <p class="lab-print">{store.told.inWords.value}</p>
      <p class="lab-hidden" aria-live="polite">
        <Words text={store.spoken.value} />
      </p>
      <figcaption>
        {data.number && <b>{data.number}. </b>}
        {data.caption ?? lab.caption}
      </figcaption>
    </figure>
  );
}

/** Where the numbers of the figure come from. */
function Badge({ store }: { store: LabStore }) {
  const here = store.isHere.value;
  const { origin, code } = store.shown.value;
  const words =
    store.plan.kind === 'table'
      ? 'calculated'
      : code
        ? 'computed here, with your code'
        : badges[origin];
  const model = here ? store.inputs.modelInWords.value : '';
  return (
    <Words
      class={here ? 'lab-badge lab-badge-here' : 'lab-badge'}
      text={model ? `${words} · ${model}` : words}
    />
  );
}

const badges = { here: 'computed here', recorded: 'recorded', imported: 'imported' };

const finite = (x: number) => (Number.isFinite(x) ? Number(x.toPrecision(6)) : undefined);

/** What the reader is asked about the figure. The answers stay on the page. */
function Questions({ store, ready }: { store: LabStore; ready: boolean }) {
  const { questions } = store.lab;
  if (!questions) return null;
  const answers = store.answers.value;
  return (
    <fieldset class="lab-questions" aria-label="Questions" disabled={!ready}>
      {questions.map(({ name, words, options }) => (
        <div key={name} class="lab-control">
          <label class="lab-name" for={`${store.id}-${name}`}>
            {words}
          </label>
          <Select
            id={`${store.id}-${name}`}
            value={answers[name] ?? ''}
            options={[{ value: '', label: 'choose' }, ...options]}
            set={(answer) => {
              store.answers.value = { ...answers, [name]: answer };
            }}
          />
        </div>
      ))}
    </fieldset>
  );
}

/** What a reader may try to reach, and whether this run did. */
function Goals({ store }: { store: LabStore }) {
  const { goals } = store.lab;
  if (!goals?.length) return null;
  const met = store.told.met.value;
  return (
    <ul class="lab-goals" aria-label="Goals">
      {goals.map(({ name, words }) => (
        <li key={name} data-met={met.includes(name) || undefined}>
          {words}
          <span>{met.includes(name) ? 'reached' : 'open'}</span>
        </li>
      ))}
    </ul>
  );
}

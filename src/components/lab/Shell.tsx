/**
 * The lab: everything around a figure that a reader runs. Rendered at build with the recorded run,
 * hydrated when it comes into view.
 */
import { useComputed } from '@preact/signals';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { readAddress } from '../../lab/address';
import type { LoadEngine } from '../../lab/engine';
import { latest } from '../../lab/run';
import type { Control } from '../../lab/settings';
import { LabStore } from '../../lab/store';
import type { LabDescription, RecordedRun, RunData } from '../../lab/types';
import { Controls, Select } from './Controls';
import { Figure } from './Figure';
import { useAddress, useGoals, useIntent, useKeepsake, useSight } from './hooks';
import { Panels } from './Panels';
import { Notes, Readout } from './Readout';
import { RunBar } from './RunBar';

/** What the page hands over as JSON. */
export interface ShellData {
  id: string;
  name: string;
  controls: Control[];
  recorded: RecordedRun;
  /** Recorded runs that stand behind it. */
  behind?: RunData[];
  /** "Figure 2" and the like, before the caption. */
  number?: string;
  /** Names of views; all of the lab's unless said. */
  views?: string[];
  caption?: string;
  /** The preset of the recorded run, where it is not the first. */
  preset?: string;
  /** Settings of a chapter's own, beside the address. */
  settings?: Record<string, number | string | boolean>;
}

interface Props extends ShellData {
  lab: LabDescription;
  loadEngine: LoadEngine;
}

const badges = { recorded: 'recorded', here: 'computed here' };

export function Shell({ lab, loadEngine, ...data }: Props) {
  const root = useRef<HTMLElement>(null);
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
        loadEngine,
      }),
    [],
  );
  // The first render equals the page's own; only then the address may change it.
  useEffect(() => {
    const address = readAddress(data.id, data.controls, new URLSearchParams(location.search));
    store.take(address);
    store.calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    setTeacher({ hide: address.hide, lock: address.lock });
    setReady(true);
    return () => store.close();
  }, []);
  useSight(store, root);
  useIntent(store, root);
  useGoals(store);
  useKeepsake(store);
  useAddress(store, ready);
  const shown = lab.views.filter(({ view }) => data.views?.includes(view.name) ?? true);
  const title = useComputed(() => lab.title(store.shown.value));
  const here = store.computedHere.value;
  return (
    <figure
      class="lab"
      ref={root}
      id={data.id}
      aria-labelledby={`${data.id}-title`}
      data-lab={lab.name}
      data-state={store.state.value}
      data-backend={store.backend.value}
      data-step={store.shown.value.step}
      data-loss={finite(latest(store.shown.value, 'loss'))}
      data-ready={ready || undefined}
    >
      <div class="lab-head">
        <p class="lab-title" id={`${data.id}-title`}>
          {title}
        </p>
        <span class={here ? 'lab-badge lab-badge-here' : 'lab-badge'}>
          {here ? badges.here : badges.recorded}
        </span>
      </div>
      <Figure store={store} shown={shown} size="main" />
      <div class="lab-desk">
        <RunBar store={store} ready={ready} />
        <Controls store={store} ready={ready} hidden={teacher.hide} locked={teacher.lock} />
        <Notes store={store} />
        <Readout store={store} ready={ready} />
      </div>
      <Figure store={store} shown={shown} size="half" />
      <div class="lab-foot">
        <Panels store={store} ready={ready} root={root} shown={shown} />
      </div>
      <Questions store={store} ready={ready} />
      <Goals store={store} />
      <p class="lab-print">{store.inWords.value}</p>
      <p class="lab-hidden" aria-live="polite">
        {store.spoken}
      </p>
      <figcaption>
        {data.number && <b>{data.number}. </b>}
        {data.caption ?? lab.caption}
      </figcaption>
    </figure>
  );
}

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
  const met = store.met.value;
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

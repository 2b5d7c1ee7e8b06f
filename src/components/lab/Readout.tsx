/** Where the run stands, in words, and where it is computed. */
import type { Ladder, Rung } from '../../engine/protocol';
import { count, value } from '../../lab/format';
import { recent } from '../../lab/run';
import { differences } from '../../lab/settings';
import type { LabStore } from '../../lab/store';

export const rungNames: Record<Rung, string> = {
  webgpu: 'WebGPU',
  wasm: 'WebAssembly',
  cpu: 'JavaScript',
  recorded: 'recorded run',
};

export function Readout({ store, ready }: { store: LabStore; ready: boolean }) {
  const run = store.shown.value;
  return (
    <div class="lab-readout">
      {store.state.value === 'starting' && (
        <p class="lab-busy">
          <progress aria-label="Starting" />
          {store.words}
        </p>
      )}
      <p class="lab-now" hidden={store.state.value === 'starting'}>
        <span>step {count(run.step)}</span>
        {run.steps.length > 0 && <span>loss {value(recent(run, 'loss', 0.02)[0])}</span>}
        <span>{run.steps.length > 0 && store.lab.describe(run)}</span>
      </p>
      <Where store={store} ready={ready} />
    </div>
  );
}

/** The rung, its speed, and on demand why the faster ones were refused. */
function Where({ store, ready }: { store: LabStore; ready: boolean }) {
  const ladder = store.ladder.value;
  const measured = store.measured.value;
  const backend = store.backend.value;
  return (
    <details class="lab-where">
      <summary>
        {store.computedHere.value && measured ? (
          <>
            {rungNames[backend]}
            {measured.msPerStep > 0 && ` · ${value(measured.msPerStep)} ms per step`}
            {measured.stepsPerSecond > 0 && ` · ${count(measured.stepsPerSecond)} steps/s`}
          </>
        ) : (
          `recorded run · ${rungNames[store.recorded.backend as Rung] ?? store.recorded.backend}`
        )}
      </summary>
      <div class="lab-rungs">
        {ladder ? <Reports ladder={ladder} /> : <p>Play looks for the fastest way to compute.</p>}
        <label class="lab-inline">
          <span>compute with</span>
          <select
            disabled={!ready}
            value={store.rung.value ?? ''}
            onChange={(event) =>
              void store.chooseRung((event.currentTarget.value || undefined) as Rung | undefined)
            }
          >
            <option value="">the fastest that works</option>
            {(Object.keys(rungNames) as Rung[]).map((rung) => (
              <option key={rung} value={rung} selected={rung === store.rung.value}>
                {rungNames[rung]}
              </option>
            ))}
          </select>
        </label>
        {backend === 'webgpu' && (
          <button type="button" class="lab-quiet" onClick={() => store.lose()}>
            Drill: lose the graphics device
          </button>
        )}
      </div>
    </details>
  );
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

const goOn: Partial<Record<string, string>> = {
  lost: 'Go on from there',
  diverged: 'Start again',
  error: 'Try again',
};

/** What needs an answer: refusals, a broken run, a link's settings that the figure does not show. */
export function Notes({ store }: { store: LabStore }) {
  const state = store.state.value;
  const notes = [...store.notes.value];
  const { settings, events } = store.run.value;
  // A recording with changes on its way ends with other settings than it began with.
  const waiting = events.length ? [] : differences(store.controls, settings, store.settings.value);
  if (store.preset.value !== store.firstPreset) waiting.unshift('the target chosen');
  if (state === 'idle' && waiting.length)
    notes.push(`The figure shows a recorded run. Play trains with ${waiting.join(', ')}.`);
  const broken = goOn[state];
  if (!notes.length && !broken) return null;
  return (
    <div class="lab-notes">
      {notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
      {broken && (
        <p>
          {store.words.value}{' '}
          <button type="button" onClick={() => store.goOn()}>
            {broken}
          </button>{' '}
          {state === 'diverged' && store.keptStep !== undefined && (
            <button type="button" onClick={() => store.goBack()}>
              Back to step {count(store.keptStep)}
            </button>
          )}
        </p>
      )}
    </div>
  );
}

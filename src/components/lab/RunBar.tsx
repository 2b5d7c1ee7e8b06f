/** Play, step, restart, look back, speed and seed. */
import { count } from '../../lab/format';
import { type LabStore, speedsOf } from '../../lab/store';

export function RunBar({ store, ready }: { store: LabStore; ready: boolean }) {
  const state = store.state.value;
  const going = state === 'running' || state === 'starting';
  return (
    <fieldset class="lab-bar" aria-label="Run" disabled={!ready}>
      <button
        type="button"
        class="lab-play"
        onClick={() => (going ? store.pause() : void store.play())}
      >
        <Sign going={going} />
        <span>{going ? 'Pause' : 'Play'}</span>
      </button>
      <button type="button" disabled={going} onClick={() => void store.step()}>
        Step
      </button>
      <button type="button" onClick={() => void store.restart()}>
        Restart
      </button>
      <LookBack store={store} />
      <label class="lab-inline">
        <span>speed</span>
        <select
          value={String(store.speed.value)}
          onChange={(event) => store.setSpeed(Number(event.currentTarget.value))}
        >
          {speedsOf(store.lab.lastStep).map(({ label, stepsPerSecond }) => (
            <option
              key={label}
              value={String(stepsPerSecond)}
              selected={stepsPerSecond === store.speed.value}
            >
              {label}
            </option>
          ))}
        </select>
      </label>
      <label class="lab-inline">
        <span>seed</span>
        <input
          class="lab-seed"
          type="number"
          min="0"
          max="2147483647"
          step="1"
          value={store.seed.value}
          onChange={(event) => {
            const seed = Number(event.currentTarget.value);
            if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31) store.setSeed(seed);
            else event.currentTarget.value = String(store.seed.value);
          }}
        />
      </label>
    </fieldset>
  );
}

const Sign = ({ going }: { going: boolean }) => (
  <svg class="lab-sign" viewBox="0 0 12 12" aria-hidden="true">
    <path d={going ? 'M2 1h3v10H2zM7 1h3v10H7z' : 'M2 0.5v11l9-5.5z'} />
  </svg>
);

/** Scrubbing: the figures show the run as it was at that step. */
function LookBack({ store }: { store: LabStore }) {
  const { step } = store.run.value;
  const now = store.lookingAt.value ?? step;
  return (
    <label class="lab-look">
      <span class="lab-hidden">Look back to step</span>
      <input
        type="range"
        min="0"
        max={step}
        step="1"
        value={now}
        disabled={step < 2}
        aria-valuetext={`step ${count(now)} of ${count(step)}`}
        onInput={(event) => store.scrub(Number(event.currentTarget.value))}
      />
    </label>
  );
}

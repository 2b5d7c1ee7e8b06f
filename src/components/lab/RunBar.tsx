/** What a plan needs to be run: play, step, restart, look back, progress, axis, speed and seed. */
import { largestSeed, seedIn } from '../../lab/address';
import { count } from '../../lab/format';
import { isGoing, isOpen } from '../../lab/phase';
import { axesOf, canShow, lastStepOf, progressInWords, progressOf } from '../../lab/plans';
import { lengthOf } from '../../lab/run';
import { speedsOf } from '../../lab/speeds';
import type { LabStore } from '../../lab/store';
import type { Axis } from '../../lab/types';
import { Words } from './Words';

interface Props {
  store: LabStore;
}

/** Nothing for a table, which is there at once, unless a seed draws it. */
export function RunBar({ store, ready }: Props & { ready: boolean }) {
  const { plan } = store;
  const { kind } = plan;
  if (plan.kind === 'table')
    return plan.draws ? (
      <fieldset class="lab-bar" aria-label="Draw" disabled={!ready}>
        <button type="button" onClick={() => store.setSeed(nextSeed(store.seed.value))}>
          Another {plan.draws}
        </button>
        <Seed store={store} />
      </fieldset>
    ) : null;
  return (
    <fieldset class="lab-bar" aria-label="Run" disabled={!ready}>
      <Play store={store} />
      {kind === 'sweep' ? <Sweep store={store} /> : <Steps store={store} />}
      {axesOf(store.lab).length > 1 && <AxisSwitch store={store} />}
      {kind !== 'sweep' && <SpeedMenu store={store} />}
      <Seed store={store} />
    </fieldset>
  );
}

const nextSeed = (seed: number) => (seed < largestSeed ? seed + 1 : 0);

function Play({ store: { player } }: Props) {
  const going = isGoing(player.phase.value);
  return (
    <button
      type="button"
      class="lab-play"
      onClick={() => (going ? player.pause() : void player.play())}
    >
      <Sign going={going} />
      <Words text={going ? 'Pause' : 'Play'} />
    </button>
  );
}

const Sign = ({ going }: { going: boolean }) => (
  <svg class="lab-sign" viewBox="0 0 12 12" aria-hidden="true">
    <path d={going ? 'M2 1h3v10H2zM7 1h3v10H7z' : 'M2 0.5v11l9-5.5z'} />
  </svg>
);

/** Both stay as they are while it runs: a button that is disabled for a moment loses the focus. */
const Steps = ({ store }: Props) => (
  <>
    <button type="button" onClick={() => void store.player.step()}>
      Step
    </button>
    <button type="button" onClick={() => void store.player.restart()}>
      Restart
    </button>
    <LookBack store={store} />
  </>
);

/** Scrubbing: the figures show the run as it was at that step. */
function LookBack({ store }: Props) {
  const length = lengthOf(store.run.value);
  const now = store.player.live.lookingAt.value ?? length;
  return (
    <label class="lab-look">
      <span class="lab-hidden">Look back to step</span>
      <input
        type="range"
        min="0"
        max={length}
        step="1"
        value={now}
        disabled={length < 2}
        aria-valuetext={`step ${count(now)} of ${count(length)}`}
        onInput={(event) => store.player.scrub(Number(event.currentTarget.value))}
      />
    </label>
  );
}

/**
 * How far it is; what is done stays when it is cancelled. Cancel has nothing to do then, but is not
 * disabled: the hand that pressed it would lose the focus.
 */
function Sweep({ store }: Props) {
  const { player } = store;
  const progress = progressOf(store.run.value, lastStepOf(store.lab), player.atOnce.value);
  const idle = !isOpen(player.phase.value) || progress.done === progress.of;
  return (
    <>
      <button
        type="button"
        title="Stops here; what is done is kept."
        aria-disabled={idle}
        onClick={() => idle || player.cancel()}
      >
        Cancel
      </button>
      <button type="button" onClick={() => void player.restart()}>
        Restart
      </button>
      <div class="lab-progress">
        <progress value={progress.share} max="1" aria-label="How much of the sweep is done" />
        <Words text={progressInWords(progress)} />
      </div>
    </>
  );
}

const axisWords: Record<Axis, string> = { steps: 'steps', flops: 'FLOPs', seconds: 'seconds' };

function AxisSwitch({ store }: Props) {
  const run = store.run.value;
  return (
    <div class="lab-axis" role="radiogroup" aria-label="Measure progress by">
      {axesOf(store.lab).map((axis) => (
        <label key={axis}>
          <input
            type="radio"
            name={`${store.id}-axis`}
            value={axis}
            checked={store.axis.value === axis}
            disabled={!canShow(run, axis)}
            onChange={() => {
              store.axis.value = axis;
            }}
          />
          <span>{axisWords[axis]}</span>
        </label>
      ))}
    </div>
  );
}

const SpeedMenu = ({ store: { lab, player } }: Props) => (
  <label class="lab-inline">
    <span>speed</span>
    <select
      value={String(player.speed.value)}
      onChange={(event) => player.setSpeed(Number(event.currentTarget.value))}
    >
      {speedsOf(lab.lastStep).map(({ label, stepsPerSecond }) => (
        <option
          key={label}
          value={String(stepsPerSecond)}
          selected={stepsPerSecond === player.speed.value}
        >
          {label}
        </option>
      ))}
    </select>
  </label>
);

/** An emptied or unfinished number changes nothing. */
const Seed = ({ store }: Props) => (
  <label class="lab-inline">
    <span>seed</span>
    <input
      class="lab-seed"
      type="number"
      min="0"
      max={largestSeed}
      step="1"
      value={store.seed.value}
      onChange={(event) => {
        const seed = seedIn(event.currentTarget.value);
        if (seed === undefined) event.currentTarget.value = String(store.seed.value);
        else store.setSeed(seed);
      }}
    />
  </label>
);

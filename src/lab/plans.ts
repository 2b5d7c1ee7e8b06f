/** What a lab's plan asks of the engine and of the page: lanes, bars, progress, words. */
import type { LaneRequest, Open } from '../engine/protocol';
import type { Inputs, Settings } from '../model/experiments/types';
import { startRun } from './run';
import type { Axis, LabDescription, Lane, Plan, PlannedLane, RunData } from './types';

type Lab = Pick<LabDescription, 'plan' | 'lastStep'>;

export const planOf = (lab: Lab): Plan => lab.plan ?? { kind: 'one' };

/** Of each lane. */
export const lastStepOf = (lab: Lab): number => {
  const plan = planOf(lab);
  return (plan.kind === 'sweep' && plan.lastStep) || lab.lastStep;
};

export const orderOf = (lab: Lab): Open['order'] =>
  planOf(lab).kind === 'sweep' ? 'in turn' : 'together';

/** What a race's figures can be drawn against; none elsewhere. */
export const axesOf = (lab: Lab): Axis[] => {
  const plan = planOf(lab);
  return plan.kind === 'race' ? (plan.axes ?? ['steps', 'flops', 'seconds']) : [];
};

/** Whether all lanes of a run can be placed on an axis. */
export function canShow(run: RunData, axis: Axis): boolean {
  return (run.lanes ?? [run]).every((lane) => {
    if (axis === 'flops') return lane.facts?.flopsPerStep !== undefined;
    return axis === 'steps' || lane.seconds?.length === lane.steps.length;
  });
}

/** The contestants of a race or the cells of a sweep; undefined where there is one run. */
function plannedLanes(lab: Lab, settings: Settings): PlannedLane[] | undefined {
  const plan = planOf(lab);
  return plan.kind === 'race' || plan.kind === 'sweep' ? plan.lanes(settings) : undefined;
}

/** What is to be played. */
export interface Asked {
  settings: Settings;
  seed: number;
  inputs?: Inputs;
  /** The inputs as an address says them. */
  inputWords?: Record<string, string>;
  /** Declarations that a reader changed, "file#name". */
  code?: string[];
}

/** The sessions to be opened, the lab's own settings under what a lane changes. */
export function lanesOf(lab: Lab, { settings, seed, inputs }: Asked): LaneRequest[] {
  const given = inputs && { inputs };
  const planned = plannedLanes(lab, settings);
  if (!planned) return [{ settings, seed, ...given }];
  return planned.map((lane) => ({
    settings: { ...settings, ...lane.settings },
    seed: lane.seed ?? seed,
    fixes: Object.keys(lane.settings),
    ...given,
  }));
}

/** A run that has not begun, with its lanes where the plan has any. */
export function emptyRun(lab: Lab, asked: Asked): RunData {
  const run = startRun({ ...asked.settings }, asked.seed);
  const planned = plannedLanes(lab, asked.settings);
  if (!planned) return run;
  const requests = lanesOf(lab, asked);
  const lanes = planned.map(({ name, label }, i): Lane => {
    return { ...startRun(requests[i].settings, requests[i].seed), name, label };
  });
  return { ...run, lanes };
}

/**
 * Whether a changed setting can reach the sessions as they run: not in a sweep, whose lanes are
 * done one after another, and not where it makes other lanes than there are.
 */
export function canFollow(lab: Lab, before: Asked, name: string, after: Asked): boolean {
  if (planOf(lab).kind === 'sweep') return false;
  const [old, now] = [lanesOf(lab, before), lanesOf(lab, after)];
  const value = after.settings[name];
  return (
    old.length === now.length &&
    now.every(({ settings, seed, fixes = [] }, i) => {
      const expected = fixes.includes(name)
        ? old[i].settings
        : { ...old[i].settings, [name]: value };
      return seed === old[i].seed && same(expected, settings);
    })
  );
}

/** The lanes that follow a setting: not those that the plan gives a value of their own. */
export const followsIn = (lab: Lab, asked: Asked, name: string): ((lane: number) => boolean) => {
  const lanes = lanesOf(lab, asked);
  return (lane) => !lanes[lane]?.fixes?.includes(name);
};

const same = (a: Settings, b: Settings) =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].every((name) => a[name] === b[name]);

export interface Progress {
  done: number;
  of: number;
  /** Share of all steps taken. */
  share: number;
  /** Seconds that the rest will take at the pace so far; undefined until there is a pace. */
  left?: number;
}

/** How far a sweep is, from the seconds that its lanes took to compute, `atOnce` of them at a time. */
export function progressOf(run: RunData, lastStep: number, atOnce = 1): Progress {
  const lanes = run.lanes ?? [];
  // A lane that diverged or was refused has nothing before it any more.
  const ends = (lane: Lane) => lane.ended !== undefined || lane.step >= lastStep;
  const steps = lanes.reduce((sum, lane) => sum + (ends(lane) ? lastStep : lane.step), 0);
  const timed = lanes.filter((lane) => lane.seconds?.length);
  const seconds = timed.reduce((sum, lane) => sum + lane.seconds!.at(-1)!, 0);
  const taken = timed.reduce((sum, lane) => sum + (lane.steps.at(-1) ?? 0), 0);
  const all = lanes.length * lastStep;
  const done = lanes.filter(ends).length;
  const together = Math.min(atOnce, Math.max(1, lanes.length - done));
  return {
    done,
    of: lanes.length,
    share: all > 0 ? steps / all : 0,
    ...(taken > 0 && seconds > 0 && { left: ((all - steps) * seconds) / taken / together }),
  };
}

/** "7 of 24, about 12 s left". */
export function progressInWords({ done, of, left }: Progress): string {
  const rest = left === undefined || done === of ? '' : `, ${aboutInWords(left)} left`;
  return `${done} of ${of}${rest}`;
}

/** "about 12 s", "about 3 min": as exact as a guess can be. */
export function aboutInWords(seconds: number): string {
  if (seconds < 1) return 'less than a second';
  if (seconds < 20) return `about ${Math.round(seconds)} s`;
  if (seconds < 90) return `about ${Math.round(seconds / 5) * 5} s`;
  return `about ${Math.round(seconds / 60)} min`;
}

/** The run of a sweep that was stopped: lanes that are not done are as if not begun. */
export function keepDone<R extends RunData>(run: R, lastStep: number): R {
  const lanes = run.lanes?.map((lane): Lane => {
    if (lane.step >= lastStep || lane.ended) return lane;
    return { ...startRun(lane.settings, lane.seed), name: lane.name, label: lane.label };
  });
  return lanes ? { ...run, lanes, step: lanes.reduce((sum, lane) => sum + lane.step, 0) } : run;
}

/** What Play does with settings: "Play trains with topK 1 → 2". */
export const verbOf = (plan: Plan): string => (plan.kind === 'simulate' ? 'runs' : 'trains');

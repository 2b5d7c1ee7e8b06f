/** Lanes of station 12: a model and a question each, and what has become of them. */
import type { Lane, PlannedLane, RunData } from '../../../lab/types';
import {
  classesOf,
  equalAtWork,
  equalInAll,
} from '../../../model/experiments/parrots/shared/sizes';

export const most = 16;

/** The sizes of the mixture of sixteen that a dense net is held against. */
const mixture = (question: string, width: number, hidden: number) => ({
  ...{ width, hidden, experts: most, out: classesOf(question) },
});

const name = (question: string, width: number, model: string) => `${question}_${width}_${model}`;

/** A mixture, E of whose experts have so many units each. */
export const sparse = (
  question: string,
  width: number,
  experts: number,
  hidden: number,
): PlannedLane => ({
  name: name(question, width, String(experts)),
  label: `m ${width}, ${experts} experts`,
  settings: { question, squeeze: width, experts, expertHidden: hidden },
});

/** A dense net with as many numbers at work as the mixture of sixteen, a few more at most. */
export const dense = (question: string, width: number, hidden: number): PlannedLane => ({
  name: name(question, width, 'dense'),
  label: `m ${width}, dense`,
  settings: {
    ...{ question, squeeze: width, experts: 1, sentBy: 'router' },
    expertHidden: equalAtWork(mixture(question, width, hidden)),
  },
});

/** A dense net with as many numbers in all. */
export const denseInAll = (question: string, width: number, hidden: number): PlannedLane => ({
  name: name(question, width, 'large'),
  label: `m ${width}, dense, as many in all`,
  settings: {
    ...{ question, squeeze: width, experts: 1, sentBy: 'router' },
    expertHidden: equalInAll(mixture(question, width, hidden)),
  },
});

export const asks = (question: string) => (lane: Lane) => lane.settings.question === question;

/** Whether a lane has come to its end, whatever it found. */
export const isDone = (lane: Lane, lastStep: number) =>
  lane.step >= lastStep && lane.probes.right !== undefined;

/** Share right of each lane that is done, by its name: 0 before that. */
export const shares = (run: RunData, lastStep: number, at: 'judged' | 'known' = 'judged') =>
  Object.fromEntries(
    (run.lanes ?? []).map((lane) => [
      lane.name,
      isDone(lane, lastStep) ? lane.probes.right.data[at === 'judged' ? 0 : 1] : 0,
    ]),
  );

/** What the parrot has right, as the lanes that ask about hands say; 0 before any has begun. */
export const parrotOf = (run: RunData): number =>
  Number((run.lanes ?? []).find((lane) => asks('hands')(lane) && lane.facts)?.facts?.parrot ?? 0);

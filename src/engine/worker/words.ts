/** How an open lab stands, in sentences. */
import type { ComputingRung } from '../rungs/ladder';

/** What went wrong, as a sentence with its full stop. */
export function sentence(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

/** What the sentences speak of. */
export interface Standing {
  rung: ComputingRung;
  order: 'together' | 'in turn';
  /** Of lanes in turn, the one whose turn it is, from 0. */
  turn: number;
  lanes: readonly { step: number; end?: 'diverged' | 'refused' }[];
  /** Why steps go through TensorFlow.js, if they might have been captured. */
  refusal?: string;
}

export const preparing = ({ lanes, order }: Standing): string => {
  if (lanes.length === 1) return 'Preparing the model.';
  return `Preparing ${order === 'together' ? '' : 'the first of '}${lanes.length} models.`;
};

export const ready = ({ refusal }: Standing): string =>
  refusal ? `Ready. Every step goes through TensorFlow.js, which is slower: ${refusal}` : 'Ready.';

export function running(standing: Standing): string {
  const { lanes, order, turn, rung } = standing;
  const where = { webgpu: 'WebGPU', wasm: 'WebAssembly', cpu: 'plain JavaScript' }[rung];
  if (lanes.length === 1) return `Training on ${where}.`;
  const what =
    order === 'together'
      ? `Training ${lanes.length} models side by side`
      : `Training ${turn + 1} of ${lanes.length}`;
  return withEnds(`${what} on ${where}.`, standing);
}

export function paused(standing: Standing): string {
  const { lanes, order, turn } = standing;
  if (lanes.length === 1 || order === 'together') return `Paused at step ${stepOf(standing)}.`;
  return `Paused at step ${stepOf(standing)} of model ${turn + 1} of ${lanes.length}.`;
}

export function displaced(standing: Standing): string {
  return `${paused(standing).slice(0, -1)}: another lab on this page trains now.`;
}

export function done(standing: Standing): string {
  const { lanes } = standing;
  if (lanes.length === 1) return `Done: ${lanes[0].step} steps.`;
  const most = Math.max(...lanes.filter(({ end }) => !end).map(({ step }) => step));
  return withEnds(`Done: ${lanes.length} models, ${most} steps each.`, standing);
}

/** Of one lane, while others may go on. */
export const laneDone = (step: number): string => `Done: ${step} steps.`;

export const diverged = (metric: string, step: number): string =>
  `${metric === 'loss' ? 'The loss' : `The metric ${metric}`} is no longer a number at step ${step}: the run diverged.`;

/** What may be done about it; `kept` is the step of the last state that was kept. */
export const wayBack = (kept: number | undefined): string =>
  `${
    kept === undefined
      ? 'No earlier state was kept: start again'
      : `The state of step ${kept} was kept: go back to it`
  } with a smaller learning rate.`;

/** Where none of several models is left that could go on. */
export const noneLeft = ({ lanes }: Standing): string =>
  `None of the ${lanes.length} models can go on: start again with a smaller learning rate.`;

/** After a lost device. */
export const wentBack = (standing: Standing): string =>
  `${
    standing.lanes.length > 1 && standing.order === 'together'
      ? 'Every model went back to the last state that was kept'
      : `The run went back to step ${stepOf(standing)}`
  }; press play to go on from there.`;

/** Where another text or model was handed in. */
export const anew = 'Training began anew with what was handed in.';

/** What became of the state when the step was built anew. */
export const carried = (fresh: readonly string[]): string =>
  fresh.length
    ? `These parts of the model are new and untrained: ${fresh.join(', ')}.`
    : 'Parameters and optimizer state were kept.';

/** Of the lane in front, or of the one whose turn it is. */
export const stepOf = ({ lanes, order, turn }: Standing): number =>
  order === 'in turn' ? lanes[turn].step : Math.max(0, ...lanes.map(({ step }) => step));

function withEnds(words: string, { lanes }: Standing): string {
  const count = (end: string) => lanes.filter((lane) => lane.end === end).length;
  const [lost, refused] = [count('diverged'), count('refused')];
  const ends = [
    ...(lost ? [`${lost} diverged`] : []),
    ...(refused ? [`${refused} cannot be made`] : []),
  ];
  return ends.length ? `${words} ${ends.join(', ')}.` : words;
}

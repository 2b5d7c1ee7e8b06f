/** How an open lab stands, in sentences. */
import type { ComputingRung } from '../rungs/backend';

/** What the sentences speak of. */
export interface Standing {
  /** None where what runs is a simulation. */
  rung?: ComputingRung;
  order: 'together' | 'in turn';
  /** Of lanes in turn, the one whose turn it is, from 0. */
  turn: number;
  lanes: readonly { step: number; end?: 'diverged' | 'refused' }[];
  /** Of lanes in turn, how many are under way; one unless said. */
  underWay?: number;
  /** Why steps go through TensorFlow.js, if they might have been captured. */
  refusal?: string;
}

/** One lane of it, and several. */
const noun = ({ rung }: Standing) => (rung ? ['model', 'models'] : ['run', 'runs']);

export const preparing = (standing: Standing): string => {
  const { lanes, order } = standing;
  const [one, several] = noun(standing);
  if (lanes.length === 1) return `Preparing the ${one}.`;
  return `Preparing ${order === 'together' ? '' : 'the first of '}${lanes.length} ${several}.`;
};

export const ready = ({ refusal }: Standing): string =>
  refusal ? `Ready. Every step goes through TensorFlow.js, which is slower: ${refusal}` : 'Ready.';

export function running(standing: Standing): string {
  const { lanes, order, turn, rung, underWay = 1 } = standing;
  const names = { webgpu: 'WebGPU', wasm: 'WebAssembly', cpu: 'plain JavaScript' };
  const [doing, where] = rung ? ['Training', ` on ${names[rung]}`] : ['Replaying', ''];
  if (lanes.length === 1) return `${doing}${where}.`;
  const what =
    order === 'together'
      ? `${lanes.length} ${noun(standing)[1]} side by side`
      : underWay > 1
        ? `${lanes.length} ${noun(standing)[1]}, ${underWay} at a time,`
        : `${turn + 1} of ${lanes.length}`;
  return withEnds(`${doing} ${what}${where}.`, standing);
}

export function paused(standing: Standing): string {
  const { lanes, order, turn, underWay = 1 } = standing;
  if (underWay > 1)
    return `Paused with ${underWay} of ${lanes.length} ${noun(standing)[1]} under way.`;
  if (lanes.length === 1 || order === 'together') return `Paused at step ${stepOf(standing)}.`;
  const [one] = noun(standing);
  return `Paused at step ${stepOf(standing)} of ${one} ${turn + 1} of ${lanes.length}.`;
}

export function displaced(standing: Standing): string {
  return `${paused(standing).slice(0, -1)}: another lab on this page trains now.`;
}

export function done(standing: Standing): string {
  const { lanes } = standing;
  if (lanes.length === 1) return `Done: ${lanes[0].step} steps.`;
  const steps = new Set(lanes.filter(({ end }) => !end).map(({ step }) => step));
  const each = steps.size === 1 ? `, ${[...steps][0]} steps each` : '';
  return withEnds(`Done: ${lanes.length} ${noun(standing)[1]}${each}.`, standing);
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
export const noneLeft = (standing: Standing): string =>
  `None of the ${standing.lanes.length} ${noun(standing)[1]} can go on: start again with a smaller learning rate.`;

/** After a lost device. */
export const wentBack = (standing: Standing): string =>
  `${
    standing.lanes.length > 1 && standing.order === 'together'
      ? 'Every model went back to the last state that was kept'
      : `The run went back to step ${stepOf(standing)}`
  }; press play to go on from there.`;

/** Where another text or model was handed in. */
export const anew = 'It started again with the new input.';

/** What became of the state when the step was built anew. */
export function carried({ rung }: Standing, fresh: readonly string[]): string {
  if (!rung) return 'It was replayed up to here with the new setting.';
  return fresh.length
    ? `These parts of the model are new and untrained: ${fresh.join(', ')}.`
    : 'Parameters and optimizer state were kept.';
}

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

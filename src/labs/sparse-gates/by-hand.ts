/** One token routed by hand, forwards and backwards: station 05. */
import { plain, value } from '../../lab/format';
import { listOf } from '../../lab/run';
import type { Findings, LabDescription, RunData } from '../../lab/types';
import { type Inputs, numbers } from '../../model/experiments/types';
import { cliffs } from '../../views/cliffs';
import { letter } from '../../views/marks/bullet';
import { rowsOf } from '../../views/probes';
import { routeByHand } from '../../views/route-by-hand';
import { cliff, followed, forms, routed } from './shared/one-token';
import { routerName } from './shared/routers';

/** What A to D answer, and the right answer: C's. */
const known = [1, 0.4, 2, -1];
const target = 2;
const first = [2, 1, 0, -1];
/** Where the loss is drawn as a function of one logit. */
const places = Array.from({ length: 121 }, (_, i) => Number((-2 + i * 0.05).toFixed(2)));

/** As far as arrows are followed to see where they lead. */
const longest = 300;

/** Four numbers. Throws a sentence for others. */
function four(inputs: Inputs, name: string, usual: number[]): number[] {
  const given = Array.from(numbers(inputs, name)?.data ?? usual);
  if (given.length !== 4 || !given.every(Number.isFinite))
    throw new Error(`There are four experts: ${name} must be four numbers; got ${given.length}.`);
  // What float32 adds to 0.4 is nobody's.
  return given.map((x) => Number(x.toPrecision(6)));
}

const row = (of: number[]) => ({ logits: { shape: [4], data: Float32Array.from(of) } });

/** The expert whose answer is nearest to the right one. */
function nearest(answers: number[]): number {
  const away = answers.map((answer) => Math.abs(answer - target));
  return away.indexOf(Math.min(...away));
}

const bestOf = (run: RunData) => nearest(listOf<number>(run, 'answers'));

/** One expert is chosen, and its gate is its score divided by itself. */
function isAlone(run: RunData): boolean {
  const { choice, gating } = forms[String(run.settings.router)];
  return choice === 'top-k' && gating === 'normalised' && Number(run.settings.topK) === 1;
}

function findingsOf(run: RunData): Findings {
  const [, , mask, , , slopes] = rowsOf(run, 'table');
  if (!slopes) return {};
  const best = bestOf(run);
  return {
    loss: Number(run.facts?.loss),
    chosen: mask[best],
    slopeA: slopes[0],
    slopeB: slopes[1],
    slopeC: slopes[2],
    slopeD: slopes[3],
    // Beside those of the logits: what the title speaks of.
    slopeOfBest: slopes[best],
    anySlope: Math.max(...slopes.map(Math.abs)),
    // Presses until that expert is chosen; as many as were tried where it never is.
    presses: Number(run.facts?.presses),
  };
}

export default {
  name: 'by-hand',
  plan: {
    kind: 'table',
    takes: { logits: 'numbers', answers: 'numbers' },
    compute(settings, inputs) {
      const logits = four(inputs, 'logits', first);
      const answers = four(inputs, 'answers', known);
      const asked = [
        String(settings.router),
        Number(settings.topK),
        logits,
        answers,
        target,
      ] as const;
      const { scores, mask, gates, answer, loss, onGates, slopes } = routed(...asked);
      const path = followed(longest, Number(settings.learningRate), ...asked);
      const best = nearest(answers);
      const lossAt = (at: number[]) => routed(asked[0], asked[1], at, answers, target).loss;
      const arrived = path.findIndex(
        (at) => routed(asked[0], asked[1], at, answers, target).mask[best] > 0,
      );
      const all = known.map((_, expert) => cliff(expert, places, ...asked));
      return {
        facts: { answers, target, places, answer, loss, presses: arrived < 0 ? longest : arrived },
        // Where one stands, and after each of ten presses.
        metrics: { lossAhead: path.slice(0, 11).map((at) => [lossAt(at)]) },
        probes: {
          // Logits, scores, mask, gates, slopes at the gates, slopes at the logits.
          table: { shape: [6, 4], data: [logits, scores, mask, gates, onGates, slopes].flat() },
          // Logits after one press and after ten.
          followed: { shape: [2, 4], data: [path[1], path[10]].flat() },
          cliffs: { shape: [4, places.length], data: all.flatMap(({ losses }) => losses) },
          choices: { shape: [4, places.length], data: all.flatMap(({ choices }) => choices) },
        },
      };
    },
  },
  title(run, { loss, chosen, slopeOfBest }) {
    if (loss === undefined) return 'A token and four experts, not yet routed';
    const answers = listOf<number>(run, 'answers');
    const best = bestOf(run);
    const who = `${letter(best)} ${answers[best] === target ? 'has the right answer' : 'is nearest to the right answer'}`;
    if (chosen) return `${who} and is chosen: the loss is ${value(loss)}`;
    if (isAlone(run)) return 'No arrow at all: the gate is 1, whatever the logit is';
    if (slopeOfBest === 0) return `${who}, and no arrow reaches its logit`;
    return `${who}, and its arrow points ${slopeOfBest > 0 ? 'down' : 'up'}`;
  },
  caption:
    'Four experts give known answers; the right answer is 2. Read the upper line of each expert from left to right: logits become scores, the choice keeps k of them, and gates weigh the answers. Read the lower line from right to left: it is the gradient coming back, dotted where nothing passes. The curves show what the loss would be if one logit alone were different.',
  controls: {
    router: {
      only: Object.keys(forms),
      options: Object.keys(forms).map((name) => ({
        value: name,
        label: {
          'softmax-top-k': 'softmax, then top k',
          'softmax-top-k-renormalised': 'softmax, top k, divided by their sum',
          'top-k-softmax': 'top k, then softmax',
          'sigmoid-normalised': 'sigmoid, top k, divided by their sum',
          relu: 'ReLU: no choice by rank',
          gumbel: 'straight through (without its noise)',
        }[name]!,
      })),
    },
    topK: { default: 1, max: 4 },
    learningRate: {
      default: 0.5,
      min: 0.1,
      max: 10,
      help: 'How far one press follows the arrows.',
    },
  },
  views: [
    { view: routeByHand },
    { view: cliffs, label: 'The loss, if this logit alone were different' },
  ],
  lastStep: 1,
  describe(run, { loss, slopeA, slopeB, slopeC, slopeD }) {
    if (loss === undefined) return 'Nothing routed yet.';
    const slopes = [slopeA, slopeB, slopeC, slopeD].map(
      (slope, i) => `${letter(i)} ${value(slope)}`,
    );
    return `With ${routerName(run)} and k = ${plain(Number(run.settings.topK))} the loss is ${value(loss)}. Its slope in each logit is ${slopes.join(', ')}.`;
  },
  findings: findingsOf,
  goals: [
    {
      name: 'learned',
      words: 'A loss below 0.05 with “softmax, then top k” and k = 1.',
      met: (run, _, { loss }) =>
        run.settings.router === 'softmax-top-k' && run.settings.topK === 1 && loss < 0.05,
    },
  ],
  presets: [
    { name: 'start', label: 'logits 2, 1, 0, −1', inputs: () => row(first) },
    { name: 'near', label: 'C just below A', inputs: () => row([2, 1, 1.9, -1]) },
    { name: 'chosen', label: 'C just above A', inputs: () => row([2, 1, 2.1, -1]) },
  ],
  recorded: {
    default: {},
    renormalised: { router: 'softmax-top-k-renormalised' },
    through: { router: 'gumbel' },
    'plain-two': { topK: 2 },
    'after-two': { router: 'top-k-softmax', topK: 2 },
  },
} satisfies LabDescription as LabDescription;

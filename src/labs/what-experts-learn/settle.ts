/** When a router makes up its mind: the share of the last choices that was made already. Station 11. */
import { count, percent, some, value } from '../../lab/format';
import { meanOf } from '../../lab/mean';
import { listOf, recent } from '../../lab/run';
import type { LabDescription, RunData } from '../../lab/types';
import { against } from '../../views/against';
import { curves } from '../../views/curves';

const lastStep = 1000;

interface Standing {
  step: number;
  /** Of each sparse layer: the share of the last choices that stood at this step. */
  shares: number[];
}

const bits = (set: number): number => {
  let found = 0;
  for (let rest = set; rest > 0; rest = Math.floor(rest / 2)) found += rest % 2;
  return found;
};

/** Members of both sets, which are sums of powers of two; their and is exact up to 31 experts. */
const common = (a: number, b: number) => bits(a & b);

/** What stood when, of a run that keeps its choices at several steps. */
export function standings(run: RunData): Standing[] {
  const last = run.probes.choices;
  if (!last) return [];
  const [layers, characters] = last.shape;
  return (run.keyframes ?? [])
    .filter(({ probes, step }) => probes.choices && step <= run.step)
    .map(({ step, probes }) => ({
      step,
      shares: Array.from({ length: layers }, (_, layer) => {
        let kept = 0;
        let all = 0;
        for (let i = layer * characters; i < (layer + 1) * characters; i++) {
          kept += common(probes.choices.data[i], last.data[i]);
          all += bits(last.data[i]);
        }
        return all ? kept / all : 0;
      }),
    }));
}

/** The standing nearest to a step. */
const near = (all: Standing[], step: number): Standing | undefined =>
  all.toSorted((a, b) => Math.abs(a.step - step) - Math.abs(b.step - step))[0];

const chance = (run: RunData) =>
  Number(run.facts?.topK ?? run.settings.topK) / Number(run.facts?.experts ?? run.settings.experts);

/** The step that the title speaks of: a fortieth of the way. */
const early = lastStep / 40;

export default {
  name: 'settle',
  experiment: 'settle',
  title(run, { early: stood, earlyStep }) {
    if (run.step <= early) return 'A language model with experts that has hardly begun to learn';
    return `At step ${count(earlyStep)}, ${percent(stood)} of the choices of step ${count(run.step)} were in place; dice would give ${percent(chance(run))}`;
  },
  caption:
    'The model of station 10, trained for longer. It reads the same 168 unseen characters again and again, and each layer’s choices are compared with its final ones. While it trains, the latest choices stand for the final ones.',
  controls: {
    router: {
      only: ['sigmoid-normalised', 'softmax-top-k-renormalised'],
      default: 'sigmoid-normalised',
      change: 'restart',
    },
    experts: { min: 4, max: 16, step: 1, default: 8 },
    topK: { max: 4, default: 2, change: 'restart' },
    biasRate: { default: 0.003 },
    learningRate: { default: 0.014 },
  },
  fixed: {
    corpus: 'yard',
    wagons: 768,
    sparse: 'but-first',
    expertHidden: 24,
    sharedExperts: 1,
    denseHidden: 72,
    rateSteps: lastStep,
    balancer: 'bias',
    balanceStrength: 0,
  },
  views: [
    {
      view: against({
        name: 'settled',
        reads: { probes: ['choices'], facts: ['layers', 'experts', 'topK'] },
        x: { label: 'training step', say: count },
        y: { label: 'share of the final choices in place', say: percent },
        lines(run) {
          const all = standings(run);
          const layers = listOf<number>(run, 'layers');
          return layers.map((layer, i) => ({
            name: `layer ${layer + 1}`,
            at: all.map(({ step }) => step),
            values: all.map(({ shares }) => shares[i]),
          }));
        },
        rules: (run) => [{ at: chance(run), words: 'by dice' }],
        aspect: 0.36,
      }),
    },
    {
      view: curves({
        name: 'loss',
        of: 'loss',
        label: 'cross-entropy, nats per character (log scale)',
        aspect: 0.24,
      }),
    },
  ],
  model: 'decoder',
  drawsKeyframes: true,
  lastStep,
  describe(run, { early: stood, earlyStep, loss }) {
    if (!run.steps.length) return 'Nothing trained yet.';
    const settled =
      run.step > early
        ? ` At step ${count(earlyStep)}, ${percent(stood)} of the latest choices were in place.`
        : '';
    return `${some(run.step, 'step')}; ${value(loss)} nats a character on the latest batches.${settled}`;
  },
  findings(run) {
    const all = standings(run);
    const at = (step: number) => near(all, step)?.shares ?? [0];
    return {
      loss: recent(run, 'loss', 0.05)[0] ?? Math.log(48),
      early: meanOf(at(early)),
      earlyStep: near(all, early)?.step ?? 0,
      first: meanOf(at(1)),
      tenth: meanOf(at(lastStep / 10)),
      half: meanOf(at(lastStep / 2)),
      halfFirst: at(lastStep / 2)[0],
      halfLast: at(lastStep / 2).at(-1) ?? 0,
    };
  },
  strip: [
    {
      finding: 'early',
      label: 'share of the final choices in place at step 25',
      format: 'percent',
    },
  ],
  nameRun: (run) => `${run.settings.topK} of ${run.settings.experts}`,
  recorded: { default: { settings: {}, seeds: 5 } },
} satisfies LabDescription as LabDescription;

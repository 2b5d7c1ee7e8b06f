/** The two gradients that a router gets under a balance loss: station 08. */
import { plain, value } from '../../lab/format';
import type { Findings, LabDescription, RunData } from '../../lab/types';
import { curves } from '../../views/curves';
import { opposed, pulls } from '../../views/pulls';
import { between, evenAt, vioOf } from './shared/windows';

const ratio = (run: RunData, from: number, to: number) =>
  between(run, 'balanceSize', from, to) / between(run, 'taskSize', from, to);

const short = (x: number) => x.toFixed(2).replace('-', '−');

/** The steps that `earlyCosine` is the mean of. */
const first = ({ step }: RunData) => (step < 7 ? `1 to ${step}` : `6 to ${Math.min(30, step)}`);

const relation = (cosine: number): string =>
  cosine < -0.3 ? 'pull apart' : cosine > 0.3 ? 'pull together' : 'are hardly related';

export default {
  name: 'pulls',
  experiment: 'two-gradients',
  title(run, { earlyCosine, lateCosine, lateVio }) {
    if (!run.steps.length) return 'Two gradients on one router, not yet computed';
    if (run.settings.balanceStrength === 0)
      return 'With α at 0 there is only the gradient of the task';
    if (run.step < 200)
      return `Task and balance loss ${relation(earlyCosine)}: cosine ${short(earlyCosine)} in steps ${first(run)}`;
    const load = lateVio < 0.3 ? 'the load is even' : 'the load is still uneven';
    return `Cosine ${short(earlyCosine)} in steps 6 to 30, ${short(lateCosine)} in the last hundred, when ${load}`;
  },
  caption:
    'The mixture of station 06 with the Switch loss. The arrows show how a step against each of the two gradients would move an expert’s logit, for the mean token of the batch; the bars show the load. Below is the cosine of the angle between the two gradients on the router’s weights: −1 if they are opposed, 0 if they are unrelated, 1 if they agree.',
  controls: { balanceStrength: { default: 1, max: 3 }, learningRate: { default: 0.005 } },
  views: [
    { view: pulls },
    {
      view: curves({
        name: 'cosine',
        of: [
          { metric: 'cosine', name: 'one step' },
          { metric: 'meanCosine', name: '20 steps' },
        ],
        label: 'cosine between the gradients on the router',
        scale: 'linear',
        rules: () => [{ at: 0, words: 'unrelated' }],
      }),
      label: 'With or against each other',
      size: 'half',
    },
    {
      view: curves({
        name: 'overload',
        of: 'maxVio',
        label: 'MaxVio of the batch',
        scale: 'linear',
      }),
      label: 'Overload of the busiest expert',
      size: 'half',
    },
  ],
  lastStep: 600,
  describe(run, { lateCosine, lateVio }) {
    if (!run.steps.length) return 'Nothing trained yet.';
    return `The two gradients are opposed for ${opposed(run)} of 8 experts. Over the last hundred steps the cosine is ${value(lateCosine)}; over the last fifty, MaxVio is ${value(lateVio)}.`;
  },
  findings(run): Findings {
    if (!run.steps.length) return {};
    const cosine = (from: number, to: number) =>
      between(run, 'cosine', Math.min(from, run.step - 1), Math.min(to, run.step));
    return {
      firstCosine: run.metrics.cosine[0][0],
      earlyCosine: cosine(5, 30),
      cosine50: cosine(30, 70),
      cosine100: cosine(80, 120),
      cosine200: cosine(180, 220),
      cosine400: cosine(380, 420),
      lateCosine: cosine(run.step - 100, run.step),
      earlyRatio: ratio(run, 5, 30),
      ratio100: ratio(run, 80, 120),
      lateRatio: ratio(run, run.step - 100, run.step),
      evenAt: evenAt(run),
      lateVio: vioOf(run, run.step - 50, run.step),
      vio30: vioOf(run, 20, 40),
      finalLoss: between(run, 'loss', run.step - 50, run.step),
    };
  },
  strip: [
    { finding: 'earlyCosine', label: 'cosine in steps 6 to 30' },
    { finding: 'lateCosine', label: 'cosine in the last hundred steps' },
  ],
  goals: [
    {
      name: 'quarrel',
      words: 'A cosine below −0.25 over the last hundred of 600 steps.',
      met: (run, _, { lateCosine }) => run.step >= 600 && lateCosine < -0.25,
    },
  ],
  nameRun: (run) => `α ${plain(Number(run.settings.balanceStrength))}`,
  recorded: { default: {}, weak: { balanceStrength: 0.1 } },
} satisfies LabDescription as LabDescription;

/** A dense layer copied into experts, against a mixture from scratch: station 16. */
import { count, plain, value } from '../../lab/format';
import { latest } from '../../lab/run';
import type { Findings, LabDescription, RunData } from '../../lab/types';
import { against } from '../../views/against';

const lastStep = 600;
/** Steps after the copy, and after the start of the mixture, at which both are compared. */
const after = 150;

/** Mean of a metric's rows around a step; NaN where the run has not come so far. */
function around(run: RunData, metric: string, step: number, room = 12): number {
  if (run.step < step + room) return Number.NaN;
  const near = run.steps.flatMap((at, i) =>
    Math.abs(at - step) <= room ? [run.metrics[metric][i][0]] : [],
  );
  return near.reduce((sum, x) => sum + x, 0) / near.length;
}

function findings(run: RunData): Findings {
  const unseen = run.probes.unseen?.data;
  if (!unseen || !run.step) return {};
  const [dense, wide, scratch, copied] = Array.from(unseen);
  const copyAt = Number(run.settings.copyAt);
  const [copiedAfter, scratchAfter] = [
    around(run, 'copied', copyAt + after) || 0,
    around(run, 'scratch', after) || 0,
  ];
  return {
    ...{ dense, wide, scratch, copied, copiedAfter, scratchAfter },
    /** How far the copied layer is ahead of the mixture from scratch if its dense steps count … */
    paid: scratch - copied,
    /** … and if they do not: both after as many steps of their own. */
    free: copiedAfter && scratchAfter ? scratchAfter - copiedAfter : 0,
    overDense: dense - copied,
    overWide: wide - copied,
    jump: latest(run, 'jump'),
  };
}

/** Steps that are left out of a figure: all fall fast there, and alike. */
const early = 50;
/** Steps whose rows become one point. */
const each = 25;

/** A curve from step `from` on, with `from` for its 0. */
function binned(run: RunData, metric: string, from = 0, without = 0) {
  const bins = new Map<number, number[]>();
  run.steps.forEach((step, i) => {
    if (step <= from + without) return;
    const bin = Math.floor((step - from - 1) / each);
    bins.set(bin, [...(bins.get(bin) ?? []), run.metrics[metric][i][0]]);
  });
  return {
    at: [...bins.keys()].map((bin) => (bin + 0.5) * each),
    values: [...bins.values()].map((all) => all.reduce((sum, x) => sum + x, 0) / all.length),
  };
}

/** The points of a curve that lie beyond a step. */
function beyond({ at, values }: ReturnType<typeof binned>, step: number) {
  const first = at.findIndex((place) => place >= step);
  return first < 0 ? { at: [], values: [] } : { at: at.slice(first), values: values.slice(first) };
}

const copyOf = (run: RunData) => Number(run.settings.copyAt);

/** "0.09 ahead of", "level with" or "0.03 behind". */
const stand = (lead: number) =>
  Math.abs(lead) < 0.005
    ? 'level with'
    : `${Math.abs(lead).toFixed(2)} ${lead > 0 ? 'ahead of' : 'behind'}`;

export default {
  name: 'upcycle',
  experiment: 'upcycle',
  title(run, { paid, free }) {
    if (paid === undefined) return 'A dense layer, not yet copied';
    if (run.step <= copyOf(run))
      return `A dense layer after ${count(run.step)} steps, to be copied after ${count(copyOf(run))}`;
    if (run.step < lastStep || !free)
      return `Copied after ${count(copyOf(run))} steps, the layer is ${stand(paid)} the mixture from scratch`;
    return `Copied after ${count(copyOf(run))} steps: ${stand(free)} a mixture from scratch after ${count(after)} steps of each, ${stand(paid)} it at the end`;
  },
  caption:
    'Two corpora have half of their rules in common. A dense layer of 24 units is trained, copied to every expert of a mixture, and trained on with a new router; two experts take each word. One step on the axis is two steps of the small dense layer and one of everything else, which costs twice as much: at the same place, all curves have cost equally much arithmetic. There are 20,000 documents of each corpus. Below, the copied layer starts at 0, as if its dense model had existed anyway. The first 50 steps from scratch are left out.',
  controls: {
    copyAt: {},
    experts: { min: 2, max: 8, step: 1, default: 4 },
    router: {
      only: ['softmax-top-k-renormalised', 'softmax-top-k'],
      default: 'softmax-top-k-renormalised',
      change: 'restart',
    },
    learningRate: { min: 0.001, max: 0.03, default: 0.008 },
  },
  fixed: { overlap: 0.5, documents: 20_000 },
  views: [
    {
      view: against({
        name: 'paid',
        reads: { metrics: ['loss', 'wide', 'scratch', 'copied'] },
        x: { label: 'steps of equal arithmetic' },
        y: { label: 'cross-entropy, nats a word (log scale)', scale: 'log' },
        lines: (run) =>
          run.step > early
            ? [
                { name: 'dense', ...binned(run, 'loss', 0, early) },
                { name: 'twice as wide', ...binned(run, 'wide', 0, early) },
                { name: 'from scratch', ...binned(run, 'scratch', 0, early) },
                // What it was before the copy is the dense line.
                { name: 'copied', ...beyond(binned(run, 'copied', 0, early), copyOf(run)) },
              ]
            : [],
      }),
      label: 'If the dense steps count',
    },
    {
      view: against({
        name: 'free',
        reads: { metrics: ['scratch', 'copied'] },
        x: { label: 'steps since its start' },
        y: { label: 'cross-entropy (log scale)', scale: 'log' },
        lines: (run) =>
          run.steps.length
            ? [
                { name: 'from scratch', ...binned(run, 'scratch', 0, early) },
                { name: 'copied', ...binned(run, 'copied', copyOf(run)) },
              ]
            : [],
        aspect: 0.62,
      }),
      label: 'If the dense model existed anyway',
      size: 'half',
    },
    {
      view: against({
        name: 'apart',
        reads: { probes: ['apart'] },
        x: { label: 'training steps' },
        y: { label: 'distance from the experts’ mean' },
        lines(run) {
          const looks = (run.keyframes ?? []).filter(({ probes }) => probes.apart);
          const experts = looks[0]?.probes.apart.data.length ?? 0;
          // Until the copy all are alike, whenever it was looked.
          const alike = [0, Math.min(run.step, copyOf(run))];
          const parted = looks.filter(({ step }) => step > copyOf(run));
          return Array.from({ length: experts }, (_, expert) => ({
            name: `expert ${'ABCDEFGH'[expert]}`,
            at: [...alike, ...parted.map(({ step }) => step)],
            values: [0, 0, ...parted.map(({ probes }) => probes.apart.data[expert])],
          }));
        },
        aspect: 0.62,
      }),
      label: 'How the copies part',
      size: 'half',
    },
  ],
  lastStep,
  describe(run, found) {
    if (found.paid === undefined) return 'Nothing trained yet.';
    return `After ${count(run.step)} steps of equal arithmetic, on unseen documents: dense ${value(found.dense)}, twice as wide ${value(found.wide)}, mixture from scratch ${value(found.scratch)}, copied after ${count(copyOf(run))} steps ${value(found.copied)}.`;
  },
  findings,
  strip: [
    { finding: 'free', label: 'lead over scratch, dense model free', unit: 'nats' },
    { finding: 'paid', label: 'lead over scratch, dense steps counted', unit: 'nats' },
  ],
  nameRun: (run) => `copied after ${plain(copyOf(run))}`,
  recorded: {
    default: { settings: {}, seeds: 4 },
    early: { settings: { copyAt: 75 }, seeds: 3 },
    plain: { settings: { router: 'softmax-top-k' }, seeds: 3 },
  },
} satisfies LabDescription as LabDescription;

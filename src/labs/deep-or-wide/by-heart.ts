/** Who remembers more of a list: depth, width, or networks of which one is used. Station 02. */
import { count, percent } from '../../lab/format';
import type { LabDescription } from '../../lab/types';
import { shares } from '../../views/shares';

export default {
  name: 'by-heart',
  experiment: 'memory-race',
  title(run, { known1, known8 }) {
    if (!run.steps.length) return 'A list to be learned by heart, not yet begun';
    const equal = run.settings.equal === 'multiplications' ? 'multiplications' : 'parameters';
    return `With equal ${equal}, one layer knows ${percent(known1)}, eight networks of which one is used ${percent(known8)}`;
  },
  caption:
    'Random strings of 32 numbers with one of eight names each: there is no rule, so each has to be remembered. Bars: the share of the list that is named right. The line is chance, one in eight. Of the sparse contestants the first bits of a string choose the one network that runs.',
  controls: {
    equal: { default: 'multiplications' },
    items: {},
    budget: { default: 2000, min: 1000, max: 4000, step: 100 },
    learningRate: { default: 0.01 },
  },
  views: [
    {
      view: shares({
        name: 'known',
        probe: 'known',
        label: 'share of the list known',
        costs: { sizes: 'parameters', multiplications: 'multiplications' },
        chance: () => 1 / 8,
      }),
    },
  ],
  lastStep: 2000,
  describe: (run, { known1, known2, known4, known8 }) =>
    run.steps.length
      ? `One layer knows ${percent(known1)}, two ${percent(known2)}, four ${percent(known4)}, eight networks ${percent(known8)} after ${count(run.step)} steps.`
      : 'Nothing learned yet.',
  findings(run) {
    const [known1, known2, known4, sparse2, sparse4, known8] = Array.from(
      run.probes.known?.data ?? [],
    );
    return { known1, known2, known4, sparse2, sparse4, known8 };
  },
  strip: [{ finding: 'sparse4', label: 'known by four networks', format: 'percent' }],
  goals: [
    {
      name: 'all',
      words: 'Know nine in ten of 6,144 items with at most 2,000 multiplications a string.',
      met: (run, _, findings) =>
        run.settings.equal === 'multiplications' &&
        Number(run.settings.items) >= 6144 &&
        Number(run.settings.budget) <= 2000 &&
        Math.max(...Object.values(findings)) >= 0.9,
    },
  ],
  recorded: {
    default: { settings: {}, seeds: 5 },
    parameters: { settings: { equal: 'parameters', items: 2048 }, seeds: 5 },
  },
} satisfies LabDescription as LabDescription;

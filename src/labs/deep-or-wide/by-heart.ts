/** Who remembers more of a list: depth, width, or networks of which one is used. Station 02. */
import { count, percent } from '../../lab/format';
import type { LabDescription } from '../../lab/types';
import { shares } from '../../views/shares';

export default {
  name: 'by-heart',
  experiment: 'memory-race',
  title(run, { known1, known8 }) {
    if (!run.steps.length) return 'A list to learn by heart, not yet begun';
    const equal = run.settings.equal === 'multiplications' ? 'multiplications' : 'parameters';
    return `With equal ${equal}, one layer knows ${percent(known1)}; eight networks, of which one runs, know ${percent(known8)}`;
  },
  caption:
    'The list has random strings of 32 bits, each with one of eight names. There is no rule, so each string has to be remembered. The bars show the share of the list that is named right; the line is chance, one in eight. In a set of several networks the first bits of a string say which one runs.',
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
      ? `After ${count(run.step)} steps one layer knows ${percent(known1)} of the list, two layers ${percent(known2)}, four layers ${percent(known4)}, and eight networks, of which one runs, ${percent(known8)}.`
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
      words:
        'With equal multiplications, at most 2,000 for a string, know nine in ten of at least 6,144 strings.',
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

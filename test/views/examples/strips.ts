import type { Findings } from '../../../src/lab/types';
import { strips } from '../../../src/views/strips';
import { nothing, runOf } from './shared';
import type { Example } from './types';

const view = strips({
  name: 'strips',
  reads: {},
  rows: [
    { name: 'all', label: 'all' },
    { name: 'less', label: 'one less' },
    { name: 'other', label: 'another' },
  ],
  columns: [
    { name: 'loss', label: 'loss', say: (x) => x.toFixed(2) },
    { name: 'kept', label: 'kept', say: String },
  ],
  finding: (column, row) => `${column}_${row}`,
  findings: (run): Findings =>
    run.steps.length ? { loss_all: 1.3, loss_less: 1.9, kept_all: 64 } : {},
  nothing: 'None of 3 is trained yet.',
});

const seed = (n: number) => ({
  seed: n,
  findings: {
    ...{ loss_all: 1 + n / 10, loss_less: 1.5 + n / 10, loss_other: 1.25 },
    ...{ kept_all: 64, kept_less: 64, kept_other: 256 },
  },
});

export const examples: Example[] = [
  {
    view,
    state: 'three seeds',
    run: { ...runOf({}), seeds: [1, 2, 3].map(seed) } as Example['run'],
  },
];

export const empty = { view, run: nothing() };
export const own = { view, run: runOf({}), recorded: examples[0].run };

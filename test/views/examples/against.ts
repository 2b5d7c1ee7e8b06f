import { against } from '../../../src/views/against';
import { probe, runOf } from './shared';
import type { Example } from './types';

const members = Array.from({ length: 64 }, (_, i) => i + 1);
const variance = (own: number, shared: number) => members.map((m) => shared + (own - shared) / m);

const formula = against({
  name: 'variance',
  reads: { probes: ['measured'] },
  x: { label: 'members (log scale)', scale: 'log', ticks: [1, 2, 4, 8, 16, 32, 64] },
  y: { label: 'variance (log scale)', scale: 'log' },
  lines: (run) => {
    const measured = Array.from(run.probes.measured?.data ?? []);
    if (!measured.length) return [];
    return [
      { name: 'the same points', at: members, values: variance(0.04, 0.036), floor: 0.036 },
      { name: 'an eighth each', at: members, values: variance(0.6, 0) },
      { name: 'measured', at: [1, 2, 4, 8], values: measured, measured: true, like: 1 },
    ];
  },
});

const moved = against({
  name: 'moved',
  reads: { probes: ['moved'] },
  x: { label: 'slide' },
  y: { label: 'squared error' },
  lines: (run) => [
    {
      name: 'if moved now',
      at: [0, 0.25, 0.5, 0.75, 1],
      values: Array.from(run.probes.moved?.data ?? []),
    },
  ],
  rules: () => [{ at: 0.2, words: 'one alone' }],
  mark: () => ({ at: 0.75, words: 'the slide' }),
});

const slid = (by: number) => runOf({ probes: { moved: probe([5], (i) => 0.5 - 0.1 * i + by) } });

export const examples: Example[] = [
  {
    view: formula,
    state: 'two lines and dots',
    run: runOf({ probes: { measured: probe([4], (i) => 0.62 / 2 ** i) } }),
  },
  { view: moved, state: 'marked, with a past run', run: slid(0), past: [slid(0.2)] },
];

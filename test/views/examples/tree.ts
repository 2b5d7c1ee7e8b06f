import { tree } from '../../../src/views/tree';
import { probe, runOf } from './shared';
import type { Example } from './types';

const view = tree({ name: 'tree', shares: 'shares', label: 'share of the cases' });

const of = (branching: number[], shares: number[]) =>
  runOf({
    facts: { branching },
    probes: { shares: probe([5, shares.length], (_row, expert) => shares[expert]) },
  });

export const examples: Example[] = [
  { view, state: 'two levels', run: of([2, 2], [0.4, 0.1, 0.3, 0.2]) },
  { view, state: 'one level', run: of([4], [0.25, 0.75, 0, 0]) },
];

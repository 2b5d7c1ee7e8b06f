import { parted } from '../../../src/views/parted';
import { runOf, vectors } from './shared';
import type { Example } from './types';

const identity = parted({
  name: 'identity',
  metric: 'parts',
  whole: { column: 1, name: 'mean error of the members' },
  parts: [
    { column: 0, name: 'error of the average' },
    { column: 2, name: 'ambiguity' },
  ],
  left: 3,
  label: 'squared error',
});

const adding = (blend: number, ambiguity: number) =>
  runOf({ metrics: { parts: vectors(() => [blend, blend + ambiguity, ambiguity, 2.5e-7]) } });

export const examples: Example[] = [
  { view: identity, state: 'two parts', run: adding(0.01234, 0.0111) },
  { view: identity, state: 'nearly all of it one part', run: adding(0.4, 42000) },
];

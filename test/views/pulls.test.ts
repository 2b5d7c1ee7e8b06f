import { describe, expect, it } from 'vitest';
import { opposed } from '../../src/views/pulls';
import { asStored, drawn, spaced, texts } from './draw';
import { examples } from './examples/pulls';
import { nothing } from './examples/shared';

const [example] = examples;

/** How far each arrow reaches above the line that it starts from: task, balance, task … */
const reach = (document: Document) =>
  [...document.querySelectorAll('.v-pull')].map((path) => {
    const heights = [...path.getAttribute('d')!.matchAll(/[ML][\d.-]+ ([\d.-]+)/g)].map((point) =>
      Number(point[1]),
    );
    return heights[0] - heights[3];
  });

describe('the pulls', () => {
  it.each(examples)('are as stored: $state', asStored);

  it('reach up or down as far as they pull, both on one scale', () => {
    const [task, balance, , , , , , strongest] = reach(drawn(example));
    expect(task).toBeGreaterThan(0);
    expect(balance).toBeLessThan(0);
    expect(strongest / task).toBeCloseTo(0.05 / 0.04, 1);
  });

  it('count the experts that are pulled two ways', () => {
    expect(opposed(example.run)).toBe(3);
    expect(spaced(example.view.describe(example.run))).toContain(
      'C (15 % of the load) task down, balance loss down; D (5 % of the load) task down, balance loss up. They are opposed for 3 of 4.',
    );
    expect(example.view.describe(nothing())).toBe('No gradient has been taken yet.');
  });

  it('name both', () => {
    expect(texts(drawn(example))).toEqual(expect.arrayContaining(['task', 'balance loss']));
  });
});

import { describe, expect, it } from 'vitest';
import { standings } from '../../src/views/race';
import { asStored, drawn, texts } from './draw';
import { examples } from './examples/race';
import { nothing } from './examples/shared';

const [steps, flops] = examples;

describe('a race', () => {
  it.each(examples)('is as stored: $state', asStored);

  it('names its lanes at the ends of their curves', () => {
    expect(texts(drawn(steps)).slice(-4)).toEqual([
      'dense, small 1.23',
      'dense, large 0.817',
      '8 experts 0.925',
      'table by character 0.900',
    ]);
  });

  it('says who leads where all have been, and that depends on the axis', () => {
    expect(steps.view.describe(steps.run, 'steps')).toBe(
      'cross-entropy, nats. After 120 training steps dense, large (0.817) leads, before table by character (0.900), 8 experts (0.925), dense, small (1.23).',
    );
    const words = flops.view.describe(flops.run, 'flops');
    expect(words).toMatch(/After 2\.4·10⁸ floating-point operations table by character/);
    expect(words).toMatch(/dense, large \([\d.]+\)\.$/);
    expect(steps.view.describe(nothing())).toMatch(/nobody has started/);
  });

  it('can be won from above', () => {
    const names = (better: 'low' | 'high') =>
      standings(steps.run, 'loss', 'steps', better).order.map(({ name }) => name);
    expect(names('high')).toEqual(names('low').reverse());
  });
});

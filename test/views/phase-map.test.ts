import { describe, expect, it } from 'vitest';
import { asStored, drawn, spaced, texts } from './draw';
import { examples } from './examples/phase-map';
import { nothing } from './examples/shared';

const [example] = examples;

describe('a phase map', () => {
  it.each(examples)('is as stored: $state', asStored);

  it('has a cell a lane, with its number where it has one', () => {
    const document = drawn(example);
    // Twelve of fifteen have begun.
    expect([...document.querySelectorAll('.v-number text')]).toHaveLength(12);
    expect(texts(document)).toEqual(
      expect.arrayContaining(['balance strength α', 'jitter', '0.01', '0.3']),
    );
  });

  it('hatches what is not done, and that alone', () => {
    const lines = (lastStep: number, className: string) => {
      const path = drawn({ ...example, lastStep }).querySelector(`path.${className}`);
      return path?.getAttribute('d')?.match(/M/g)?.length;
    };
    // Three cells wait and three train; with half the steps planned none trains.
    expect(lines(120, 'v-over')).toBe(lines(120, 'v-hatch'));
    expect(lines(60, 'v-over')).toBeUndefined();
    expect(lines(60, 'v-hatch')).toBe(lines(120, 'v-hatch'));
  });

  it('hatches within its cells', () => {
    const d = drawn(example).querySelector('path.v-hatch')!.getAttribute('d')!;
    const xs = [...d.matchAll(/[ML]([\d.]+),/g)].map(([, x]) => Number(x));
    expect(Math.max(...xs)).toBeLessThanOrEqual(940);
    expect(Math.min(...xs)).toBeGreaterThan(500);
  });

  it('says its lowest and its highest cell', () => {
    expect(spaced(example.view.describe(example.run))).toBe(
      'experts alive, 12 of 15 cells: lowest 20 % at balance strength α 0, jitter 0; highest 80 % at balance strength α 0.3, jitter 0.3.',
    );
    expect(example.view.describe(nothing())).toMatch(/nothing trained yet/);
    expect(example.view.table(example.run).rows[1].map((cell) => spaced(String(cell)))).toEqual([
      '0.1',
      '30 %',
      '31 %',
      '40 %',
      '60 %',
      '–',
    ]);
  });
});

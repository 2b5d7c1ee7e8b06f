import { describe, expect, it } from 'vitest';
import { asStored, drawn, spaced, texts } from './draw';
import { examples } from './examples/points-and-curves';
import { nothing } from './examples/shared';

const [panels, named, owned] = examples;

describe('points and curves', () => {
  it.each(examples)('are as stored: $view.name, $state', asStored);

  it('have a panel for each of the first dimension, on one scale', () => {
    const document = drawn(panels);
    expect(texts(document)).toEqual(
      expect.arrayContaining(['of the mixture', 'of each expert', 'of the likelihood']),
    );
    // Four faint lines a panel, strong where their gates are the largest.
    expect(document.querySelectorAll('.v-faint path')).toHaveLength(12);
    expect(document.querySelectorAll('svg svg .v-line path')).toHaveLength(3);
    // The same numbers beside each.
    expect(texts(document).filter((words) => words === '−0.5')).toHaveLength(3);
  });

  it('show how much each member counts as bands of one height', () => {
    const bands = [...drawn(panels).querySelectorAll('.v-river path')];
    expect(bands).toHaveLength(12);
    const ys = bands.flatMap((path) =>
      [...path.getAttribute('d')!.matchAll(/,(-?[\d.]+)/g)].map(([, y]) => Number(y)),
    );
    expect(Math.max(...ys) - Math.min(...ys)).toBe(14);
  });

  it('name lines in the margin, or under the frame where there is none', () => {
    const wide = texts(drawn(named));
    expect(wide.slice(-5)).toEqual(['truth', 'average', 'first', 'second', 'third']);
    expect(texts(drawn(named, 358)).slice(-5)).toEqual(wide.slice(-5));
    expect(drawn(named).querySelectorAll('.v-band path')).toHaveLength(3);
  });

  it('say who counts where, and how far the answer is off', () => {
    expect(spaced(panels.view.describe(panels.run))).toMatch(
      /^of the mixture: of 4 curves the strongest is A on 40 %, .* of the range; the mixture goes from/,
    );
    expect(named.view.describe(named.run)).toBe('3 curves; the average is off by up to 0.150.');
    expect(named.view.describe(nothing())).toBe('Nothing has been fitted yet.');
  });

  it('give a table of heights', () => {
    const { columns, rows } = named.view.table(named.run);
    expect(columns).toEqual(['x', 'truth', 'first', 'second', 'third', 'average']);
    expect(rows[16]).toEqual(['0', '0', '−0.200', '0', '0.200', '0']);
  });

  it('give a point the colour of the member that has most of it, as strong as its share', () => {
    const points = [...drawn(owned).querySelectorAll('.v-owned circle')];
    const read = (name: string) => points.map((point) => point.getAttribute(name));
    expect(read('fill')).toEqual(['var(--expert-A)', 'var(--expert-A)']);
    expect(read('fill-opacity')).toEqual(['0.95', '0.28']);
    expect(drawn(owned).querySelectorAll('.v-seen circle')).toHaveLength(1);
    expect(owned.view.describe(owned.run)).toMatch(
      /of 3 points each belongs most to: A 2, B 0; 1 of them by more than nine tenths\.$/,
    );
  });
});

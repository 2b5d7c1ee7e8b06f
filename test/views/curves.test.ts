import { describe, expect, it } from 'vitest';
import { asStored, drawn, texts } from './draw';
import { examples } from './examples/curves';
import { nothing } from './examples/shared';

const [one, named, seeds, two, kinds, biases] = examples;

describe('curves', () => {
  it.each(examples)('are as stored: $view.name, $state', asStored);

  it('draw one point a row, lower where the number is lower', () => {
    const [path] = drawn(one).querySelectorAll('.v-line path');
    const points = [...path.getAttribute('d')!.matchAll(/([-\d.]+),([-\d.]+)/g)].map(([, ...at]) =>
      at.map(Number),
    );
    expect(points).toHaveLength(12);
    for (const [i, [x, y]] of points.entries())
      if (i) expect([x > points[i - 1][0], y > points[i - 1][1]]).toEqual([true, true]);
    // A twelfth of the steps is a twelfth of the axis, and halves lie evenly on a log axis.
    const [first, second, , fourth] = points;
    expect(second[0] - first[0]).toBeCloseTo(points[11][0] - points[10][0], 0);
    expect(second[1] - first[1]).toBeCloseTo(fourth[1] - second[1], 0);
  });

  it('stand in front of past runs, and of names at their ends', () => {
    expect(drawn(one).querySelectorAll('.v-past path')).toHaveLength(1);
    expect(texts(drawn(named)).slice(-3)).toEqual(['X 0.0333', 'W 0.0417', 'Z 0.0750']);
  });

  it('make one of several seeds, with the band between the least and the greatest', () => {
    const document = drawn(seeds);
    expect(document.querySelectorAll('.v-line path')).toHaveLength(2);
    expect(document.querySelectorAll('.v-band path')).toHaveLength(1);
    expect(seeds.view.describe(seeds.run)).toBe(
      'loss (log scale) after 120 training steps: 8 experts 0.0417 (0.0333 to 0.0500), dense 0.0750.',
    );
  });

  it('count operations or seconds where every run knows them, else steps', () => {
    expect(texts(drawn(seeds))).toContain('floating-point operations');
    expect(texts(drawn({ ...seeds, axis: 'seconds' }))).toContain('seconds of computing');
    expect(texts(drawn({ ...one, axis: 'flops' }))).toContain('training steps');
    expect(seeds.view.describe(seeds.run, 'flops')).toContain('floating-point operations');
  });

  it('take their names from facts, or are experts with their bullets', () => {
    expect(texts(drawn(kinds)).at(-1)).toBe('Italian 0.0500');
    const document = drawn(biases);
    expect(document.querySelectorAll('circle')).toHaveLength(4);
    expect(texts(document)).toEqual(expect.arrayContaining(['A', 'D', '0.120', '−0.120']));
  });

  it('stand against levels that are said', () => {
    expect(texts(drawn(two))).toContain('ln 2: a coin');
    expect(drawn(two).querySelectorAll('.v-fair')).toHaveLength(1);
  });

  it('say where they began and where they are', () => {
    expect(one.view.describe(one.run)).toBe(
      'loss (log scale) from 0.400 to 0.0333 in 120 training steps.',
    );
    expect(one.view.describe(nothing())).toBe('loss (log scale): nothing trained yet.');
  });

  it('give a table with a column a curve', () => {
    const { columns, rows } = two.view.table(two.run);
    expect(columns).toEqual(['step', 'next token', 'the one after']);
    expect(rows.at(-1)).toEqual(['120', '0.433', '0.933']);
  });
});

import { describe, expect, it } from 'vitest';
import { against } from '../../src/views/against';
import { asStored, drawn, texts } from './draw';
import { examples } from './examples/against';
import { nothing, runOf } from './examples/shared';

const [formula, moved] = examples;

describe('numbers against a number', () => {
  it.each(examples)('are as stored: $view.name, $state', asStored);

  it('are lines where they follow from a formula, and dots where they were measured', () => {
    const document = drawn(formula);
    expect(document.querySelectorAll('.v-line path')).toHaveLength(2);
    expect(document.querySelectorAll('circle')).toHaveLength(4);
    // Of one colour: the measured ones belong to the second line.
    const stroke = document.querySelectorAll('.v-line path')[1].getAttribute('stroke');
    expect(document.querySelector('circle')!.getAttribute('fill')).toBe(stroke);
    expect(document.querySelectorAll('.v-floor line')).toHaveLength(1);
  });

  it('name their lines, at the ends or below', () => {
    const names = ['the same points', 'an eighth each'];
    expect(texts(drawn(formula))).toEqual(expect.arrayContaining(names));
    expect(texts(drawn(formula, 358))).toEqual(expect.arrayContaining(names));
    // A single one is what the axis says.
    expect(texts(drawn(moved))).not.toContain('if moved now');
    expect(texts(drawn(moved))).toEqual(expect.arrayContaining(['the slide', 'one alone']));
    expect(drawn(moved).querySelectorAll('.v-past path')).toHaveLength(1);
  });

  it('name past lines where asked, each once, and not those that are drawn now', () => {
    const view = against({
      name: 'by-name',
      reads: {},
      x: { label: 'experts' },
      y: { label: 'loss' },
      lines: (run) => [{ name: String(run.settings.way), at: [8, 32], values: [1, 0.5] }],
      namesPast: true,
    });
    const way = (way: string) => runOf({ settings: { way } });
    const past = ['by hand', 'by hand', 'learned'].map(way);
    const words = texts(drawn({ view, run: way('learned'), past }));
    expect(words.filter((each) => each === 'by hand')).toHaveLength(1);
    expect(words.filter((each) => each === 'learned')).toHaveLength(1);
  });

  it('are an empty frame before anything is measured', () => {
    expect(drawn({ ...formula, run: nothing() }).querySelectorAll('.v-line path')).toHaveLength(0);
  });

  it('say where they begin and end, and where they stop', () => {
    expect(formula.view.describe(formula.run)).toContain(
      'the same points: 0.0400 at 1, 0.0361 at 64, never below 0.0360; an eighth each: 0.600 at 1',
    );
    expect(formula.view.describe(nothing())).toBe(
      'variance (log scale) against members (log scale): nothing measured yet.',
    );
    const { columns, rows } = formula.view.table(formula.run);
    expect(columns).toEqual([
      'members (log scale)',
      'the same points',
      'an eighth each',
      'measured',
    ]);
    expect(rows[1]).toEqual(['2', '0.0380', '0.300', '0.310']);
    expect(rows[2][3]).toBe('–');
  });
});

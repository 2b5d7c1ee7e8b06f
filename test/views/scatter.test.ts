import { describe, expect, it } from 'vitest';
import { asStored, drawn, spaced, texts } from './draw';
import { examples } from './examples/scatter';
import { nothing } from './examples/shared';

const [memory, hands] = examples;

describe('a scatter', () => {
  it.each(examples)('is as stored: $view.name, $state', asStored);

  it('has a named point a lane, joined by the setting that tells them apart', () => {
    const document = drawn(memory);
    expect(document.querySelectorAll('.v-line path')).toHaveLength(3);
    expect(document.querySelectorAll('circle')).toHaveLength(11);
    expect(document.querySelectorAll('.v-behind circle')).toHaveLength(2);
    expect(texts(document)).toEqual(expect.arrayContaining(['16 of 4', '1 of 16', 'chance']));
  });

  it('keeps every name within the picture', () => {
    for (const width of [358, 940])
      for (const text of drawn(memory, width).querySelectorAll('.v-label text')) {
        const group = text.parentElement!;
        const dx = Number(group.getAttribute('transform')?.match(/\((-?[\d.]+)/)?.[1] ?? 0);
        const x = Number(text.getAttribute('transform')!.match(/\((-?[\d.]+)/)![1]) + dx;
        const long = text.textContent!.length * 6.6;
        const left = group.getAttribute('text-anchor') === 'end' ? x - long : x;
        expect(left).toBeGreaterThanOrEqual(0);
        expect(left + long).toBeLessThanOrEqual(width + 1);
      }
  });

  it('puts a name elsewhere where it would cover another point', () => {
    const [near] = examples.filter(({ state }) => state === 'a name beside a point');
    const group = (name: string) =>
      [...drawn(near).querySelectorAll('.v-label')].findIndex((each) =>
        each.textContent!.includes(name),
      );
    expect(group('2 nodes')).not.toBe(group('4 devices'));
    expect(group('2 devices')).toBe(group('4 devices'));
  });

  it('joins a second height to the first', () => {
    const document = drawn(hands);
    expect(document.querySelectorAll('.v-hollow circle')).toHaveLength(3);
    expect(spaced(hands.view.describe(hands.run))).toBe(
      'share right against experts (log scale). 1 of 8: 80 % at 1.00 (unseen 73 %); 4 of 8: 95 % at 4.00 (unseen 70 %); 16 of 8: 99 % at 16.0 (unseen 58 %).',
    );
    expect(hands.view.describe(nothing())).toMatch(/nothing measured yet/);
  });

  it('tabulates what it shows', () => {
    const { columns, rows } = hands.view.table(hands.run);
    expect(columns).toEqual(['run', 'experts (log scale)', 'share right', 'unseen']);
    expect(rows).toHaveLength(3);
  });
});

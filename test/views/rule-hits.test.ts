import { describe, expect, it } from 'vitest';
import { asStored, drawn, spaced, texts } from './draw';
import { examples } from './examples/rule-hits';
import { nothing } from './examples/shared';

const [half, unread] = examples;

describe('what rules of a cache find', () => {
  it.each(examples)('is as stored: $state', asStored);

  it('is a row a rule, the reader first, with the share at hand at its end', () => {
    const words = texts(drawn(half));
    const rows = ['your choices', 'LRU', 'dice', 'LFU', 'clairvoyant'];
    expect(words.filter((word) => rows.includes(word))).toEqual(rows);
    expect(words).toEqual(expect.arrayContaining(['50 %', '63 %']));
    expect(drawn(half).querySelectorAll('circle')).toHaveLength(8);
  });

  it('is said and tabled, also before anything is read', () => {
    expect(spaced(half.view.describe(half.run))).toBe(
      'Share of the experts found: your choices 50 %, LRU 25 % (recorded routers 30 % to 40 %), dice 30 % (recorded routers 30 % to 35 %), LFU 45 % (recorded routers 40 % to 45 %), clairvoyant 63 % (recorded routers 50 % to 60 %).',
    );
    expect(spaced(unread.view.describe(unread.run))).toMatch(/: your choices, LRU \(recorded/);
    expect(half.view.describe(nothing())).toBe('Nothing is found yet.');
    const said = half.view.table(half.run).rows.map((row) => row.map((x) => spaced(String(x))));
    expect(said[0]).toEqual(['your choices', '50 %', '–', '–', '–']);
    expect(said[1]).toEqual(['LRU', '25 %', '30 %', '40 %', '35 %']);
    expect(unread.view.table(unread.run).rows[1][1]).toBe('–');
  });
});

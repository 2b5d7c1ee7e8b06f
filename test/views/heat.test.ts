import { describe, expect, it } from 'vitest';
import { heat } from '../../src/views/heat';
import { asStored, drawn, spaced, texts } from './draw';
import { examples } from './examples/heat';
import { nothing } from './examples/shared';

const [domains, kinds, attention] = examples;

describe('a heat map', () => {
  it.each(examples)('is as stored: $view.name, $state', asStored);

  it('has its numbers in the cells where they fit, else a strip that says what a shade is', () => {
    expect(texts(drawn(kinds))).toContain('46');
    expect(texts(drawn(kinds)).some((words) => words.includes('share of'))).toBe(false);
    expect(texts(drawn(attention))).toContain('1.00  attention');
  });

  it.each([288, 358, 940])('says what a shade is within the picture, %i px wide', (width) => {
    const view = heat({
      name: 'long',
      probe: 'attention',
      rows: { label: 'kind of token', names: 'numbers' },
      columns: { label: 'expert', names: 'numbers' },
      quantity: 'share of the cluster’s tokens',
      say: (x) => `${Math.round(100 * x)} %`,
      numbers: false,
    });
    const document = drawn({ view, run: attention.run }, width);
    const height = Number(document.querySelector('svg')!.getAttribute('viewBox')!.split(' ')[3]);
    const words = [...document.querySelectorAll('.v-axis text')].filter((text) =>
      text.textContent!.includes('share of'),
    );
    expect(words).toHaveLength(1);
    const [[dx, dy], [x, y]] = [words[0].parentElement!, words[0]].map((each) =>
      /\((.*?)\)/.exec(each.getAttribute('transform')!)![1].split(',').map(Number),
    );
    expect(x + dx).toBeGreaterThanOrEqual(0);
    expect(x + dx + words[0].textContent!.length * 6).toBeLessThanOrEqual(width);
    expect(y + dy + 5).toBeLessThanOrEqual(height);
  });

  it('draws many cells as few paths', () => {
    const document = drawn(attention);
    expect(document.querySelectorAll('rect')).toHaveLength(0);
    const cells = [...document.querySelectorAll('path[fill-opacity]')]
      .map((path) => path.getAttribute('d')!.match(/M/g)!.length)
      .reduce((sum, count) => sum + count, 0);
    expect(cells).toBeGreaterThan(20 * 32);
    expect(document.querySelectorAll('path').length).toBeLessThan(60);
  });

  it('has a colour for much and one for little where there is a middle', () => {
    const fills = new Set(
      [...drawn(domains).querySelectorAll('path[fill-opacity]')].map((path) =>
        path.getAttribute('fill'),
      ),
    );
    expect([...fills].sort()).toEqual(['var(--series-1)', 'var(--series-2)', 'var(--wash)']);
  });

  it('names rows, columns and panels, as many as have room', () => {
    const words = texts(drawn(domains));
    expect(words).toEqual(expect.arrayContaining(['per sequence', 'per batch', 'bias', 'domain']));
    expect(texts(drawn(attention, 358)).filter((each) => /^[a-z]$/.test(each)).length).toBeLessThan(
      texts(drawn(attention)).filter((each) => /^[a-z]$/.test(each)).length,
    );
  });

  it('says its largest cells', () => {
    expect(spaced(kinds.view.describe(kinds.run))).toBe(
      '6 rows (kind), 8 columns (expert); the largest share of the kind’s characters is 46 for sums and A, then 46 for departures and B, then 46 for program and C.',
    );
    expect(kinds.view.describe(nothing())).toBe(
      'share of the kind’s characters: nothing measured yet.',
    );
  });

  it('gives every number in its table', () => {
    const { columns, rows } = domains.view.table(domains.run);
    expect(columns).toEqual(['domain', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']);
    expect(rows).toHaveLength(12);
    expect(rows[4].slice(0, 3)).toEqual(['per batch, A', '2.0', '1.5']);
  });
});

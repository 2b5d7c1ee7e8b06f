import { describe, expect, it } from 'vitest';
import { asStored, drawn, spaced } from './draw';
import { examples } from './examples/decision-maps';

const [example] = examples;

describe('decision maps', () => {
  it.each(examples)('are as stored: $state', asStored);

  it('are coloured by side, stronger where the network is surer', () => {
    const cells = [...drawn(example).querySelectorAll('rect')].map((cell) => [
      cell.getAttribute('fill'),
      cell.getAttribute('fill-opacity'),
    ]);
    const sure = ['0.46', '0.46', '0.46', '0.46'];
    expect(cells.slice(0, 4).map(([, ink]) => ink)).toEqual(sure);
    expect(cells.slice(0, 2).map(([fill]) => fill)).toEqual(['var(--expert-A)', 'var(--expert-B)']);
    expect(cells.slice(4).map(([, ink]) => ink)).toEqual(['0.06', '0.06', '0.06', '0.06']);
  });

  it('leave out a point that lies off the map', () => {
    expect(drawn(example).querySelectorAll('circle')).toHaveLength(2 * 2);
  });

  it('say the share of each', () => {
    expect(spaced(example.view.describe(example.run))).toBe(
      'Share of unseen points on the right side: sure 100 %, unsure 50 %.',
    );
  });
});

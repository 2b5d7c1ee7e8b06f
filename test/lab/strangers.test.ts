/** Parts of an address that speak to no lab of the page. */
import { expect, it } from 'vitest';
import { strangersIn } from '../../src/lab/strangers';

const said = (query: string) => strangersIn(new URLSearchParams(query), ['fit', 'width']);

it('are named once each, with what the page has', () => {
  expect(said('fits.seed=9&fits.hidden=2&fit.seed=3')).toEqual([
    'The address mentions a lab fits, which is not on this page (here: fit, width); that part is left out.',
  ]);
});

it('are not what belongs to the page’s labs, to all labs, or to others', () => {
  expect(
    said('fit.seed=9&width.input.target=x&rung=wasm&view=teacher&utm_source=mail&cell.gates=abc'),
  ).toEqual([]);
});

it('are shortened where somebody wrote a novel', () => {
  expect(said(`${'x'.repeat(3000)}.seed=1`)[0].length).toBeLessThan(140);
});

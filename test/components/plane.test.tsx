/** The plane beside a list of points draws what can be used of it, however long the list is. */
import { render } from 'preact-render-to-string';
import { expect, it } from 'vitest';
import { Plane } from '../../src/components/inputs/Plane';

const drawn = (lines: number) =>
  render(<Plane text={'0.1, 0.2\n'.repeat(lines)} set={() => {}} />).split('<circle').length - 1;

it('draws every point of a list that can be used, and no more of one that cannot', () => {
  expect(drawn(1500)).toBe(1500);
  expect(drawn(50_000)).toBe(2000);
});

/** What an address was meant to be. */
import { expect, it } from 'vitest';
import { meant } from '../../src/course/nearest';

const stations = ['01-one-hidden-layer', '06-collapse-and-balance', '15-serving', '12-parrots'];

it.each([
  ['06-colapse-and-balanse', '06-collapse-and-balance'],
  ['collapse-and-balance', '06-collapse-and-balance'],
  ['06-collapse', '06-collapse-and-balance'],
  ['6-Collapse-And-Balance.html', '06-collapse-and-balance'],
  ['serving', '15-serving'],
  ['12-parots', '12-parrots'],
  ['no', undefined],
  ['wp-login.php', undefined],
  ['station', undefined],
  ['x'.repeat(3000), undefined],
])('%s', (word, station) => {
  expect(meant(word, stations)).toBe(station);
});

/** The README quotes what the benchmark measured. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { figures, renewed } from '../../bench/readme.mjs';

const read = (name: string) => JSON.parse(readFileSync(`bench/${name}.json`, 'utf8'));
const machine = read('machine');

// A quick run leaves other rows behind, and the README alone.
it.skipIf(machine.quick)(
  'has the figures of bench/results.json; if not, npm run bench -- readme',
  () => {
    const readme = readFileSync('README.md', 'utf8');
    expect(readme).toBe(renewed(readme));
  },
);

it.skipIf(machine.quick)('would show another figure', () => {
  const rows = read('results');
  const profiles = read('profile');
  const before = figures(rows, machine, profiles);
  rows[0].stepMs *= 2;
  expect(figures(rows, machine, profiles)).not.toBe(before);
});

it('says so where the README has lost its place for them', () => {
  expect(() => renewed('# Another')).toThrow(/lost its marks/);
});

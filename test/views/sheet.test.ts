import { describe, expect, it } from 'vitest';
import { drawn } from './draw';
import { empty, examples } from './examples/sheet';

const [example] = examples;

describe('a sheet of numbers', () => {
  it('is a table whose first column names the rows', () => {
    const document = drawn(example);
    const rows = [...document.querySelectorAll('tbody tr')].map((row) => [
      row.querySelector('th[scope=row]')!.textContent,
      ...[...row.querySelectorAll('td')].map(({ textContent }) => textContent),
    ]);
    expect(rows).toEqual([
      ['8', '2', '28'],
      ['32', '8', '10,518,300'],
    ]);
    expect(document.querySelectorAll('thead th[scope=col]')).toHaveLength(3);
  });

  it('says itself, and that there is nothing yet', () => {
    expect(example.view.describe(example.run)).toBe(
      '8: chosen 2, sets 28; 32: chosen 8, sets 10,518,300.',
    );
    expect(empty.view.describe(empty.run)).toMatch(/Nothing has been counted/);
    expect(drawn({ ...empty }).querySelector('table')).toBeNull();
  });
});

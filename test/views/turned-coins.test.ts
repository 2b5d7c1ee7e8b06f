import { describe, expect, it } from 'vitest';
import { asStored, drawn } from './draw';
import { examples } from './examples/turned-coins';

const [example] = examples;

describe('turned coins', () => {
  it.each(examples)('are as stored: $state', asStored);

  it('frame the earlier coin whose experts changed, and no other', () => {
    expect(drawn(example).querySelectorAll('.v-changed')).toHaveLength(1);
    expect(example.view.describe(example.run)).toMatch(/1 of 4 earlier coins change/);
  });

  it('have both ways in the table', () => {
    const { rows } = example.view.table(example.run);
    expect(rows[0]).toEqual(['1.1', 'tails: A', 'tails: D']);
    expect(rows[2]).toEqual(['1.3 (the last)', 'heads: C', 'tails: C']);
  });
});

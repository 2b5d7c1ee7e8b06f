/** On hardware no command of a step leaves a graphics processor empty; see bench/occupancy.mjs. */
import { beforeAll, expect, it } from 'vitest';
import { type Row, start, steps } from '../../bench/occupancy/steps';
import { complaints } from '../../bench/occupancy.mjs';
import type { Variant } from '../../src/tensor/ops/variant';

const names = ['classifier-8', 'fit', 'transformer-mha'];
let found: Record<string, Record<Variant, Row[]>>;

beforeAll(async () => {
  await start();
  found = await steps(names);
});

it('starts enough workgroups wherever a sum is long', () => {
  expect(Object.keys(found).sort()).toEqual([...names].sort());
  for (const variants of Object.values(found))
    expect(variants.split.length).toBeGreaterThanOrEqual(variants['in turn'].length);
  expect(complaints(found)).toEqual([]);
});

it('would say so of the variant that adds in turn', () => {
  for (const name of names) {
    const words = complaints({ [name]: { split: found[name]['in turn'] } });
    expect(words.length, name).toBeGreaterThan(0);
  }
});

it('names the case, the command and what is wrong with it', () => {
  const row = { op: 'Sum', program: 'reduce', groups: 1, invocations: 64, chain: 65 };
  const of = (row: object) => complaints({ fit: { split: [row] } });
  expect(of(row)).toEqual([
    'fit, split: Sum (reduce) lets one invocation go through 65 terms in turn while 1 workgroup starts.',
  ]);
  expect(of({ ...row, chain: 64 })).toEqual([]);
  expect(of({ ...row, groups: 64 })).toEqual([]);
  expect(of({ ...row, chain: undefined })).toEqual([
    'fit, split: Sum (reduce) has a loop and does not say how many terms it goes through.',
  ]);
});

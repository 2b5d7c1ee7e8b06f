import { describe, expect, it } from 'vitest';
import { lowestLoss, register } from '../../src/model/tasks/register';
import * as yard from '../../src/model/tasks/yard';
import { isHeldBack } from '../../src/model/tasks/yard/sums';
import { uniforms } from '../../src/tensor/random';

describe.each(yard.kinds.map((kind, number) => ({ ...kind, number })))('$name', (kind) => {
  const next = uniforms(3, kind.name);
  const lines = Array.from({ length: 400 }, () => yard.lineOf(kind.number, next));

  it('writes what its own checker passes, and knows the kind by its form', () => {
    for (const { text } of lines) {
      expect(kind.check(text), text).toBe(true);
      expect(yard.kindOf(text), text).toBe(kind.number);
    }
  });

  it('knows how likely a line is', () => {
    for (const { logProbability } of lines) {
      expect(logProbability).toBeLessThan(0);
      // No grammar has fewer than a hundred lines or more than a million.
      expect(Math.exp(logProbability)).toBeGreaterThan(1e-6);
    }
  });

  it('refuses lines with a character changed, but for the few that are right again', () => {
    const wrong = lines.filter(({ text }, i) => {
      const at = i % text.length;
      const other = yard.characters[(yard.characters.indexOf(text[at]) + 7) % 48];
      return !kind.check(text.slice(0, at) + other + text.slice(at + 1));
    });
    expect(wrong.length).toBeGreaterThan(320);
  });
});

it('holds fifteen sums of a hundred back for good', () => {
  const held = Array.from({ length: 100 }, (_, i) => isHeldBack(Math.floor(i / 10), i % 10));
  expect(held.filter(Boolean)).toHaveLength(15);
  const next = uniforms(5, 'sums');
  for (let i = 0; i < 300; i++) {
    const [a, , b] = yard.lineOf(0, next).text;
    expect(isHeldBack(Number(a), Number(b))).toBe(false);
    const [c, , d] = yard.lineOf(0, next, 'unseen').text;
    expect(isHeldBack(Number(c), Number(d))).toBe(true);
  }
});

it('writes with 48 characters, and says which it has not', () => {
  expect(yard.characters).toHaveLength(48);
  expect(yard.decode(yard.encode('7+8=15\n'))).toBe('7+8=15\n');
  expect(() => yard.encode('A')).toThrow('text has no "A"');
});

it('a register knows each wagon once, and a longer one begins with the shorter', () => {
  const long = register(1225);
  expect(new Set(long.map(({ wagon }) => wagon)).size).toBe(1225);
  expect(register(64)).toEqual(long.slice(0, 64));
  expect(lowestLoss({ wagons: 768 })).toBeCloseTo(1.661, 3);
});

import { describe, expect, it } from 'vitest';
import { asStored, drawn, texts } from './draw';
import { examples } from './examples/expert-tape';
import { nothing } from './examples/shared';

const [example, growing] = examples;

describe('the tape of a cache', () => {
  it.each(examples)('is as stored: $state', asStored);

  it('fills what was found and leaves a ring for what had to be fetched', () => {
    const fills = [...drawn(example).querySelectorAll('circle')].map((disc) =>
      disc.getAttribute('fill'),
    );
    const paper = (fill: string | null) => fill === 'var(--paper)';
    const groups = [...drawn(example).querySelectorAll('g[fill="var(--paper)"] circle')];
    expect(fills.filter((fill) => fill?.includes('expert'))).toHaveLength(5);
    expect(fills.filter(paper).length + groups.length).toBe(3);
  });

  it('writes the characters above their columns and letters beside the rows', () => {
    expect(texts(drawn(example))).toEqual(
      expect.arrayContaining(['t', 'h', 'e', 'A', 'B', 'C', 'D']),
    );
  });

  it('says and lists what was in memory and what was not', () => {
    expect(example.view.describe(example.run)).toBe(
      '4 characters ask for 8 experts; 5 are in memory, 3 are fetched.',
    );
    expect(example.view.table(example.run).rows[2].slice(1)).toEqual(['A D', 'A D', 'B C']);
    expect(example.view.describe(nothing())).toBe('No character has been read yet.');
  });

  it('that grows has room for what comes, points where that is shown, and a line where it is played', () => {
    const discs = [...drawn(growing).querySelectorAll('circle')];
    const small = discs.filter((disc) => disc.getAttribute('r') === '3');
    const points = discs.length - 6;
    expect(points).toBe(6);
    expect(small.length + drawn(growing).querySelectorAll('g[r="3"] circle').length).toBe(6);
    expect(texts(drawn(growing))).toEqual(expect.arrayContaining(['t', 'y', 'a']));
    const { facts } = growing.run;
    const tape = { ...(facts!.tape as object), characters: ['t', 'h', 'e'], coming: [] };
    const hidden = { ...growing, run: { ...growing.run, facts: { ...facts, tape } } };
    expect(drawn(hidden).querySelectorAll('circle')).toHaveLength(6);
    expect(growing.view.table(growing.run).rows).toHaveLength(3);
  });
});

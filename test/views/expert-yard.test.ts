import { describe, expect, it } from 'vitest';
import { movedFrom, placementOf } from '../../src/views/expert-yard';
import { asStored, drawn } from './draw';
import { examples, moved } from './examples/expert-yard';
import { nothing } from './examples/shared';

const [still] = examples;

const rows = (document: Document) =>
  [...document.querySelectorAll('.switchboard-row')].map((row) =>
    [...row.querySelectorAll('button')].map((each) => each.getAttribute('aria-label')?.[0]),
  );
const said = (document: Document) => document.querySelector('.switchboard-said')!.textContent;

describe('a yard of experts', () => {
  it('is as stored', () => asStored(still));

  it('stands in order, and cannot be moved, until a router is trained here', () => {
    const document = drawn(still);
    expect(rows(document)).toEqual([
      ['A', 'B'],
      ['C', 'D'],
    ]);
    expect(said(document)).toContain('visits 2.00 devices');
    expect(said(document)).toContain('Press Play');
    const [arrange] = document.querySelectorAll('.by-hand-desk button');
    expect(arrange.hasAttribute('disabled')).toBe(true);
    expect(drawn(moved).querySelector('.by-hand-desk button')!.hasAttribute('disabled')).toBe(
      false,
    );
  });

  it('shows where the reader put them, and what that saves', () => {
    const document = drawn(moved);
    expect(rows(document)).toEqual([
      ['A', 'C'],
      ['B', 'D'],
    ]);
    expect(said(document)).toContain(
      '2 experts have been moved: a token visits 1.00 devices and makes 1.00 trips (at first 2.00)',
    );
    expect(document.querySelector('button')!.getAttribute('aria-label')).toBe(
      'A, used most by kind 1, on device 1',
    );
  });

  it('reads the placement of the run where no other is handed in', () => {
    expect(placementOf(nothing(), [0, 1])).toEqual([0, 1]);
    const placement = { shape: [2], data: Float32Array.from([1, 0]) };
    expect(placementOf({ ...nothing(), inputs: { placement } } as never, [0, 1])).toEqual([1, 0]);
    expect(movedFrom([0, 0, 1], [0, 1, 1])).toBe(1);
  });

  it('lists who stands where', () => {
    const { rows } = still.view.table(still.run);
    expect(rows).toEqual([
      ['1', 'A B', '1 2'],
      ['2', 'C D', '1 2'],
    ]);
    expect(still.view.describe(nothing())).toBe('There is no trained router yet.');
  });
});

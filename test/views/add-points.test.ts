import { describe, expect, it } from 'vitest';
import { nearest, type Place, withOne, without } from '../../src/views/add-points';
import { pointsAndCurves } from '../../src/views/points-and-curves';
import { probe, runOf } from './examples/shared';

const two: Place[] = [
  [0, 0],
  [0.5, 1],
];

describe('points of the reader’s own', () => {
  it('are added as a link can say them, and taken away, but for the last two', () => {
    const three = withOne(two, [0.123456, -0.5]);
    expect(three).toEqual([...two, [0.12, -0.5]]);
    expect(without(three, 0)).toEqual([
      [0.5, 1],
      [0.12, -0.5],
    ]);
    expect(without(two, 0)).toBe(two);
    const many = Array.from({ length: 200 }, (): Place => [0, 0]);
    expect(withOne(many, [1, 1])).toBe(many);
  });

  it('are hit where they are nearest', () => {
    expect(nearest(two, [0.4, 1])).toEqual({ index: 1, distance: expect.closeTo(0.1) });
    expect(nearest([], [0, 0])).toBeUndefined();
  });

  const view = pointsAndCurves({
    name: 'own',
    x: { from: -1, to: 1, label: 'x' },
    y: { from: -1, to: 1, label: 'y' },
    target: { probe: 'truth', name: 'truth' },
    points: 'seen',
    add: true,
  });
  const run = runOf({
    probes: { seen: probe([3, 2], () => 0.5), truth: probe([5], () => 0) },
  });
  const marks = (inputs?: Parameters<typeof view.plot>[0]['inputs']) => {
    const [chart] = [view.plot({ run, inputs, width: 940, height: 400 })].flat();
    const flat = (chart.marks ?? []).flat(9) as ({ data?: unknown } | null)[];
    return flat.map((mark) => mark?.data);
  };

  it('stand in the figure at once, and hide a truth that is not theirs', () => {
    expect(view.Layer).toBeDefined();
    const own = { points: { shape: [2, 2], data: Float32Array.of(0, 0, 0.25, 0.5) } };
    expect(marks(own)).toContainEqual([
      { x: 0, y: 0 },
      { x: 0.25, y: 0.5 },
    ]);
    expect(marks()).toContainEqual(Array(3).fill({ x: 0.5, y: 0.5 }));
    const truth = expect.arrayContaining([expect.objectContaining({ x: -1, y: 0, gate: 1 })]);
    expect(marks()).toContainEqual(truth);
    expect(marks(own)).not.toContainEqual(truth);
    // Years wait until the experiment has moved them into the frame.
    const years = { points: { shape: [2, 2], data: Float32Array.of(1990, 0, 2020, 0.5) } };
    expect(marks(years)).toContainEqual(Array(3).fill({ x: 0.5, y: 0.5 }));
  });
});

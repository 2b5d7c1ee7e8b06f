import { expect, it } from 'vitest';
import { Meter } from '../../src/engine/worker/meter';
import { next } from '../../src/engine/worker/order';

/** A lane that takes steps at once; its slices are of `planned` steps. */
function lane(target: number, planned = 1) {
  const meter = new Meter();
  while (meter.planned < planned) meter.add(1, 10 / planned, 0, 0);
  return {
    meter,
    step: 0,
    get room() {
      return target - this.step;
    },
    advance(steps: number) {
      this.step += steps;
      return { steps, done: Promise.resolve() };
    },
  };
}

/** Slices until all rest; the largest distance between two lanes at any time. */
function train(...lanes: ReturnType<typeof lane>[]) {
  let apart = 0;
  let slices = 0;
  for (let taker = next(lanes); taker; taker = next(lanes)) {
    taker.advance(Math.min(taker.room, taker.meter.planned), 0);
    const steps = lanes.map(({ step }) => step);
    apart = Math.max(apart, Math.max(...steps) - Math.min(...steps));
    if (++slices > 10_000) throw new Error('The lanes do not come to an end.');
  }
  return { apart, steps: lanes.map(({ step }) => step) };
}

it('leaves one lane alone to itself', () => {
  const one = lane(100, 64);
  expect(next([one])).toBe(one);
  expect(train(one).steps).toEqual([100]);
  expect(next([one])).toBeUndefined();
});

it('lets all go forward in step, by slices of the slowest', () => {
  expect(train(lane(100, 8), lane(100, 8))).toEqual({ apart: 8, steps: [100, 100] });
  expect(train(lane(100, 64), lane(100, 1), lane(100, 8))).toEqual({
    apart: 1,
    steps: [100, 100, 100],
  });
});

it('lets the one that is behind catch up, and no further', () => {
  const [behind, ahead] = [lane(50, 64), lane(50, 64)];
  ahead.advance(20);
  expect(next([ahead, behind])!.room).toBe(20);
});

it('does not wait for a lane that is over', () => {
  expect(train(lane(10, 4), lane(30, 4)).steps).toEqual([10, 30]);
});

/** Several start-ups at once, on a page where no backend runs yet. */
import { expect, it } from 'vitest';
import { climb } from '../../src/engine/rungs/ladder';
import * as tf from '../../src/tensor/tf';
import { HeldClock } from './fixtures/clock';

// TensorFlow.js gives a backend that is started twice at once to nobody but the last who asked.
it('try one rung at a time, and start each backend once', async () => {
  const clock = new HeldClock();
  const ladders = await Promise.all([
    climb('wasm', clock),
    climb('wasm', clock),
    climb(undefined, clock),
    climb('cpu', clock),
  ]);
  expect(ladders.map(({ chosen }) => chosen)).toEqual(['wasm', 'wasm', 'wasm', 'cpu']);
  for (const { reports } of ladders)
    expect(reports[1]).toMatchObject({ rung: 'wasm', usable: true });
  expect(tf.getBackend()).toBe('cpu');
  expect(clock.most).toBe(1);
});

/** What the editor completes: the library's names with a line of words and their shapes. */
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { names } from '../../src/course/names';
import * as model from '../../src/model';
import { Plot } from '../../src/notebook/free/charts';

const { door, plot, files } = names();

it('has every name of the door, and says what it is', () => {
  expect(Object.keys(door).toSorted()).toEqual(Object.keys(model).toSorted());
  expect(door.softmaxTopK).toMatchObject({
    is: 'Router',
    in: { route: { is: '(input: RouterInput): Routing' } },
  });
  expect(door.softmaxTopK.words).toContain('x [tokens, dim] → routing [tokens, experts].');
  expect(door.keepWithinCapacity.is).toBe(
    '(mask: Tensor2D, topK: number, factor: Scalar): Tensor2D',
  );
  expect(door.sparseLayer.in?.forward.words).toContain('x [tokens, dim] → y [tokens, out]');
  for (const { words } of Object.values(door)) expect(words).toBeTruthy();
});

it('has ops of TensorFlow.js with their arguments', () => {
  expect(door.tf.in?.matMul.is).toMatch(/^\(a: .*b: .*transposeA\?: boolean/);
  expect(door.tf.in?.topKMask.words).toBeTruthy();
  expect(Object.keys(door.tf.in ?? {}).length).toBeGreaterThan(150);
});

it('knows what stands at hand in a file', () => {
  const names = files['src/model/routers/softmax-top-k.ts'];
  expect(names.tf).toBe('tf');
  expect(names.scaled).toMatchObject({
    is: expect.stringContaining('Tensor2D'),
    words: expect.any(String),
  });
  expect(names).not.toHaveProperty('Router');
  expect(names).toHaveProperty('route');
});

it('tells of the marks that there are', () => {
  for (const mark of Object.keys(plot.Plot.in ?? {}))
    expect(mark in (Plot as object), mark).toBe(true);
});

it('is light enough to be fetched with the editor', () => {
  expect(gzipSync(JSON.stringify(names()), { level: 9 }).length).toBeLessThan(40_000);
});

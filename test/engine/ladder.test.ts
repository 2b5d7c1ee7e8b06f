/** Where to compute, in a browser that cannot be trusted. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Patience } from '../../src/engine/clock';
import { sleep } from '../../src/engine/clock';
import { attempt } from '../../src/engine/rungs/attempt';
import { climb, forget } from '../../src/engine/rungs/ladder';
import { expectedLoss } from '../../src/engine/rungs/reference';
import * as tf from '../../src/tensor/tf';
import { HeldClock } from './fixtures/clock';

const real: Patience = { sleep };
const nothing = {};

beforeEach(() => {
  for (const rung of ['webgpu', 'wasm', 'cpu'] as const) forget(rung);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

/** A browser whose `navigator.gpu` answers so. */
const browser = (requestAdapter: () => unknown) => {
  const asked = vi.fn(requestAdapter);
  vi.stubGlobal('navigator', { gpu: { requestAdapter: asked } });
  return asked;
};

const never = () => new Promise<never>(() => {});

const webgpuOf = async (patience: Patience) => (await climb(undefined, patience)).reports[0];

describe('a rung', () => {
  it('trains the reference to the loss that NumPy gives', async () => {
    const report = await attempt('cpu', nothing, real);
    expect(report).toMatchObject({ rung: 'cpu', usable: true });
    expect(report.stepMs).toBeGreaterThan(0);
    expect(report.reason).toMatch(/^JavaScript: [\d.]+ ms per small training step\.$/);
  });

  it('is refused where it computes wrongly, with both numbers', async () => {
    const right = tf.getKernel('Relu', 'cpu');
    tf.unregisterKernel('Relu', 'cpu');
    tf.registerKernel({ ...right, kernelFunc: tf.getKernel('Abs', 'cpu').kernelFunc });
    const report = await attempt('cpu', nothing, real);
    tf.unregisterKernel('Relu', 'cpu');
    tf.registerKernel(right);
    expect(report.usable).toBe(false);
    expect(report.reason).toContain(`where ${expectedLoss} is right`);
  });

  it('is refused where it throws, in its words', async () => {
    const right = tf.getKernel('Softmax', 'cpu');
    tf.unregisterKernel('Softmax', 'cpu');
    const report = await attempt('cpu', nothing, real);
    tf.registerKernel(right);
    expect(report).toMatchObject({ usable: false });
    expect(report.reason).toMatch(/^JavaScript failed: .*Softmax.*\.$/);
  });

  it('is given up where it takes too long', async () => {
    await attempt('cpu', nothing, real);
    const read = vi.spyOn(tf.Tensor.prototype, 'data').mockImplementation(never);
    const clock = new HeldClock();
    const trying = attempt('cpu', nothing, clock);
    await clock.pass(30_000);
    expect(await trying).toMatchObject({
      usable: false,
      reason: 'JavaScript failed: it did not come to an end within 30 seconds.',
    });
    read.mockRestore();
  });
});

describe('the ladder', () => {
  it('falls back to what can be used, and says why not the others', async () => {
    const ladder = await climb('webgpu', real);
    expect(ladder.byHand).toBe(false);
    expect(['wasm', 'cpu']).toContain(ladder.chosen);
    expect(tf.getBackend()).toBe(ladder.chosen);
    expect(ladder.reports.map(({ rung }) => rung)).toEqual(['webgpu', 'wasm', 'cpu', 'recorded']);
    expect(ladder.reports[0]).toMatchObject({
      usable: false,
      reason: 'This browser offers no WebGPU here.',
    });
  });

  it('honours a rung chosen by hand, and the recorded run', async () => {
    expect(await climb('cpu', real)).toMatchObject({ chosen: 'cpu', byHand: true });
    expect(await climb('recorded', real)).toMatchObject({ chosen: 'recorded', byHand: true });
  });

  it('says over plain http what WebGPU takes', async () => {
    vi.stubGlobal('isSecureContext', false);
    vi.stubGlobal('navigator', {});
    expect((await webgpuOf(real)).reason).toBe(
      'This page came over plain http, where browsers offer no WebGPU: it takes https or localhost.',
    );
  });

  it.each<[string, () => unknown, string]>([
    [
      'rejects',
      () => Promise.reject(new Error('No luck')),
      'This browser has WebGPU, but gave no graphics adapter: No luck.',
    ],
    [
      'throws',
      () => {
        throw new TypeError('Illegal invocation');
      },
      'This browser has WebGPU, but gave no graphics adapter: Illegal invocation.',
    ],
    [
      'finds none',
      () => Promise.resolve(null),
      'This browser has WebGPU, but found no graphics adapter.',
    ],
  ])('goes on where the question for an adapter %s', async (_, requestAdapter, reason) => {
    browser(requestAdapter);
    const ladder = await climb(undefined, real);
    expect(ladder.reports[0]).toMatchObject({ rung: 'webgpu', usable: false, reason });
    expect(['wasm', 'cpu']).toContain(ladder.chosen);
  });

  it('goes on where the question for an adapter is never answered', async () => {
    browser(never);
    const clock = new HeldClock();
    const climbing = webgpuOf(clock);
    await clock.pass(10_000);
    expect(await climbing).toMatchObject({
      usable: false,
      reason:
        'This browser has WebGPU, but gave no graphics adapter: it did not answer within 10 seconds.',
    });
  });

  const limits = {};
  const info = { vendor: 'acme', architecture: 'one', description: '' };

  it('goes on where an adapter gives no device', async () => {
    const requestDevice = () => Promise.reject(new Error('Too many devices'));
    browser(async () => ({ limits, info, requestDevice }));
    const ladder = await climb(undefined, real);
    expect(ladder.reports[0]).toMatchObject({
      usable: false,
      device: 'acme one',
      reason: 'WebGPU failed: Too many devices.',
    });
    expect(['wasm', 'cpu']).toContain(ladder.chosen);
    expect(tf.getBackend()).toBe(ladder.chosen);
  });

  it('goes on where a device never comes, and wants none that comes late', async () => {
    let give = (_: unknown) => {};
    const requestDevice = () =>
      new Promise((resolve) => {
        give = resolve;
      });
    browser(async () => ({ limits, info, requestDevice }));
    const clock = new HeldClock();
    const climbing = climb(undefined, clock);
    await clock.pass(30_000);
    const { chosen, reports } = await climbing;
    expect(reports[0].reason).toBe('WebGPU failed: it did not come to an end within 30 seconds.');
    const destroyed = new Promise<void>((resolve) => give({ destroy: resolve }));
    await destroyed;
    expect(tf.getBackend()).toBe(chosen);
  });

  it('asks for an adapter once, and again where a hand wants WebGPU that failed', async () => {
    const asked = browser(async () => null);
    await climb(undefined, real);
    await climb('cpu', real);
    await climb(undefined, real);
    expect(asked).toHaveBeenCalledTimes(1);
    await climb('webgpu', real);
    expect(asked).toHaveBeenCalledTimes(2);
  });
});

import { afterEach, describe, expect, it, vi } from 'vitest';
import { counts, load as loadOf } from '../../src/model/metrics';
import { balancers } from '../../src/model/registry';
import type { BalanceContext, Balancer, Routing } from '../../src/model/types';
import { normal } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import { expectClose, expectNoLeaks, useBackend } from './backend';

useBackend();
afterEach(() => vi.restoreAllMocks());

const [TOKENS, EXPERTS] = [32, 8];
const context: BalanceContext = { sequenceLength: 8, devices: 4, deviceLimit: 1 };

/** One expert per token, the router being sure of it: experts in turn, or always the first. */
function certain(kind: 'even' | 'collapsed', balancer: Balancer): Routing {
  const chosen = Array.from({ length: TOKENS }, (_, t) => (kind === 'even' ? t % EXPERTS : 0));
  const mask = tf.cast(tf.oneHot(tf.tensor1d(chosen, 'int32'), EXPERTS), 'float32') as tf.Tensor2D;
  // Smooth loads read the logits; for the others zero says that only the choice matters.
  const noise = balancer.needs?.includes('noise');
  const logits: tf.Tensor2D = tf.mul(mask, noise ? 20 : 0);
  return {
    logits,
    scores: mask,
    mask,
    gates: mask,
    noise: noise ? { noisy: logits, deviation: tf.fill([TOKENS, EXPERTS], 0.5) } : undefined,
  };
}

/** Softmax routing from logits that favour expert 2. */
function skewed(logits: tf.Tensor2D, topK: number): Routing {
  const scores = tf.softmax(logits);
  const mask = tf.topKMask(scores, topK);
  const deviation = tf.fill<tf.Rank.R2>([TOKENS, EXPERTS], 0.7);
  return { logits, scores, mask, gates: tf.mul(scores, mask), noise: { noisy: logits, deviation } };
}

function skewedLogits(): tf.Tensor2D {
  const favour = tf.tensor2d([Array.from({ length: EXPERTS }, (_, e) => (e === 2 ? 1.5 : 0))]);
  return tf.add(normal<tf.Rank.R2>([TOKENS, EXPERTS], 1, 3, 'logits'), favour);
}

const withLoss = balancers.all.filter((balancer) => balancer.loss);
const withUpdate = balancers.all.filter((balancer) => balancer.update);

describe.each(withLoss)('loss $name', (balancer) => {
  const loss = balancer.loss!.bind(balancer);
  const extremes = balancer.extremes?.(EXPERTS, context) ?? { even: 1, collapsed: EXPERTS };

  it.each(['even', 'collapsed'] as const)('has the value it says at %s load', async (kind) => {
    const value = loss(certain(kind, balancer), 1, context);
    expect(value.shape).toEqual([]);
    await expectClose(value, extremes[kind], 1e-4);
  });

  // Where even load and collapse cost the same, the loss is about something else.
  if (extremes.even < extremes.collapsed)
    it.each([1, 2])('pushes the busiest expert down, topK %i', async (topK) => {
      const logits = skewedLogits();
      const gradient = tf.grad((z: tf.Tensor) =>
        loss(skewed(z as tf.Tensor2D, topK), topK, context),
      )(logits);
      const push = (await tf.sum(gradient, 0).array()) as number[];
      expect(push[2]).toBeGreaterThan(0);
      expect(push[2]).toBe(Math.max(...push));
      const before = (await loss(skewed(logits, topK), topK, context).data())[0];
      const steps = tf.mul(gradient, 1 / (await tf.norm(gradient).data())[0]);
      // A short step, so that no choice flips and only the differentiable part changes.
      const lower = tf.sub(logits, tf.mul(steps, 1e-2)) as tf.Tensor2D;
      expect((await loss(skewed(lower, topK), topK, context).data())[0]).toBeLessThan(before);
    });

  it('leaves no tensors behind and reads no values, gradient included', async () => {
    const logits = skewedLogits();
    const reads = (['data', 'dataSync', 'array', 'arraySync', 'bytes'] as const).map((name) =>
      vi.spyOn(tf.Tensor.prototype, name),
    );
    await expectNoLeaks(() => {
      tf.tidy(() => {
        tf.grad((z: tf.Tensor) => loss(skewed(z as tf.Tensor2D, 2), 2, context))(logits);
      });
    });
    for (const read of reads) expect(read).not.toHaveBeenCalled();
  });

  it.each([1, 2])('stays finite where scores and gates vanish, topK %i', async (topK) => {
    // The sigmoid of −200 is 0 in single precision.
    const routed = (z: tf.Tensor2D): Routing => {
      const scores = tf.sigmoid(z) as tf.Tensor2D;
      const mask = tf.topKMask(scores, topK);
      const noise = { noisy: z, deviation: tf.softplus(z) as tf.Tensor2D };
      return { logits: z, scores, mask, gates: tf.mul(scores, mask), noise };
    };
    const logits: tf.Tensor2D = tf.sub(skewedLogits(), 200);
    const value = loss(routed(logits), topK, context);
    const gradient = tf.grad((z: tf.Tensor) => loss(routed(z as tf.Tensor2D), topK, context))(
      logits,
    );
    for (const tensor of [value, gradient])
      expect(Array.from(await tensor.data()).every(Number.isFinite)).toBe(true);
  });

  for (const need of balancer.needs ?? [])
    it(`says that it needs ${need}`, () => {
      const routing = certain('even', balancer);
      expect(() => loss({ ...routing, noise: undefined }, 1, {})).toThrow(
        /needs? .*(noise|device)/,
      );
    });

  if (balancer.needs?.includes('devices'))
    it('refuses devices that cannot hold equally many experts', () => {
      expect(() => loss(certain('even', balancer), 1, { devices: 3 })).toThrow(
        '8 experts cannot be spread evenly over 3 devices',
      );
    });
});

describe.each(withUpdate)('update $name', (balancer) => {
  const update = balancer.update!.bind(balancer);
  // Independent scores, of which expert 2 gets too many.
  const scores = () => tf.sigmoid(skewedLogits()) as tf.Tensor2D;
  const routingWith = (bias: tf.Tensor1D, topK: number): Routing => {
    const plain = scores();
    const mask = tf.topKMask(tf.add(plain, bias), topK);
    return { logits: plain, scores: plain, mask, gates: tf.mul(plain, mask) };
  };

  it.each([1, 2])('evens the load when repeated, topK %i', async (topK) => {
    let bias: tf.Tensor1D = tf.zeros([EXPERTS]);
    const busiest = async () => (await tf.max(loadOf(routingWith(bias, topK).mask)).data())[0];
    const before = await busiest();
    for (let step = 0; step < 200; step++) {
      const routing = routingWith(bias, topK);
      bias = update(bias, counts(routing.mask), tf.scalar(0.003), { routing, topK });
    }
    const after = await busiest();
    expect(before).toBeGreaterThan(0.29);
    expect(after).toBeLessThan(0.19); // fair is 0.125, and four tokens of 32
  });

  it('lowers the bias of the busiest expert below that of the idlest', async () => {
    const routing = routingWith(tf.zeros([EXPERTS]), 1);
    const load = counts(routing.mask);
    const next = update(tf.zeros([EXPERTS]), load, tf.scalar(0.1), { routing, topK: 1 });
    expect(next.shape).toEqual([EXPERTS]);
    const [shares, biases] = [[...(await load.data())], [...(await next.data())]];
    const busiest = shares.indexOf(Math.max(...shares));
    const idlest = shares.indexOf(Math.min(...shares));
    expect(biases[busiest]).toBeLessThan(biases[idlest]);
  });

  it.each([1, 2, 5])('keeps experts barred, topK %i', async (topK) => {
    const barred = [1, 4, 6]; // leaves five: with topK 5 none is free to lose
    const bias = tf.tensor1d(
      Array.from({ length: EXPERTS }, (_, e) =>
        barred.includes(e) ? Number.NEGATIVE_INFINITY : 0.05 * e,
      ),
    );
    const routing = routingWith(bias, topK);
    const next = await update(bias, counts(routing.mask), tf.scalar(0.1), { routing, topK }).data();
    next.forEach((value, e) => {
      if (barred.includes(e)) expect(value).toBe(Number.NEGATIVE_INFINITY);
      else expect(Number.isFinite(value), `expert ${e}`).toBe(true);
    });
  });

  it('leaves no tensors behind and reads no values', async () => {
    const bias = tf.zeros<tf.Rank.R1>([EXPERTS]);
    const rate = tf.scalar(0.1);
    const reads = (['data', 'dataSync', 'array', 'arraySync', 'bytes'] as const).map((name) =>
      vi.spyOn(tf.Tensor.prototype, name),
    );
    await expectNoLeaks(() => {
      tf.tidy(() => {
        const routing = routingWith(bias, 2);
        update(bias, counts(routing.mask), rate, { routing, topK: 2 });
      });
    });
    for (const read of reads) expect(read).not.toHaveBeenCalled();
  });
});

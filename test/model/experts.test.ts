import { describe, expect, it } from 'vitest';
import { fineGrained, slice, sliceGates } from '../../src/model/experts/fine-grained';
import * as relu from '../../src/model/experts/relu';
import * as shared from '../../src/model/experts/shared';
import * as swiglu from '../../src/model/experts/swiglu';
import type { Params } from '../../src/model/types';
import { uniform } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import reference from '../reference/experts.json';
import { expectClose, type Numbers, useBackend } from './backend';
import { config, kinds, rows, tokens, trained } from './small-experts';

useBackend();

const count = (params: Params) =>
  Object.values(params).reduce((sum, tensor) => sum + tensor.size, 0);

describe('SwiGLU and shared experts', () => {
  const { given, onOutput } = reference;
  const names = { w1: 'experts.w1', w3: 'experts.w3', w2: 'experts.w2' };
  const sharedNames = { s1: 'shared.w1', s3: 'shared.w3', s2: 'shared.w2' };

  async function expectAsInPyTorch(
    answer: (params: Params, x: tf.Tensor2D, gates: tf.Tensor2D) => tf.Tensor2D,
    params: Record<string, string>,
    expected: { output: Numbers; gradients: Record<string, Numbers> },
  ) {
    const keys = Object.keys(params) as (keyof typeof given)[];
    const forward = (x: tf.Tensor, gates: tf.Tensor, ...values: tf.Tensor[]) =>
      answer(
        Object.fromEntries(keys.map((key, i) => [params[key], values[i]])),
        x as tf.Tensor2D,
        gates as tf.Tensor2D,
      );
    const inputs = [given.x, given.gates, ...keys.map((key) => given[key])].map((values) =>
      tf.tensor2d(values),
    ) as [tf.Tensor, tf.Tensor, ...tf.Tensor[]];
    await expectClose(forward(...inputs), expected.output, 1e-5);
    const gradients = tf.grads((...values: tf.Tensor[]) =>
      tf.sum(tf.mul(forward(...(values as [tf.Tensor, tf.Tensor])), tf.tensor2d(onOutput))),
    )(inputs);
    for (const [i, name] of ['x', 'gates', ...keys].entries())
      await expectClose(gradients[i], expected.gradients[name], 1e-5);
  }

  it('SwiGLU: output and gradients equal PyTorch', () =>
    expectAsInPyTorch(swiglu.forward, names, reference.swiglu));

  it('with shared experts: output and gradients equal PyTorch', () =>
    expectAsInPyTorch(
      (params, x, gates) => shared.forward(swiglu, params, x, gates, reference.shared.shared),
      { ...names, ...sharedNames },
      reference.shared,
    ));

  it.each(['relu', 'swiglu'] as const)(
    'shared %s experts answer also where no gate is open',
    async (kind) => {
      const params = shared.init(kinds[kind], { ...config, shared: 2 }, 3);
      const closed = tf.zeros<tf.Rank.R2>([10, 3]);
      const answer = shared.forward(kinds[kind], params, tokens(), closed, 2);
      expect((await tf.max(tf.abs(answer)).data())[0]).toBeGreaterThan(0.1);
      const routed = kinds[kind].forward(params, tokens(), closed);
      await expectClose(routed, Array(20).fill(0), 0);
    },
  );

  it('isolating shared experts keeps the number of active ones', () => {
    // DeepSeekMoE 16B: 66 experts of which 8 are active, 2 of them shared.
    expect(shared.isolateShared(66, 8, 2)).toEqual({ experts: 64, topK: 6 });
    expect(() => shared.isolateShared(8, 2, 2)).toThrow('none is left to route');
    expect(() => shared.isolateShared(4, 5, 1)).toThrow('cannot use 5 of 4');
    expect(() => shared.init(relu, { ...config, shared: 0 }, 1)).toThrow('1 or more; not 0');
  });
});

describe('fine-grained experts', () => {
  it('cost as many parameters, active ones too', () => {
    const coarse = { experts: 4, hidden: 12, topK: 2 };
    const fine = fineGrained(coarse, 3);
    expect(fine).toEqual({ experts: 12, hidden: 4, topK: 6 });
    const sizes = { dim: 5, out: 5 };
    expect(count(swiglu.init({ ...sizes, ...fine }, 1))).toBe(
      count(swiglu.init({ ...sizes, ...coarse }, 1)),
    );
    expect(fine.topK * fine.hidden).toBe(coarse.topK * coarse.hidden);
  });

  it.each(['relu', 'swiglu'] as const)(
    'cut from trained %s experts compute the same',
    async (kind) => {
      const params = trained(kind);
      const gates = uniform<tf.Rank.R2>([10, 3], 0, 1, 2, 'gates');
      const before = kinds[kind].forward(params, tokens(), gates);
      const after = kinds[kind].forward(slice(params, 2), tokens(), sliceGates(gates, 2));
      await expectClose(after, await rows(before), 1e-5);
    },
  );

  it('refuses slices that do not divide the hidden units', () => {
    const coarse = { experts: 4, hidden: 10, topK: 1 };
    expect(() => fineGrained(coarse, 4)).toThrow('10 hidden units do not divide into 4');
    expect(() => fineGrained(coarse, 0)).toThrow('not 0');
    expect(() => slice(trained('relu'), 1.5)).toThrow('not 1.5');
  });
});

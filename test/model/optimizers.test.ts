import { describe, expect, it } from 'vitest';
import * as moe from '../../src/model/layers/sparse-layer';
import { liveSettings } from '../../src/model/live';
import { adamWith } from '../../src/model/optimizers/adam';
import { adamwWith } from '../../src/model/optimizers/adamw';
import { optimizers, routers } from '../../src/model/registry';
import { settingsTable } from '../../src/model/settings';
import type { Optimizer, RouterInput } from '../../src/model/types';
import { normal } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import reference from '../reference/adam.json';
import { expectClose, useBackend } from './backend';
import { tensors } from './parity';

useBackend();

describe('constants of one’s own', () => {
  it.each(reference.cases)('$optimizer with $constants moves as in NumPy', async (given) => {
    const optimizer: Optimizer = { adam: adamWith, adamw: adamwWith }[
      given.optimizer as 'adam' | 'adamw'
    ](given.constants);
    let params = tensors(reference.start);
    let state = optimizer.init(params);
    const live = { learningRate: tf.scalar(reference.rate) };
    for (const gradients of reference.gradients)
      ({ params, state } = optimizer.update(params, tensors(gradients), state, live));
    await expectClose(params.matrix, given.after.matrix, 2e-5);
    await expectClose(params.vector, given.after.vector, 2e-5);
  });

  it.each([
    [
      () => adamWith({ bata1: 0.5 } as never),
      'Adam has no constant "bata1"; there are beta1, beta2',
    ],
    [() => adamWith({ beta1: 1 }), 'beta1 must be from 0 to below 1; it is 1'],
    [() => adamwWith({ beta2: Number.NaN }), "AdamW's beta2 must be from 0 to below 1; it is NaN"],
    [() => adamWith({ epsilon: 0 }), 'epsilon must be above 0; it is 0'],
    [() => adamwWith({ weightDecay: -1 }), 'weightDecay must be 0 or more; it is -1'],
  ])('out of range are refused: %#', (make, sentence) => {
    expect(make).toThrow(sentence);
  });
});

describe('live values', () => {
  it('of labs are those that the table says change live', () => {
    const live = Object.entries(settingsTable).filter(([, { change }]) => change === 'live');
    expect([...liveSettings].sort()).toEqual(live.map(([name]) => name).sort());
  });

  const rate = () => ({ learningRate: tf.scalar(0.1) });
  const step = (optimizer: Optimizer, live: Record<string, tf.Scalar>) => {
    const [params, grads] = [{ w: tf.ones([2, 2]) }, { w: tf.ones([2, 2]) }];
    return optimizer.update(params, grads, optimizer.init(params), live);
  };

  it.each(optimizers.all)(
    '$name refuses those that nothing reads, and lists its own',
    (optimizer) => {
      for (const name of ['beta1', 'learnigRate', 'constructor'])
        expect(() => step(optimizer, { ...rate(), [name]: tf.scalar(0.5) })).toThrow(
          new RegExp(`Nothing reads the live value "${name}".*reads ${optimizer.live.join(', ')}`),
        );
      expect(() => step(optimizer, {})).toThrow('needs the live value "learningRate"');
    },
  );

  it.each(optimizers.all)('$name reads what it says, and lets a lab’s others pass', (optimizer) => {
    const read = new Set<string>();
    const live = { ...rate(), balanceStrength: tf.scalar(1), momentum: tf.scalar(0.5) };
    for (const name of optimizer.live) Object.assign(live, { [name]: tf.scalar(0.1) });
    const watched = new Proxy(live, {
      get(values, name) {
        read.add(String(name));
        return Reflect.get(values, name);
      },
    });
    step(optimizer, watched);
    expect([...read].sort()).toEqual([...optimizer.live].sort());
  });

  it.each(routers.all)('the router $name reads what it says', (router) => {
    const topK = router.refusal?.({ experts: 4, topK: 2, tokens: 8 }) ? 1 : 2;
    const values = { temperature: 2, routeScale: 2, jitter: 0.1, noise: 1, learningRate: 0.1 };
    const read = new Set<string>();
    const live = new Proxy(
      Object.fromEntries(Object.entries(values).map(([name, value]) => [name, tf.scalar(value)])),
      {
        get(given, name) {
          read.add(String(name));
          return Reflect.get(given, name);
        },
      },
    );
    const input: RouterInput = {
      x: normal<tf.Rank.R2>([8, 3], 1, 1, 'x'),
      params: router.init(3, 4, 1),
      topK,
      experts: 4,
      tokenIds: tf.tensor1d([0, 1, 2, 3, 4, 5, 6, 7], 'int32'),
      random: { seed: 1, counter: tf.scalar(0, 'int32') },
      live,
    };
    router.route(input);
    expect([...read].sort()).toEqual([...(router.live ?? [])].sort());
  });

  it('a layer refuses for its router', () => {
    const config = { dim: 3, experts: 4, topK: 2, hidden: 2, router: routers.get('gumbel') };
    const params = moe.init(config, 1);
    const route = (live: Record<string, tf.Scalar>) =>
      moe.forward(params, tf.ones([5, 3]), config, { live });
    expect(() => route({ temprature: tf.scalar(1) })).toThrow(
      'Nothing reads the live value "temprature". The router "Gumbel, straight through" reads temperature.',
    );
    expect(route({ temperature: tf.scalar(1) }).y.shape).toEqual([5, 3]);
  });
});

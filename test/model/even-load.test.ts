/**
 * At exactly even load nothing moves, whatever the number of experts: also on a graphics processor,
 * where a division may be off by two and a half units in the last place. A software adapter
 * divides exactly, so here the CPU divides as badly as WGSL allows.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nextStrength } from '../../src/model/balancing/l1';
import { counts, deadExperts, droppedShare, load } from '../../src/model/metrics';
import { balancers } from '../../src/model/registry';
import * as tf from '../../src/tensor/tf';
import { backend, useBackend } from './backend';
import { trainMixture } from './training';

useBackend();
afterEach(() => vi.restoreAllMocks());

/** Makes the CPU's quotients and means wrong by up to two units, from number to number differently. */
function roughDivision(): void {
  const backendName = 'cpu';
  for (const kernelName of ['RealDiv', 'Mean']) {
    let exact: tf.KernelFunc;
    const computeBy = (kernelFunc: tf.KernelFunc) => {
      tf.unregisterKernel(kernelName, backendName);
      tf.registerKernel({ kernelName, backendName, kernelFunc });
    };
    beforeEach(() => {
      exact = tf.getKernel(kernelName, backendName).kernelFunc;
      computeBy((given) => {
        const result = exact(given) as tf.TensorInfo;
        const { data } = given.backend as { data: { get(id: object): { values: Float32Array } } };
        const { values } = data.get(result.dataId);
        values.forEach((value, i) => {
          values[i] = value * (1 + (((i * 3 + 1) % 5) - 2) * 2 ** -23);
        });
        return result;
      });
    });
    afterEach(() => computeBy(exact));
  }
}

/** Each expert equally often, k experts a token: [tokens, experts]. */
function evenMask(experts: number, topK: number, rounds: number): tf.Tensor2D {
  const tokens = experts * rounds;
  const rows = Array.from({ length: tokens }, (_, t) =>
    Array.from({ length: experts }, (_, e) =>
      Number((e - t * topK + tokens * topK) % experts < topK),
    ),
  );
  return tf.tensor2d(rows);
}

const biasesOf = (experts: number) =>
  tf.tensor1d(Array.from({ length: experts }, (_, e) => Math.sin(e + 1)));

const cases = [3, 5, 7, 8, 10, 11, 160].flatMap((experts) =>
  [1, 2].map((topK) => [experts, topK] as const),
);

describe.runIf(backend === 'cpu')('with divisions as rough as WGSL allows', () => {
  roughDivision();

  it('has quotients to stumble over', async () => {
    const shares = await load(evenMask(5, 1, 3)).data();
    expect(new Set(shares).size).toBeGreaterThan(1);
  });

  it.each(cases)('selection biases of %i experts stand still, k %i', async (experts, topK) => {
    const mask = evenMask(experts, topK, 3);
    const bias = biasesOf(experts);
    for (const name of ['bias', 'bias-proportional']) {
      const { update } = balancers.get(name);
      const next = await update!(bias, counts(mask), tf.scalar(0.01)).data();
      expect(Array.from(next), name).toEqual(Array.from(await bias.data()));
    }
  });

  it.each(cases)(
    'the weight of the L1 penalty on %i experts stays, k %i',
    async (experts, topK) => {
      const strength = tf.scalar(0.37);
      const next = nextStrength(strength, { mask: evenMask(experts, topK, 3) }, topK);
      expect(await next.data()).toEqual(await strength.data());
    },
  );

  it('nothing dropped is a share of 0', async () => {
    for (const [experts, topK] of cases) {
      const mask = evenMask(experts, topK, 3);
      expect((await droppedShare(mask, mask).data())[0]).toBe(0);
    }
  });

  it('an expert with exactly a fiftieth of its fair share is not below it', async () => {
    // 3 of 5 · 150 assignments; the others share the rest.
    const shares = tf.div(tf.tensor1d([3, 297, 150, 150, 150]), 750) as tf.Tensor1D;
    expect((await deadExperts(shares).data())[0]).toBe(0);
    const fewer = tf.div(tf.tensor1d([2, 298, 150, 150, 150]), 750) as tf.Tensor1D;
    expect((await deadExperts(fewer).data())[0]).toBe(1);
  });
});

it.each(cases)(
  'selection biases of %i experts stand still as they are, k %i',
  async (experts, topK) => {
    const bias = biasesOf(experts);
    const { update } = balancers.get('bias');
    const next = await update!(bias, counts(evenMask(experts, topK, 3)), tf.scalar(0.01)).data();
    expect(Array.from(next)).toEqual(Array.from(await bias.data()));
  },
);

it.runIf(backend === 'cpu')('station 06 hands its balancer counts, not shares', async () => {
  const seen = vi.spyOn(balancers.get('bias'), 'update');
  const given: number[][] = [];
  seen.mockImplementation((bias, counts) => {
    given.push(Array.from(counts.dataSync()));
    return tf.clone(bias);
  });
  await trainMixture({ balancer: 'bias', experts: 5, topK: 2 }, 1, 2);
  expect(given.length).toBe(2);
  for (const counts of given) {
    expect(counts.every(Number.isInteger)).toBe(true);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(128 * 2);
  }
});

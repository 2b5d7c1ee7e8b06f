import { describe, expect, it } from 'vitest';
import * as relu from '../../src/model/experts/relu';
import * as swiglu from '../../src/model/experts/swiglu';
import type { Params } from '../../src/model/types';
import { normal, uniforms } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import { useWebGPU } from '../engine/fixtures/faults';
import { onCPU, withBindings } from '../engine/fixtures/twins';
import { expectClose, expectNoLeaks } from '../model/backend';

useWebGPU();

interface Case {
  tokens: number;
  dim: number;
  experts: number;
  hidden: number;
  out: number;
  /** Which experts a token chooses. */
  chosen(token: number, next: () => number): number[];
  mostPairs?: number;
}

/** k different experts at random. */
const random =
  (experts: number, k: number) =>
  (_: number, next: () => number): number[] => {
    const left = Array.from({ length: experts }, (_, e) => e);
    return Array.from({ length: k }, () => left.splice(Math.floor(next() * left.length), 1)[0]);
  };

const cases: Record<string, Case> = {
  'eight experts, two chosen': {
    ...{ tokens: 64, dim: 16, experts: 8, hidden: 32, out: 16, mostPairs: 128 },
    chosen: random(8, 2),
  },
  'sizes that are no multiple of a tile': {
    ...{ tokens: 37, dim: 7, experts: 5, hidden: 9, out: 3, mostPairs: 74 },
    chosen: random(5, 2),
  },
  'multiples of four, of no tile': {
    ...{ tokens: 51, dim: 12, experts: 3, hidden: 20, out: 4, mostPairs: 51 },
    chosen: random(3, 1),
  },
  'rows enough for the larger tile': {
    ...{ tokens: 150, dim: 20, experts: 3, hidden: 12, out: 28, mostPairs: 300 },
    chosen: random(3, 2),
  },
  'all tokens on one expert': {
    ...{ tokens: 40, dim: 8, experts: 4, hidden: 8, out: 8, mostPairs: 40 },
    chosen: () => [2],
  },
  'the last expert alone': {
    ...{ tokens: 9, dim: 8, experts: 4, hidden: 8, out: 8, mostPairs: 9 },
    chosen: () => [3],
  },
  'experts without tokens': {
    ...{ tokens: 40, dim: 8, experts: 6, hidden: 8, out: 8, mostPairs: 80 },
    chosen: (token) => [1, token % 2 ? 3 : 4],
  },
  'every expert chosen': {
    ...{ tokens: 21, dim: 8, experts: 4, hidden: 12, out: 8, mostPairs: 84 },
    chosen: () => [0, 1, 2, 3],
  },
  'one expert': {
    ...{ tokens: 19, dim: 5, experts: 1, hidden: 6, out: 2, mostPairs: 19 },
    chosen: () => [0],
  },
  'tokens dropped by a capacity': {
    ...{ tokens: 48, dim: 8, experts: 4, hidden: 8, out: 8, mostPairs: 96 },
    chosen: (token, next) => (token % 3 ? random(4, 2)(token, next) : []),
  },
  'nothing chosen at all': {
    ...{ tokens: 12, dim: 8, experts: 4, hidden: 8, out: 8, mostPairs: 24 },
    chosen: () => [],
  },
  'one token': {
    ...{ tokens: 1, dim: 4, experts: 3, hidden: 4, out: 4, mostPairs: 2 },
    chosen: () => [2, 0],
  },
  'many experts': {
    ...{ tokens: 100, dim: 8, experts: 64, hidden: 4, out: 8, mostPairs: 200 },
    chosen: random(64, 2),
  },
  'more experts than threads': {
    ...{ tokens: 30, dim: 4, experts: 300, hidden: 4, out: 4, mostPairs: 90 },
    chosen: random(300, 3),
  },
  'an uneven number of experts per token': {
    ...{ tokens: 33, dim: 8, experts: 5, hidden: 8, out: 12, mostPairs: 165 },
    chosen: (token, next) => random(5, token % 6)(token, next),
  },
};

function gatesOf({ tokens, experts, chosen }: Case): tf.Tensor2D {
  const next = uniforms(3, 'gates');
  const values = new Float32Array(tokens * experts);
  for (let t = 0; t < tokens; t++)
    for (const e of chosen(t, next)) values[t * experts + e] = next() - 0.3;
  return tf.tensor2d(values, [tokens, experts]);
}

/** The answer, and the gradient of a weighed sum of it in everything that goes in. */
function answerAndGradients(kind: typeof relu | typeof swiglu, given: Case): Params {
  const { tokens, dim, experts, hidden, out, mostPairs } = given;
  return tf.tidy(() => {
    const sizes = { experts, dim, hidden, out };
    const params = kind.init(sizes, 1);
    // Biases start at 0, where a mistake with them would not show.
    for (const name of ['experts.b1', 'experts.b2'])
      if (params[name]) params[name] = normal(params[name].shape, 0.5, 2, name);
    const leaves: Params = {
      x: normal([tokens, dim], 1, 4, 'x'),
      gates: gatesOf(given),
      ...params,
    };
    const onY = normal([tokens, out], 1, 5, 'onY');
    const names = Object.keys(leaves);
    const forward = (...values: tf.Tensor[]) => {
      const now = Object.fromEntries(names.map((name, i) => [name, values[i]]));
      return kind.forward(now, now.x as tf.Tensor2D, now.gates as tf.Tensor2D, mostPairs);
    };
    const { grads } = tf.valueAndGrads(
      (...values: tf.Tensor[]) => tf.sum(tf.mul(forward(...values), onY)) as tf.Scalar,
    )(Object.values(leaves));
    return {
      y: forward(...Object.values(leaves)),
      ...Object.fromEntries(names.map((name, i) => [`gradient of ${name}`, grads[i]])),
    };
  });
}

async function expectSame(got: Params, want: Params): Promise<void> {
  for (const name of Object.keys(want)) {
    expect(got[name].shape, name).toEqual(want[name].shape);
    try {
      await expectClose(got[name], await want[name].data(), 2e-5);
    } catch (error) {
      throw new Error(`${name}: ${(error as Error).message}`);
    }
  }
}

const kinds = { relu, swiglu };

describe.each(['relu', 'swiglu'] as const)('grouped %s experts', (kind) => {
  it.each(Object.keys(cases))('equal the plain form: %s', async (name) => {
    const want = onCPU(() => answerAndGradients(kinds[kind], cases[name]));
    const got = answerAndGradients(kinds[kind], cases[name]);
    await expectSame(got, want);
    tf.dispose([want, got]);
  });

  it('equal it on a device whose shaders bind eight tensors', async () => {
    const given = cases['eight experts, two chosen'];
    const want = answerAndGradients(kinds[kind], given);
    const got = withBindings(8, () => answerAndGradients(kinds[kind], given));
    await expectSame(got, want);
    tf.dispose([want, got]);
  });

  it('leave no tensors behind', async () => {
    const given = cases['sizes that are no multiple of a tile'];
    await expectNoLeaks(() => {
      tf.dispose(answerAndGradients(kinds[kind], given));
    });
  });

  it('give the same bits each time', async () => {
    const given = cases['experts without tokens'];
    const [once, again] = [1, 2].map(() => answerAndGradients(kinds[kind], given));
    for (const name of Object.keys(once))
      expect(await again[name].data(), name).toEqual(await once[name].data());
    tf.dispose([once, again]);
  });

  it('answer NaN where more pairs are chosen than there was said to be', async () => {
    const { y, ...rest } = answerAndGradients(kinds[kind], {
      ...cases['every expert chosen'],
      mostPairs: 40,
    });
    expect([...(await y.data())].every(Number.isNaN)).toBe(true);
    tf.dispose([y, rest]);
  });
});

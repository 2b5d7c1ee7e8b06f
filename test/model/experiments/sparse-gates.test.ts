/** What the labs of station 05 claim, held against the library's routers and against enumeration. */
import { describe, expect, it } from 'vitest';
import { cliff, followed, forms, routed } from '../../../src/labs/sparse-gates/shared/one-token';
import coins from '../../../src/model/experiments/sparse-gates/coins';
import dice, { exactly } from '../../../src/model/experiments/sparse-gates/dice';
import zoo from '../../../src/model/experiments/sparse-gates/router-zoo';
import type { Session, Settings, TrainingExperiment } from '../../../src/model/experiments/types';
import { routers } from '../../../src/model/registry';
import * as tf from '../../../src/tensor/tf';
import { expectClose, useBackend } from '../backend';
import { defaults, train } from '../training';

useBackend({ inNode: 'wasm' });

const answers = [1, 0.4, 2, -1];
const target = 2;

describe('one token by hand', () => {
  const places = [
    [2, 1, 0, -1],
    [0.3, -1.2, 2.4, 0.7],
    [-0.5, -0.2, -0.1, -2],
  ];
  const cases = Object.keys(forms).flatMap((router) =>
    [1, 2, 3].flatMap((topK) => places.map((logits) => ({ router, topK, logits }))),
  );

  it.each(cases)('$router, k = $topK, at $logits as in the library', async (given) => {
    const { router, topK, logits } = given;
    const here = routed(router, topK, logits, answers, target);
    const lossOf = (z: tf.Tensor) => {
      const routing = routers.get(router).route({
        x: z as tf.Tensor2D,
        params: { 'router.weight': tf.eye(4) },
        topK,
        experts: 4,
        evaluating: true,
      });
      const answer = tf.sum(tf.mul(routing.gates, tf.tensor1d(answers)));
      return { routing, loss: tf.mul(0.5, tf.square(tf.sub(target, answer))) as tf.Scalar };
    };
    const row = tf.tensor2d([logits]);
    const { routing, loss } = lossOf(row);
    await expectClose(routing.gates, [here.gates], 1e-5);
    await expectClose(routing.mask, [here.mask], 0);
    await expectClose(loss, here.loss, 1e-5);
    // A constant gate leaves nothing to differentiate; a term of 0 touches the logits.
    const slopes = tf.grad((z) => tf.add(lossOf(z).loss, tf.mul(tf.sum(z), 0)))(row);
    await expectClose(slopes, [here.slopes], 1e-5);
  });

  it('pushes the expert with the right answer down, whatever it would have answered', () => {
    const at = (c: number) => routed('softmax-top-k', 1, [2, 1, 0, -1], [1, 0.4, c, -1], 2).slopes;
    expect(at(2)[2]).toBeCloseTo(0.0761, 4);
    expect(at(-50)).toEqual(at(2));
  });

  it('falls off a cliff where the expert comes in, and knows nothing of it before', () => {
    const at = [2, 1, 0, -1];
    const { losses, choices } = cliff(2, [1.99, 2.01], 'softmax-top-k', 1, at, answers, target);
    expect(losses[0]).toBeCloseTo(1.256, 3);
    expect(losses[1]).toBeCloseTo(0.682, 3);
    expect(choices).toEqual([1, 4]);
    expect(routed('softmax-top-k', 1, [2, 1, 1.99, -1], answers, target).slopes[2]).toBeGreaterThan(
      0,
    );
  });

  it('brings C in by the arrows alone where they know its answer, or where a chosen one sinks', () => {
    const arrives = (router: string, topK: number) =>
      followed(300, 0.5, router, topK, [2, 1, 0, -1], answers, target).some(
        (at) => routed(router, topK, at, answers, target).mask[2] > 0,
      );
    expect(Object.keys(forms).filter((router) => arrives(router, 1))).toEqual(['gumbel']);
    expect(Object.keys(forms).filter((router) => arrives(router, 2))).toEqual([
      'softmax-top-k-renormalised',
      'top-k-softmax',
      'sigmoid-normalised',
      'gumbel',
    ]);
  });

  it('refuses what does not route by hand, in words', () => {
    expect(() => routed('hash', 1, [0], [0], 0)).toThrow(/No router “hash”.*softmax-top-k/);
  });
});

/** A probe of a fresh session. */
async function probed(experiment: TrainingExperiment, settings: Settings, name: string, seed = 1) {
  const session: Session = experiment.start({ ...defaults, ...settings }, seed, {});
  const counter = tf.scalar(0, 'int32');
  const live = Object.fromEntries(
    session.live.map((each) => [each, tf.scalar(Number({ ...defaults, ...settings }[each]))]),
  );
  const values = tf.tidy(() =>
    session.probes![name]({ state: session.state, live, inputs: {}, random: { seed, counter } }),
  );
  const numbers = [...(await values.data())];
  session.dispose?.();
  tf.dispose([session.state, live, counter, values]);
  return numbers;
}

describe('draws', () => {
  it('know the exact slope: that of the expected loss by finite differences', () => {
    const { slopes, expected } = exactly();
    const lossAt = (logits: number[]) => {
      const powers = logits.map(Math.exp);
      const total = powers.reduce((sum, x) => sum + x, 0);
      return powers.reduce((sum, p, i) => sum + (p / total) * 0.5 * (target - answers[i]) ** 2, 0);
    };
    const at = [2, 1, 0, -1];
    expect(expected).toBeCloseTo(lossAt(at), 10);
    slopes.forEach((slope, i) => {
      const by = (d: number) => lossAt(at.map((z, j) => (j === i ? z + d : z)));
      expect(slope).toBeCloseTo((by(1e-5) - by(-1e-5)) / 2e-5, 6);
    });
  });

  const judged = (settings: Settings) => probed(dice, { temperature: 1, ...settings }, 'judged');

  it('REINFORCE is right on average, with a baseline as without, and quieter with', async () => {
    const { slopes } = exactly();
    const on = await judged({ router: 'reinforce', baseline: true });
    const off = await judged({ router: 'reinforce', baseline: false });
    for (const mean of [on, off])
      slopes.forEach((slope, i) => {
        expect(Math.abs(mean[i] - slope)).toBeLessThan(0.05);
      });
    expect(on[5]).toBeGreaterThan(0.99);
    expect(on[4]).toBeLessThan(off[4]);
  });

  it('straight through is quieter still, and points elsewhere', async () => {
    const on = await judged({ router: 'reinforce', baseline: true });
    const through = await judged({ router: 'gumbel', baseline: true });
    expect(through[4]).toBeLessThan(0.7 * on[4]);
    expect(through[5]).toBeLessThan(0.95);
    expect(through[5]).toBeGreaterThan(0.8);
  });

  it('refuses a router that does not draw, in words', () => {
    expect(() => dice.start({ ...defaults, router: 'relu' })).toThrow(/does not draw/);
  });
});

const small = { topK: 1, experts: 8, expertHidden: 16, learningRate: 0.01, jitter: 0.01 };

describe('the zoo', () => {
  it.each([
    ['softmax-top-k-renormalised', 1, true],
    ['top-k-softmax', 1, true],
    ['sigmoid-normalised', 1, true],
    ['noisy-top-k', 1, true],
    ['softmax-top-k', 1, false],
    ['switch-top-1', 1, false],
    ['softmax-top-k-renormalised', 2, false],
    ['noisy-top-k', 2, false],
    ['reinforce', 1, false],
  ])('%s with k = %i: the router’s gradient is 0: %s', async (router, topK, none) => {
    const rows = await train(zoo, { ...small, router, topK }, 1, 3);
    for (const { routerGradient } of rows) {
      // What is left of 0 where TensorFlow.js adds up by itself is rounding.
      if (none) expect(routerGradient[0]).toBeLessThan(1e-6);
      else expect(routerGradient[0]).toBeGreaterThan(1e-3);
    }
  });

  it('moves logits that were not chosen where the softmax comes first, and only there', async () => {
    const others = async (router: string) => {
      const settings = { ...small, router, topK: 2 };
      const [slopes, chosen] = await Promise.all(
        ['slopes', 'chosen'].map((name) => probed(zoo, settings, name)),
      );
      return slopes.filter((slope, i) => chosen[i] === 0 && slope !== 0).length;
    };
    expect(await others('softmax-top-k')).toBe(12 * 6);
    expect(await others('top-k-softmax')).toBe(0);
    expect(await others('gumbel')).toBe(12 * 6);
  });

  it('gives soft as many slots as it is asked to', async () => {
    const [few, many] = await Promise.all(
      [1, 16].map((slotsPerExpert) =>
        probed(zoo, { ...small, router: 'soft', slotsPerExpert }, 'unseenLoss'),
      ),
    );
    expect(few[0]).not.toBe(many[0]);
  });
});

describe('coins', () => {
  const settings = { flips: 4, experts: 16, learningRate: 0.01 };

  it('earlier coins change experts as the last is turned where experts choose, never else', async () => {
    const share = (chooser: string) => probed(coins, { ...settings, chooser }, 'rerouted');
    expect((await share('expert'))[0]).toBeGreaterThan(0.05);
    expect((await share('token'))[0]).toBe(0);
  });

  it('shows the last coin turned, and no other', async () => {
    const faces = await probed(coins, { ...settings, chooser: 'expert' }, 'faces');
    const [as, turned] = [faces.slice(0, 16), faces.slice(16)];
    as.forEach((face, i) => {
      expect(turned[i]).toBe(i % 4 === 3 ? 1 - face : face);
    });
  });
});

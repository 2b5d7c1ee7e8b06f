/**
 * Every kind of model in the library gives one run on every rung: five steps on the CPU, on WASM and
 * replayed on WebGPU, from equal seeds. That the last one is replayed says that it can be captured:
 * a capture is refused unless its steps equal TensorFlow.js's.
 */
import { beforeAll, expect, it } from 'vitest';
import { CapturedTrainer } from '../../src/engine/capture/captured';
import { EagerTrainer } from '../../src/engine/rungs/eager';
import sequenceWise from '../../src/model/balancing/sequence-wise';
import switchLoss from '../../src/model/balancing/switch';
import * as components from '../../src/model/decomposition/components';
import * as decomposition from '../../src/model/decomposition/losses';
import * as recipes from '../../src/model/decomposition/recipe';
import * as superposition from '../../src/model/decomposition/superposition';
import * as members from '../../src/model/ensembles/members';
import * as negativeCorrelation from '../../src/model/ensembles/negative-correlation';
import type { Session } from '../../src/model/experiments/types';
import { lossAndGradients } from '../../src/model/gradients';
import * as hierarchical from '../../src/model/mixtures/hierarchical';
import * as localExperts from '../../src/model/mixtures/local-experts';
import * as tree from '../../src/model/mixtures/tree';
import * as deepMlp from '../../src/model/networks/deep-mlp';
import * as multiToken from '../../src/model/networks/multi-token';
import * as transformer from '../../src/model/networks/transformer';
import adamw from '../../src/model/optimizers/adamw';
import { clipByGlobalNorm } from '../../src/model/optimizers/clip';
import { routers } from '../../src/model/registry';
import type { Params, RandomKey } from '../../src/model/types';
import { webgpuBackend } from '../../src/tensor/internals';
import { normal } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';

const steps = 5;
/** Relative: float32 sums in other orders, made some ten times larger by five steps of learning. */
const tolerance = 5e-5;

beforeAll(async () => {
  for (const rung of ['cpu', 'wasm', 'webgpu'] as const) {
    await tf.loadBackend[rung]();
    await tf.setBackend(rung);
  }
  tf.env().set('WEBGPU_CPU_FORWARD', false);
});

interface Model {
  /** Made anew on each backend. */
  init(): Params;
  loss(params: Params, random: RandomKey): tf.Scalar;
  /** The largest norm of its gradients. */
  clip?: number;
}

/** Trains all parameters with AdamW. */
function sessionOf({ init, loss, clip }: Model): Session {
  const params = init();
  const names = Object.keys(params);
  return {
    state: { ...params, ...adamw.init(params) },
    live: ['learningRate', 'weightDecay'],
    step({ state, live, random }) {
      const now = Object.fromEntries(names.map((name) => [name, state[name]]));
      const found = lossAndGradients(now, (given) => loss(given, random));
      const grads = clip ? clipByGlobalNorm(found.grads, clip) : found.grads;
      const moved = adamw.update(now, grads, state, live);
      return { state: { ...moved.params, ...moved.state }, metrics: { loss: found.loss } };
    },
  };
}

async function lossesOn(rung: 'cpu' | 'wasm' | 'webgpu', model: Model): Promise<number[]> {
  await tf.setBackend(rung);
  const session = sessionOf(model);
  const live = { learningRate: 0.01, weightDecay: 0.01 };
  const work = { session, seed: 3, live, inputs: {}, step: 0 };
  const trainer =
    rung === 'webgpu' ? await CapturedTrainer.of(webgpuBackend()!, work) : new EagerTrainer(work);
  await trainer.advance(steps, Number.POSITIVE_INFINITY).done;
  const { metrics } = await trainer.read(false);
  expect(trainer.captured).toBe(rung === 'webgpu');
  trainer.dispose();
  for (const tensor of Object.values(session.state)) tensor.dispose();
  return [...metrics.loss.data];
}

/**
 * Points and what is wanted there, drawn anew in each step. Uniform numbers are equal bit for bit;
 * WebGPU grants its sines and cosines, and with them normal numbers, fewer digits.
 */
const points = (random: RandomKey) => {
  const x = tf.randomUniform<tf.Rank.R2>([24, 2], random, 'x', -1.5, 1.5);
  const [first, second] = tf.split(x, 2, 1);
  return { x, y: tf.sub(tf.square(first), second) as tf.Tensor2D };
};

const tokens = (random: RandomKey, length: number) =>
  tf.randomInt<tf.Rank.R2>([2, length], random, 'tokens', 11);

const moe = (router: string) => ({
  experts: 4,
  topK: 2,
  hidden: 6,
  shared: 1,
  router: routers.get(router),
  balancer: switchLoss,
});

const grouped: transformer.TransformerConfig = {
  dim: 8,
  vocabulary: 11,
  layers: 2,
  firstDense: 1,
  hidden: 12,
  attention: { kind: 'heads', heads: 4, keyValueHeads: 2, rotaryBase: 100 },
  moe: moe('softmax-top-k'),
};

const latent: transformer.TransformerConfig = {
  ...grouped,
  attention: {
    kind: 'latent',
    heads: 2,
    headWidth: 4,
    rotaryWidth: 2,
    queryRank: 6,
    keyValueRank: 4,
  },
  moe: { ...moe('sigmoid-normalised'), balancer: sequenceWise },
};

const network = { inputs: 2, widths: [6, 5], outputs: 1, activation: 'relu' as const };
const local = { experts: 3, inputs: 2, outputs: 1, expertHidden: 4, gateHidden: 4 };
const ensemble = { members: 3, inputs: 2, hidden: 5, outputs: 1 };
const branching = { branching: [2, 2], inputs: 2, outputs: 1 };
const planted = { features: 5, dim: 2 };
const parts = { components: 6, rank: 1, perCase: 2, power: 0.9 };

const models: Record<string, Model> = {
  'a deep network': {
    init: () => deepMlp.init(network, 1),
    loss(params, random) {
      const { x, y } = points(random);
      return tf.mean(tf.squaredDifference(deepMlp.forward(params, x, network), y));
    },
  },
  ...Object.fromEntries(
    localExperts.errors.map(({ value }): [string, Model] => [
      `local experts, ${value} error`,
      {
        init: () => localExperts.init(local, 1),
        loss(params, random) {
          const { x, y } = points(random);
          return localExperts.loss(localExperts.forward(params, x, local), y, value, 0.5);
        },
      },
    ]),
  ),
  'a hierarchical mixture': {
    init: () => tree.toDevice(branching, tree.initHost(branching, 1)),
    loss(params, random) {
      const { x, y } = points(random);
      return hierarchical.loss(params, x, y, branching);
    },
  },
  'an ensemble that is paid for disagreeing': {
    init: () => members.init(ensemble, 1),
    loss(params, random) {
      const { x, y } = points(random);
      return negativeCorrelation.loss(members.forward(params, x, ensemble), y, 0.5);
    },
  },
  'a decomposition into components': {
    init: () => components.init(recipes.superposition(planted.features, planted.dim), parts, 1),
    loss(params, random) {
      const target = superposition.polygon(planted.features);
      const x = tf.randomUniform<tf.Rank.R2>([12, planted.features], random, 'x');
      const recipe = recipes.superposition(planted.features, planted.dim);
      const found = decomposition.losses(recipe, target, params, parts, x);
      return tf.addN<tf.Scalar>([found.faithfulness, found.minimality, found.simplicity]);
    },
  },
  'a decoder with grouped queries and softmax routing': {
    init: () => transformer.init(grouped, 1),
    loss(params, random) {
      const text = tokens(random, 7);
      const options = { sequenceLength: 6 };
      const out = transformer.forward(params, multiToken.window(text, 0, 6), grouped, options);
      return tf.add(
        transformer.taskLoss(out.logits, multiToken.window(text, 1, 6)),
        tf.mul(transformer.balanceLoss(out, grouped, 6), 0.01),
      );
    },
  },
  'a decoder with latent attention, sigmoid routing and multi-token prediction': {
    init: () => ({
      ...transformer.init(latent, 1),
      ...multiToken.init(latent, { kind: 'sequential', depths: 1 }, 2),
    }),
    loss(params, random) {
      const text = tokens(random, 8);
      const extra = { kind: 'sequential', depths: 1 } as const;
      const options = { sequenceLength: 7 };
      const out = transformer.forward(params, multiToken.window(text, 0, 7), latent, options);
      const ahead = multiToken.forward(params, out.hidden, text, latent, extra, options);
      return tf.addN<tf.Scalar>([
        transformer.taskLoss(out.logits, multiToken.window(text, 1, 7)),
        multiToken.loss(ahead, 7, tf.scalar(0.3)),
        tf.mul(transformer.balanceLoss(out, latent, 7), 0.01),
      ]);
    },
    clip: 0.5,
  },
};

it.each(Object.keys(models))('%s', async (name) => {
  const cpu = await lossesOn('cpu', models[name]);
  expect(cpu).toHaveLength(steps);
  expect(new Set(cpu).size).toBe(steps);
  for (const rung of ['wasm', 'webgpu'] as const)
    for (const [step, loss] of (await lossesOn(rung, models[name])).entries())
      expect(
        Math.abs(loss / cpu[step] - 1),
        `step ${step} on ${rung}: ${loss}, ${cpu[step]} on the CPU`,
      ).toBeLessThan(tolerance);
});

/** Weights drawn on the host are equal everywhere, to the last bit. */
it('equal seeds start from equal weights', async () => {
  const drawn: Float32Array[] = [];
  for (const rung of ['cpu', 'wasm', 'webgpu']) {
    await tf.setBackend(rung);
    drawn.push((await normal([50], 1, 9, 'weights').data()) as Float32Array);
  }
  expect(drawn[1]).toEqual(drawn[0]);
  expect(drawn[2]).toEqual(drawn[0]);
});

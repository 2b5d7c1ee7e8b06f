import { describe, expect, it } from 'vitest';
import bias from '../../src/model/balancing/bias';
import sequenceWise from '../../src/model/balancing/sequence-wise';
import { counts } from '../../src/model/metrics';
import * as multiToken from '../../src/model/networks/multi-token';
import * as transformer from '../../src/model/networks/transformer';
import adamw from '../../src/model/optimizers/adamw';
import { clipByGlobalNorm, globalNorm } from '../../src/model/optimizers/clip';
import momentum from '../../src/model/optimizers/momentum';
import { warmUpCosine } from '../../src/model/optimizers/schedules';
import sigmoid from '../../src/model/routers/sigmoid-normalised';
import type { Balancer, Optimizer, Params } from '../../src/model/types';
import * as tf from '../../src/tensor/tf';
import reference from '../reference/transformer-training.json';
import { backend, expectClose, useBackend } from './backend';
import { tensors } from './parity';

useBackend();

interface Training {
  learningRate: number;
  balanceStrength: number;
  clip?: number;
  biasRate?: number;
  warmUpSteps?: number;
  to?: number;
  floor?: number;
}

/** One step of a language model, all of it on the device. */
function trainStep(
  config: transformer.TransformerConfig,
  extra: multiToken.MultiTokenConfig & { weight: number },
  training: Training,
  optimizer: Optimizer,
  now: { params: Params; state: Params; biases: (tf.Tensor1D | undefined)[]; counter: tf.Scalar },
  tokens: tf.Tensor2D,
) {
  const length = tokens.shape[1] - 1;
  const names = Object.keys(now.params);
  const options = { sequenceLength: length, biases: now.biases };
  const seen: Record<string, tf.Tensor> = {};
  const assigned: (tf.Tensor1D | undefined)[] = [];

  const { value, grads } = tf.valueAndGrads((...values: tf.Tensor[]) => {
    const params = Object.fromEntries(names.map((name, i) => [name, values[i]]));
    const inputs = multiToken.window(tokens, 0, length);
    const out = transformer.forward(params, inputs, config, options);
    const ahead = multiToken.forward(params, out.hidden, tokens, config, extra, options);
    const task = transformer.taskLoss(out.logits, multiToken.window(tokens, 1, length));
    const balance = transformer.balanceLoss(out, config, length);
    const further = multiToken.loss(ahead, length, tf.scalar(extra.weight));
    Object.assign(seen, {
      task: tf.keep(task),
      balance: tf.keep(balance),
      further: tf.keep(further),
    });
    for (const [i, block] of [...out.blocks, ...ahead.map((depth) => depth.block)].entries())
      assigned[i] = block.routing && tf.keep(counts(block.routing.mask));
    return tf.addN([task, further, tf.mul(balance, training.balanceStrength)]) as tf.Scalar;
  })(names.map((name) => now.params[name]));

  const raw: Params = Object.fromEntries(names.map((name, i) => [name, grads[i]]));
  const factor = training.warmUpSteps
    ? warmUpCosine(now.counter, training as Required<Training>)
    : tf.scalar(1);
  const learningRate = tf.mul(factor, training.learningRate) as tf.Scalar;
  const clipped = training.clip ? clipByGlobalNorm(raw, training.clip) : raw;
  const next = optimizer.update(now.params, clipped, now.state, { learningRate });
  const biases = assigned.map((counts, i) =>
    counts && training.biasRate
      ? bias.update(now.biases[i] ?? tf.zeros([4]), counts, tf.scalar(training.biasRate))
      : undefined,
  );
  const metrics = { ...seen, total: value, norm: globalNorm(raw), rate: learningRate };
  const counter = tf.add(now.counter, 1) as tf.Scalar;
  return { now: { ...next, biases, counter }, metrics, raw };
}

/** A software GPU takes seconds for what a CPU does at once: there, fewer steps. */
const steps = backend === 'cpu' ? 10 : 3;

const all: [keyof typeof reference, Balancer, Optimizer][] = [
  ['latent', sequenceWise, adamw],
  ['grouped', bias, momentum],
];
/**
 * On WebGPU only the second, whose shaders are fewer: a decoder of the first's parts loses there
 * what it loses on the CPU (test/engine/rungs.webgpu.test.ts).
 */
const runs = all.filter(([name]) => backend === 'cpu' || name === 'grouped');

describe(`${steps} training steps in a row equal PyTorch`, () => {
  for (const [name, balancer, optimizer] of runs)
    it(`${name}: ${optimizer.label}, ${balancer.label}`, async () => {
      const run = reference[name];
      const config = {
        ...run.config,
        moe: { ...run.config.moe, router: sigmoid, balancer },
      } as transformer.TransformerConfig;
      const extra = run.extra as multiToken.MultiTokenConfig & { weight: number };
      const training = run.training as Training;

      const params = tensors(run.params as never);
      const mine = {
        ...transformer.init(config, 1),
        ...multiToken.init(config, extra, 1),
      };
      const shapes = (of: Params) =>
        Object.fromEntries(Object.entries(of).map(([key, { shape }]) => [key, shape]));
      expect(shapes(mine)).toEqual(shapes(params));

      let now: Parameters<typeof trainStep>[4] = {
        params,
        state: optimizer.init(params),
        biases: [],
        counter: tf.scalar(0),
      };
      for (const [step, expected] of run.steps.slice(0, steps).entries()) {
        const tokens = tf.tensor2d(run.tokens[step], undefined, 'int32');
        const taken = trainStep(config, extra, training, optimizer, now, tokens);
        if (step === 0)
          for (const [key, grad] of Object.entries(run.firstGrads))
            await expectClose(taken.raw[key], grad as never, 1e-4);
        for (const [metric, value] of Object.entries(expected)) {
          // The bias balancer has no loss; the reference notes what it would be.
          if (metric === 'balance' && !balancer.loss) continue;
          await expectClose(taken.metrics[metric as 'total'], [value], 2e-4).catch((error) => {
            throw new Error(`Step ${step}, ${metric}: ${error.message}`);
          });
        }
        now = taken.now;
      }
      for (const [layer, values] of Object.entries(run.biases as Record<string, number[]>))
        if (training.biasRate && steps === run.steps.length)
          await expectClose(now.biases[Number(layer)]!, values, 1e-6);
    });
});

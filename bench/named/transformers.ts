/**
 * Decoders with mixtures of experts and multi-token prediction: latent attention with sequential
 * modules and AdamW, grouped queries with parallel heads and momentum.
 */
import bias from '../../src/model/balancing/bias';
import sequenceWise from '../../src/model/balancing/sequence-wise';
import { lossAndGradients } from '../../src/model/gradients';
import { counts } from '../../src/model/metrics';
import * as multiToken from '../../src/model/networks/multi-token';
import * as transformer from '../../src/model/networks/transformer';
import adamw from '../../src/model/optimizers/adamw';
import { clipByGlobalNorm } from '../../src/model/optimizers/clip';
import momentum from '../../src/model/optimizers/momentum';
import { warmUpCosine } from '../../src/model/optimizers/schedules';
import sigmoid from '../../src/model/routers/sigmoid-normalised';
import type { Balancer, Optimizer } from '../../src/model/types';
import * as tf from '../../src/tensor/tf';
import reference from '../../test/reference/transformer-training.json';
import { tensors } from './training';
import type { Named } from './types';

interface Run {
  config: object;
  extra: object;
  training: {
    learningRate: number;
    balanceStrength: number;
    clip?: number;
    biasRate?: number;
    warmUpSteps?: number;
    to?: number;
    floor?: number;
  };
  params: object;
  tokens: number[][][];
  steps: { total: number }[];
}

async function train(run: Run, balancer: Balancer, optimizer: Optimizer): Promise<number[]> {
  const { training } = run;
  const given = run.config as transformer.TransformerConfig;
  const moe = { ...given.moe!, router: sigmoid, balancer };
  const config = { ...given, moe };
  const extra = run.extra as multiToken.MultiTokenConfig & { weight: number };
  let params = tensors(run.params as never);
  let state = optimizer.init(params);
  let biases: (tf.Tensor1D | undefined)[] = [];
  const losses: number[] = [];
  for (const step of run.steps.keys()) {
    const tokens = tf.tensor2d(run.tokens[step], undefined, 'int32');
    const length = tokens.shape[1] - 1;
    const options = { sequenceLength: length, biases };
    const assigned: (tf.Tensor1D | undefined)[] = [];
    const { loss, grads } = lossAndGradients(params, (now) => {
      const out = transformer.forward(now, multiToken.window(tokens, 0, length), config, options);
      const ahead = multiToken.forward(now, out.hidden, tokens, config, extra, options);
      for (const [i, block] of [...out.blocks, ...ahead.map((depth) => depth.block)].entries())
        assigned[i] = block.routing && tf.keep(counts(block.routing.mask));
      const balance = transformer.balanceLoss(out, config, length);
      return tf.addN<tf.Scalar>([
        transformer.taskLoss(out.logits, multiToken.window(tokens, 1, length)),
        multiToken.loss(ahead, length, tf.scalar(extra.weight)),
        tf.mul(balance, training.balanceStrength),
      ]);
    });
    const schedule = training as Required<Run['training']>;
    const factor = training.warmUpSteps ? warmUpCosine(tf.scalar(step), schedule) : tf.scalar(1);
    const live = { learningRate: tf.mul(factor, training.learningRate) as tf.Scalar };
    const clipped = training.clip ? clipByGlobalNorm(grads, training.clip) : grads;
    ({ params, state } = optimizer.update(params, clipped, state, live));
    const rate = training.biasRate;
    biases = assigned.map((counts, i) =>
      counts && rate
        ? bias.update(biases[i] ?? tf.zeros([moe.experts]), counts, tf.scalar(rate))
        : undefined,
    );
    losses.push((await loss.data())[0]);
  }
  return losses;
}

const named = (name: string, run: Run, balancer: Balancer, optimizer: Optimizer): Named => ({
  name,
  reference: run.steps.map(({ total }) => total),
  train: () => train(run, balancer, optimizer),
});

export default [
  named('transformer, MLA + MoE + MTP, AdamW', reference.latent as Run, sequenceWise, adamw),
  named('transformer, GQA + MoE + MTP, momentum', reference.grouped as Run, bias, momentum),
];

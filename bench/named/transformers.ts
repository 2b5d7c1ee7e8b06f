/**
 * Decoders with mixtures of experts and multi-token prediction: latent attention with sequential
 * modules and AdamW, grouped queries with parallel heads and momentum.
 */
import bias from '../../src/model/balancing/bias';
import sequenceWise from '../../src/model/balancing/sequence-wise';
import type { Session } from '../../src/model/experiments/types';
import { pick, seenAndGradients } from '../../src/model/gradients';
import { counts } from '../../src/model/metrics';
import * as multiToken from '../../src/model/networks/multi-token';
import * as transformer from '../../src/model/networks/transformer';
import adamw from '../../src/model/optimizers/adamw';
import { clipByGlobalNorm } from '../../src/model/optimizers/clip';
import momentum from '../../src/model/optimizers/momentum';
import { warmUpCosine } from '../../src/model/optimizers/schedules';
import sigmoid from '../../src/model/routers/sigmoid-normalised';
import type { Balancer, Optimizer, Params } from '../../src/model/types';
import * as tf from '../../src/tensor/tf';
import reference from '../../test/reference/transformer-training.json';
import { tensors, trained } from './training';
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
  const params = tensors(run.params as never);
  const all = tf.tensor3d(run.tokens, undefined, 'int32'); // [steps, sequences, length + 1]
  const length = all.shape[2] - 1;
  const biasNames = training.biasRate
    ? Array.from({ length: config.layers + extra.depths }, (_, i) => `bias.${i}`)
    : [];
  const zeros = () => tf.zeros([moe.experts]);
  const session: Session = {
    state: {
      ...params,
      ...optimizer.init(params),
      ...Object.fromEntries(biasNames.map((name) => [name, zeros()])),
    },
    live: ['learningRate'],
    step({ state, live, random }) {
      const now = pick(state, Object.keys(params));
      const biases = biasNames.map((name) => state[name] as tf.Tensor1D);
      const tokens = tf.gather(all, random.counter) as tf.Tensor as tf.Tensor2D;
      const options = { sequenceLength: length, biases };
      const { seen, grads } = seenAndGradients(now, (own) => {
        const out = transformer.forward(own, multiToken.window(tokens, 0, length), config, options);
        const ahead = multiToken.forward(own, out.hidden, tokens, config, extra, options);
        const balance = transformer.balanceLoss(out, config, length);
        const blocks = [...out.blocks, ...ahead.map((depth) => depth.block)];
        const assigned = blocks.flatMap(({ routing }, i) =>
          routing ? [[`bias.${i}`, counts(routing.mask)] as const] : [],
        );
        const loss = tf.addN<tf.Scalar>([
          transformer.taskLoss(out.logits, multiToken.window(tokens, 1, length)),
          multiToken.loss(ahead, length, tf.scalar(extra.weight)),
          tf.mul(balance, training.balanceStrength),
        ]);
        return { ...Object.fromEntries(assigned), loss };
      });
      const assigned: Params = seen;
      const schedule = training as Required<Run['training']>;
      const factor = training.warmUpSteps ? warmUpCosine(random.counter, schedule) : tf.scalar(1);
      const rate = tf.mul(factor, live.learningRate) as tf.Scalar;
      const clipped = training.clip ? clipByGlobalNorm(grads, training.clip) : grads;
      const moved = optimizer.update(now, clipped, state, { learningRate: rate });
      const moves = biasNames.map((name, i) => [
        name,
        assigned[name]
          ? bias.update(biases[i], assigned[name] as tf.Tensor1D, tf.scalar(training.biasRate!))
          : tf.clone(biases[i]),
      ]);
      return {
        state: { ...moved.params, ...moved.state, ...Object.fromEntries(moves) },
        metrics: { loss: seen.loss },
      };
    },
  };
  const found = await trained(session, { learningRate: training.learningRate }, run.steps.length);
  all.dispose();
  return found;
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

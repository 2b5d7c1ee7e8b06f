/** The decoder in jax-js. */
import { nn, numpy as np } from '@jax-js/jax';
import type { Numbers, Values } from '../../cases/types';
import {
  type Arrays,
  byExpert,
  crossEntropy,
  reshaped,
  switchLoss,
  throughAll,
  topKMask,
} from '../jax-layers';
import type { HeadsCase, TransformerCase } from './config';
import { causal, rotation } from './tables';

/** The experts' matrices one behind another, as batched products want them. */
export function prepared(
  { layers, experts, dim, hidden }: TransformerCase,
  params: Record<string, Numbers>,
): Record<string, Numbers> {
  const next = { ...params };
  for (let layer = 0; layer < layers; layer++) {
    const name = `layers.${layer}.moe.experts`;
    next[`${name}.w1`] = byExpert(params[`${name}.w1`], experts);
    next[`${name}.w3`] = byExpert(params[`${name}.w3`], experts);
    next[`${name}.w2`] = reshaped(params[`${name}.w2`], [experts, hidden, dim]);
  }
  return next;
}

/** Tables that do not change while training, as data of the step. */
export function tables(config: HeadsCase & { rotaryWidth?: number }): Values['data'] {
  const { dim, heads, length, rotaryWidth } = config;
  const { cos, sin } = rotation(length, rotaryWidth ?? dim / heads);
  const shape = [length, cos.length / length, 1];
  return {
    mask: { shape: [length, length], dtype: 'float32', data: causal(length) },
    cos: { shape, dtype: 'float32', data: cos },
    sin: { shape, dtype: 'float32', data: sin },
  };
}

export function loss(config: TransformerCase, params: Arrays, data: Arrays): np.Array {
  const { tokens, targets, ...constants } = data;
  const vocabulary = params['embedding.weight'].shape[0];
  let x = np.matmul(nn.oneHot(tokens, vocabulary), params['embedding.weight']);
  let balance: np.Array | undefined;
  for (let layer = 0; layer < config.layers; layer++) {
    const own = (name: string) => params[`layers.${layer}.${name}`];
    const attend = config.attention === 'heads' ? byHeads : latent;
    const quiet = norm(x.ref, own('norm.attention.weight'));
    x = x.add(attend(config, own, quiet, constants));
    const mixed = mixture(config, own, norm(x.ref, own('norm.feedForward.weight')));
    x = x.add(mixed.y);
    balance = balance ? balance.add(mixed.balance) : mixed.balance;
  }
  for (const table of Object.values(constants)) table.dispose();
  const logits = np.matmul(norm(x, params['norm.weight']), params['head.weight']);
  const share = config.balanceStrength / config.layers;
  return crossEntropy(logits, targets).add(balance!.mul(share));
}

type Own = (name: string) => np.Array;

export function norm(x: np.Array, weight: np.Array): np.Array {
  const size = np.sqrt(np.square(x.ref).mean(-1, { keepdims: true }).add(1e-6));
  return x.div(size).mul(weight);
}

function mixture(config: TransformerCase, own: Own, x: np.Array) {
  const { experts, topK } = config;
  const rows = x.shape[0];
  const scores = nn.softmax(np.matmul(x.ref, own('moe.router.weight')));
  const mask = topKMask(scores.ref, topK);
  const gates = scores.ref.mul(mask.ref).transpose().reshape([experts, rows, 1]);
  const silu = nn.silu(throughAll(x.ref, own('moe.experts.w1')));
  const inner = silu.mul(throughAll(x, own('moe.experts.w3'))); // [experts, rows, hidden]
  const answers = np.matmul(inner, own('moe.experts.w2'));
  return { y: answers.mul(gates).sum(0), balance: switchLoss(scores, mask, topK) };
}

/** [rows, heads · width] → [sequences, heads, length, width] */
function split(x: np.Array, heads: number, length: number): np.Array {
  const [rows, wide] = x.shape;
  return x.reshape([rows / length, length, heads, wide / heads]).transpose([0, 2, 1, 3]);
}

function join(x: np.Array): np.Array {
  const [sequences, heads, length, width] = x.shape;
  return x.transpose([0, 2, 1, 3]).reshape([sequences * length, heads * width]);
}

/** Turns each pair of channels by its position. */
function rotate(x: np.Array, { cos, sin }: Arrays): np.Array {
  const { shape } = x;
  const planes = x.reshape([...shape.slice(0, -1), shape.at(-1)! / 2, 2]);
  const signs = np.array([-1, 1]);
  const turned = np.flip(planes.ref, -1).mul(signs); // (a, b) → (−b, a)
  return planes.mul(cos.ref).add(turned.mul(sin.ref)).reshape(shape);
}

function weightsOf(scores: np.Array, width: number, { mask }: Arrays): np.Array {
  return nn.softmax(scores.mul(width ** -0.5).add(mask.ref));
}

const flipped = (keys: np.Array) => keys.transpose([0, 1, 3, 2]);

export function byHeads(config: HeadsCase, own: Own, x: np.Array, constants: Arrays): np.Array {
  const { heads, length, dim } = config;
  const project = (name: string, from: np.Array) =>
    split(np.matmul(from, own(`attention.${name}`)), heads, length);
  const query = rotate(project('query', x.ref), constants);
  const key = rotate(project('key', x.ref), constants);
  const weights = weightsOf(np.matmul(query, flipped(key)), dim / heads, constants);
  const seen = np.matmul(weights, project('value', x));
  return np.matmul(join(seen), own('attention.output'));
}

function latent(config: TransformerCase, own: Own, x: np.Array, constants: Arrays): np.Array {
  const { heads, length, dim, rotaryWidth = 0 } = config;
  const part = (name: string) => own(`attention.${name}`);
  const project = (from: np.Array, name: string, count = heads) =>
    split(np.matmul(from, part(name)), count, length);
  const shared = norm(np.matmul(x.ref, part('down.keyValue')), part('norm.keyValue.weight'));
  const rotaryKey = rotate(project(x.ref, 'rotary.key', 1), constants); // one for all heads
  const rotary = rotate(project(x.ref, 'rotary.query'), constants);
  const byPosition = np.matmul(rotary, flipped(rotaryKey));
  const keys = project(shared.ref, 'up.key');
  const scores = np.matmul(project(x, 'up.query'), flipped(keys)).add(byPosition);
  const weights = weightsOf(scores, dim / heads + rotaryWidth, constants);
  const seen = np.matmul(weights, project(shared, 'up.value'));
  return np.matmul(join(seen), part('output'));
}

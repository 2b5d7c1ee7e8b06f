/** The dense decoder in jax-js. */
import { nn, numpy as np } from '@jax-js/jax';
import { type Arrays, crossEntropy } from '../jax-layers';
import { byHeads, norm } from '../transformer/jax';
import type { DecoderConfig } from './config';

export function loss(config: DecoderConfig, params: Arrays, data: Arrays): np.Array {
  const { tokens, targets, ...constants } = data;
  const embedding = params['embedding.weight'];
  let x = np.matmul(nn.oneHot(tokens, embedding.shape[0]), embedding.ref);
  for (let layer = 0; layer < config.layers; layer++) {
    const own = (name: string) => params[`layers.${layer}.${name}`];
    const quiet = norm(x.ref, own('norm.attention.weight'));
    x = x.add(byHeads(config, own, quiet, constants));
    const quieter = norm(x.ref, own('norm.feedForward.weight'));
    const silu = nn.silu(np.matmul(quieter.ref, own('feedForward.w1')));
    const inner = silu.mul(np.matmul(quieter, own('feedForward.w3')));
    x = x.add(np.matmul(inner, own('feedForward.w2')));
  }
  for (const table of Object.values(constants)) table.dispose();
  const logits = np.matmul(norm(x, params['norm.weight']), embedding.transpose());
  return crossEntropy(logits, targets);
}

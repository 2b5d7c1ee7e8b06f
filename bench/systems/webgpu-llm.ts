/**
 * The npm package webgpu-llm: a dense decoder in hand-written WGSL, forward, backward and AdamW. It
 * trains one shape of model, so it takes part in the cases of bench/models/decoder only. Its AdamW
 * without decay and without clipping is Adam. Of its steps only the loss is read, when all of them
 * are on their way: in the order of its own recipe each would wait for its loss.
 */
import { LLMEngine, Model } from 'webgpu-llm/llm';
import { EPSILON } from '../../src/model/layers/rms-norm';
import type { Values } from '../cases/types';
import type { System } from './types';
import { inSoftware } from './webgpu-llm-in-software';

let engine: LLMEngine | undefined;

export const webgpuLlm: System = {
  async start(chosen, values) {
    if (chosen.model !== 'decoder')
      throw new Error('webgpu-llm trains dense decoders only, of one sequence a step.');
    const note = engine ? undefined : await inSoftware();
    engine ??= await new LLMEngine().init();
    const { dim, layers, heads, hidden, vocabulary, length } = chosen.config;
    const model = new Model(engine, {
      d_model: dim,
      n_layers: layers,
      n_heads: heads,
      n_kv_heads: heads,
      head_dim: dim / heads,
      kv_dim: dim,
      d_ff: hidden,
      activation: 'swiglu',
      vocab_size: vocabulary,
      seq_len: length,
      rms_eps: EPSILON,
      precision: 'fp32',
    });
    model.allocate();
    model.allocActivations();
    model.allocBackward();
    fill(engine, model, values, layers);
    const tokens = Uint32Array.from(values.data.tokens.data);
    const targets = Uint32Array.from(values.data.targets.data);
    const training = {
      lr: chosen.learningRate,
      beta1: 0.9,
      beta2: 0.999,
      adam_eps: 1e-8,
      weight_decay: 0,
      grad_clip: 1e30,
    };
    return {
      note: note ?? 'encoded anew each step',
      async run(count, which) {
        const losses: Promise<number>[] = [];
        for (let step = 0; step < count; step++) {
          losses.push(model.forwardLoss(tokens, targets));
          void model.backward(tokens);
          void model.step(training);
        }
        const all = await Promise.all(losses);
        return which === 'all' ? all : all.slice(-1);
      },
      close() {
        model.destroy();
      },
    };
  },
};

/** Its parameters' names and ours; matrices lie the same way round, [inputs, outputs]. */
const ofLayer = {
  wq: 'attention.query',
  wk: 'attention.key',
  wv: 'attention.value',
  wo: 'attention.output',
  w_gate: 'feedForward.w1',
  w_up: 'feedForward.w3',
  w_down: 'feedForward.w2',
  attn_norm_w: 'norm.attention.weight',
  ffn_norm_w: 'norm.feedForward.weight',
};

/** All its weights lie in one buffer. */
function fill(engine: LLMEngine, model: Model, { params }: Values, layers: number): void {
  const put = (label: string, name: string) => {
    const { offset, size } = model.paramLayout.find(label);
    const { data } = params[name];
    if (data.length !== size)
      throw new Error(`webgpu-llm has ${size} numbers for ${name}; there are ${data.length}.`);
    engine.write(model._megaW, data, 4 * offset);
  };
  put('tok_emb', 'embedding.weight');
  put('final_norm_w', 'norm.weight');
  for (let layer = 0; layer < layers; layer++)
    for (const [label, name] of Object.entries(ofLayer))
      put(`L${layer}.${label}`, `layers.${layer}.${name}`);
}

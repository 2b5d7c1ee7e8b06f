/**
 * A released model's `config.json` (the form of the Hugging Face hub) as an architecture. One
 * function per family: what a field means, and what the code of the family adds that no field
 * says (biases, norms, gates). Checked against the stored number of weights of each model.
 */
import type {
  Architecture,
  AttentionShape,
  HeadShape,
  Layer,
  Predictor,
  SparseShape,
} from './architecture';
import { Fields } from './fields';
import { imageEncoderParameters } from './image-encoder';

type Reader = (config: Fields) => Architecture;

/** Families by `model_type`. */
const families: Record<string, Reader> = {
  deepseek: firstDeepseek,
  deepseek_v2: deepseek,
  deepseek_v3: deepseek,
  kimi_k2: deepseek,
  mixtral,
  olmoe,
  qwen2_moe: qwen2,
  qwen3_moe: qwen3,
  llama4,
  llama4_text: llama4,
  glm4_moe: glm4,
  gpt_oss: gptOss,
};

/** Layers of one model, and modules that predict further: each is described by itself. */
const LAYERS = { most: 10_000 };
const PREDICTORS = { least: 0, most: 100 };
/** Positions: some files give a window that no text reaches. */
const POSITIONS = { most: Number.MAX_SAFE_INTEGER };
const NONE = { least: 0 };

/** The values of `model_type` that can be read. */
export const knownFamilies = Object.keys(families);

/**
 * The architecture that a parsed config.json describes. A language model that is part of a larger one ("text_config") is read
 * alone, where only its own family is known. Throws a sentence that names the field which is
 * missing or broken, or lists the families if this one is not known.
 */
export function readConfig(config: unknown): Architecture {
  const fields = new Fields(config, 'the configuration');
  const family = fields.text('model_type');
  const read = readerOf(family);
  if (read) return read(fields);
  const text = fields.inner('text_config');
  const own = text?.has('model_type') ? text.text('model_type') : undefined;
  const readText = own === undefined ? undefined : readerOf(own);
  if (text && readText) return readText(text);
  throw new Error(
    `Models of type "${own ?? family}" are not known here; known are ${knownFamilies.join(', ')}.`,
  );
}

const readerOf = (family: string): Reader | undefined =>
  Object.hasOwn(families, family) ? families[family] : undefined;

/** Width, vocabulary and head, which all families say alike, around the layers. */
function model(config: Fields, layer: (index: number) => Layer): Architecture {
  return {
    dim: config.count('hidden_size'),
    vocabulary: config.count('vocab_size'),
    tied: config.flag('tie_word_embeddings', false),
    layers: Array.from({ length: layersOf(config) }, (_, i) => layer(i)),
  };
}

const layersOf = (config: Fields): number => config.count('num_hidden_layers', LAYERS);

/** Modules that predict further tokens, each a sparse layer of its own (deepseekv3, eq. 21). */
const predictorsOf = (config: Fields, layer: Layer): Predictor[] =>
  Array.from({ length: config.countOr('num_nextn_predict_layers', 0, PREDICTORS) }, () => ({
    ...layer,
    sequential: true,
  }));

/** Attention by heads. Throws if the heads do not divide. */
function heads(config: Fields, more: Partial<HeadShape> = {}): HeadShape {
  const count = config.count('num_attention_heads');
  const keyValueHeads = config.countOr('num_key_value_heads', count);
  if (count % keyValueHeads !== 0)
    throw new Error(
      `"num_attention_heads" (${count}) of ${config.name} must be a multiple of "num_key_value_heads" (${keyValueHeads}).`,
    );
  const dim = config.count('hidden_size');
  const headWidth = config.countOr('head_dim', dim / count);
  if (!Number.isInteger(headWidth))
    throw new Error(
      `There is no "head_dim" in ${config.name}, and "hidden_size" (${dim}) is no multiple of "num_attention_heads" (${count}).`,
    );
  return { kind: 'heads', heads: count, keyValueHeads, headWidth, ...more };
}

/** Routed SwiGLU experts; `experts` and `hidden` are the names of their fields. */
function experts(
  config: Fields,
  names: { experts: string; hidden: string },
  more: Partial<SparseShape> = {},
): SparseShape {
  const count = config.count(names.experts);
  const topK = config.count('num_experts_per_tok');
  if (topK > count)
    throw new Error(
      `"num_experts_per_tok" (${topK}) of ${config.name} must not exceed "${names.experts}" (${count}).`,
    );
  return {
    kind: 'sparse',
    experts: count,
    topK,
    hidden: config.count(names.hidden),
    gated: true,
    shared: 0,
    routerMatrices: 1,
    ...more,
  };
}

const dense = (hidden: number): Layer['feedForward'] => ({ kind: 'dense', hidden, gated: true });

/**
 * DeepSeek-V2, V3 and what is built like them. V3 and Kimi K2 store a selection bias per expert.
 */
function deepseek(config: Fields): Architecture {
  const attention: AttentionShape = {
    kind: 'latent',
    heads: config.count('num_attention_heads'),
    headWidth: config.count('qk_nope_head_dim'),
    valueWidth: config.count('v_head_dim'),
    rotaryWidth: config.count('qk_rope_head_dim'),
    keyValueRank: config.count('kv_lora_rank'),
    queryRank: config.countOr('q_lora_rank', undefined),
  };
  const sparse = experts(
    config,
    { experts: 'n_routed_experts', hidden: 'moe_intermediate_size' },
    {
      shared: config.countOr('n_shared_experts', 0, NONE),
      routerBias: config.text('model_type') !== 'deepseek_v2',
    },
  );
  const predictors = predictorsOf(config, { attention, feedForward: sparse });
  return { ...model(config, deepseekLayers(config, attention, sparse)), predictors };
}

/** DeepSeekMoE, the first of them: attention by heads, no selection bias. */
function firstDeepseek(config: Fields): Architecture {
  const attention = heads(config);
  const sparse = experts(
    config,
    { experts: 'n_routed_experts', hidden: 'moe_intermediate_size' },
    { shared: config.countOr('n_shared_experts', 0, NONE) },
  );
  return model(config, deepseekLayers(config, attention, sparse));
}

/** Dense layers first, then every n-th sparse. */
function deepseekLayers(
  config: Fields,
  attention: AttentionShape,
  sparse: SparseShape,
): (i: number) => Layer {
  const firstDense = config.countOr('first_k_dense_replace', 0, NONE);
  const every = config.countOr('moe_layer_freq', 1);
  return (i) => ({
    attention,
    feedForward:
      i >= firstDense && i % every === 0 ? sparse : dense(config.count('intermediate_size')),
  });
}

/** GLM-4.5 to 4.7: attention by heads, experts as DeepSeek-V3's, its selection bias included. */
function glm4(config: Fields): Architecture {
  const plain = heads(config, {
    biases: { inputs: config.flag('attention_bias', false), output: false },
  });
  const norms = config.flag('use_qk_norm', false) ? { normChannels: 2 * plain.headWidth } : {};
  const attention = { ...plain, ...norms };
  const sparse = experts(
    config,
    { experts: 'n_routed_experts', hidden: 'moe_intermediate_size' },
    { shared: config.countOr('n_shared_experts', 0, NONE), routerBias: true },
  );
  const firstDense = config.countOr('first_k_dense_replace', 0, NONE);
  const layer = (i: number): Layer => ({
    attention,
    feedForward: i < firstDense ? dense(config.count('intermediate_size')) : sparse,
  });
  const predictors = predictorsOf(config, { attention, feedForward: sparse });
  return { ...model(config, layer), predictors };
}

function mixtral(config: Fields): Architecture {
  const attention = heads(config);
  const feedForward = experts(config, {
    experts: 'num_local_experts',
    hidden: 'intermediate_size',
  });
  return model(config, () => ({ attention, feedForward }));
}

/** Queries and keys are normalised over all heads at once. */
function olmoe(config: Fields): Architecture {
  const plain = heads(config);
  const normChannels = (plain.heads + plain.keyValueHeads) * plain.headWidth;
  const feedForward = experts(config, { experts: 'num_experts', hidden: 'intermediate_size' });
  return model(config, () => ({ attention: { ...plain, normChannels }, feedForward }));
}

/** Qwen1.5-MoE and Qwen2-MoE: biases before attention, one wide shared expert behind a gate. */
function qwen2(config: Fields): Architecture {
  const attention = heads(config, { biases: { inputs: true, output: false } });
  const sparse = experts(
    config,
    { experts: 'num_experts', hidden: 'moe_intermediate_size' },
    {
      shared: 1,
      sharedHidden: config.count('shared_expert_intermediate_size'),
      sharedGate: true,
    },
  );
  return model(config, qwenLayers(config, attention, sparse));
}

/** Qwen3-MoE: a norm for each head's query and key, its scale shared by the heads. */
function qwen3(config: Fields): Architecture {
  const plain = heads(config);
  const sparse = experts(config, { experts: 'num_experts', hidden: 'moe_intermediate_size' });
  const attention = { ...plain, normChannels: 2 * plain.headWidth };
  return model(config, qwenLayers(config, attention, sparse));
}

/** Every n-th layer is sparse, but for those that a list makes dense. */
function qwenLayers(
  config: Fields,
  attention: AttentionShape,
  sparse: SparseShape,
): (i: number) => Layer {
  const every = config.countOr('decoder_sparse_step', 1);
  const listed = config.layers('mlp_only_layers', layersOf(config));
  return (i) => ({
    attention,
    feedForward:
      (i + 1) % every !== 0 || listed?.has(i) ? dense(config.count('intermediate_size')) : sparse,
  });
}

/**
 * One shared expert; three of four layers look back one chunk only; the fourth sees all. By itself
 * (llama4_text) or with an image encoder (llama4).
 */
function llama4(config: Fields): Architecture {
  const text = config.inner('text_config') ?? config;
  const chunk = text.countOr('attention_chunk_size', undefined, POSITIONS);
  const layers = layersOf(text);
  // In spite of its name: 1 where positions are turned, in the layers that look back one chunk.
  const rotary = text.perLayer('no_rope_layers', layers, [0, 1]);
  const listed = text.layers('moe_layers', layers);
  const sparse = experts(
    text,
    { experts: 'num_local_experts', hidden: 'intermediate_size' },
    { shared: 1 },
  );
  const every = text.countOr('interleave_moe_layer_step', 1);
  const local = (i: number) => (rotary ? rotary[i] === 1 : (i + 1) % 4 !== 0);
  const isSparse = (i: number) => (listed ? listed.has(i) : (i + 1) % every === 0);
  const language = model(text, (i) => ({
    attention: heads(text, local(i) ? { window: chunk } : {}),
    feedForward: isSparse(i) ? sparse : dense(text.count('intermediate_size_mlp')),
  }));
  const image = config.inner('vision_config');
  if (!image) return language;
  const parameters = imageEncoderParameters(image, language.dim);
  return { ...language, beside: { name: 'image encoder', parameters } };
}

/** Biases everywhere, a sink logit per head, every other layer behind a short window. */
function gptOss(config: Fields): Architecture {
  const window = config.countOr('sliding_window', undefined, POSITIONS);
  const kinds = config.perLayer('layer_types', layersOf(config), [
    'sliding_attention',
    'full_attention',
  ]);
  const local = (i: number) => (kinds ? kinds[i] === 'sliding_attention' : i % 2 === 0);
  const biases = { inputs: true, output: true };
  const feedForward = experts(
    config,
    { experts: 'num_local_experts', hidden: 'intermediate_size' },
    { biases: true, routerBias: true },
  );
  return model(config, (i) => ({
    attention: heads(config, { biases, sinks: true, ...(local(i) && { window }) }),
    feedForward,
  }));
}

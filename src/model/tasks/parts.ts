/**
 * Regression on sums of parts: a token says which parts its answer has. What a mixture can make of
 * small experts, of shared ones, and of tokens that need several at once.
 *   x = [its sequence's domain, one of D] ⊕ [its kinds, some of S] ⊕ [content: normal numbers]
 *   y = domainWeight · f_domain(content) + kindWeight · Σ f_kind(content) + common · f_0(content)
 * where each f(c) = tanh(1.5 c B) A has a few units: B's columns have length 1, and A is scaled so
 * that f has mean square 1. A linear router can see kinds and domain; nothing says which expert
 * should own which.
 */
import { normal, normals, uniforms } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import type { RandomKey } from '../types';

/** Width of an answer. */
export const out = 8;
/** Numbers of a token that say nothing about its parts. */
const content = 8;
/** Units of a part. */
const units = 4;
const bend = 1.5;

export interface PartsOptions {
  /** Domains, one to a sequence; 0 for none. */
  domains: number;
  /** Kinds of token, and how many of them a token has. */
  kinds: number;
  perToken: number;
  /** Tokens of a sequence, sequences one after another. */
  sequence: number;
  domainWeight: number;
  kindWeight: number;
  /** Weight of the part that all tokens have, and its units. */
  common: number;
  commonUnits: number;
}

export const defaults: PartsOptions = {
  domains: 0,
  kinds: 8,
  perToken: 2,
  sequence: 32,
  domainWeight: 1,
  kindWeight: 1,
  common: 0,
  commonUnits: 8,
};

/** Width of a token. */
export const widthOf = ({ domains, kinds }: Pick<PartsOptions, 'domains' | 'kinds'>): number =>
  domains + kinds + content;

export type Tokens = {
  /** [tokens, width] */
  x: tf.Tensor2D;
  /** [tokens, out] */
  y: tf.Tensor2D;
};

export interface Parts {
  /**
   * Mean square of a number of an answer: what a loss is a share of. Over all ways to draw the
   * parts with these sizes; one draw's own is within some per cent of it.
   */
  variance: number;
  /** A fresh batch of whole sequences. */
  batch(tokens: number, random: RandomKey): Tokens;
  /** Tokens to look at: the same each time, domains in turn. `domain` [tokens] is 0 without any. */
  specimens(tokens: number): Tokens & { domain: Int32Array };
  /** Answers to any tokens, [tokens, width] → [tokens, out]: kinds may be added, or taken away. */
  answer(x: tf.Tensor2D): tf.Tensor2D;
  /** The common part alone, before its weight: [tokens, width] → [tokens, out]. */
  shared(x: tf.Tensor2D): tf.Tensor2D;
  dispose(): void;
}

/** Throws a sentence if the options cannot be, or if a batch is not whole sequences. */
export function create(seed: number, options: Partial<PartsOptions> = {}): Parts {
  const o: PartsOptions = { ...defaults, ...options };
  const refused = refusal(o);
  if (refused) throw new Error(refused);
  const { domains, kinds, perToken, sequence } = o;
  const marks = domains + kinds;
  // Of every domain and kind, by row: its weight in an answer.
  const weights = [...Array(domains).fill(o.domainWeight), ...Array(kinds).fill(o.kindWeight)];
  const own = draw(marks, units, seed, 'parts');
  const common = draw(1, o.commonUnits, seed, 'common');
  const variance =
    (domains && (o.domainWeight ** 2 * sum(own.powers.slice(0, domains))) / domains) +
    (o.kindWeight ** 2 * perToken * sum(own.powers.slice(domains))) / kinds +
    o.common ** 2 * common.powers[0];
  const held = tf.tidy(() => ({
    weights: tf.tensor2d(weights, [1, marks]),
    own: own.onDevice(),
    common: common.onDevice(),
  }));

  const contentOf = (x: tf.Tensor2D): tf.Tensor2D => tf.slice(x, [0, marks], [x.shape[0], content]);
  const bent = (x: tf.Tensor2D, inward: tf.Tensor2D): tf.Tensor2D =>
    tf.tanh(tf.mul(tf.matMul(contentOf(x), inward), bend));
  const shared = (x: tf.Tensor2D): tf.Tensor2D =>
    tf.matMul(bent(x, held.common.inward), held.common.outward);
  const answer = (x: tf.Tensor2D): tf.Tensor2D => {
    const [tokens] = x.shape;
    const asked = tf.mul(tf.slice(x, [0, 0], [tokens, marks]), held.weights);
    const each = tf.reshape(bent(x, held.own.inward), [tokens, marks, units]);
    const chosen = tf.reshape(tf.mul(each, tf.expandDims(asked, 2)), [tokens, marks * units]);
    const parts: tf.Tensor2D = tf.matMul(chosen as tf.Tensor2D, held.own.outward);
    return o.common ? tf.add(parts, tf.mul(shared(x), o.common)) : parts;
  };
  /** Tokens of the given domains [sequences], the kinds with the largest draws [tokens, kinds]. */
  const made = (domain: tf.Tensor1D, draws: tf.Tensor2D, content: tf.Tensor2D): Tokens => {
    const kind = tf.topKMask(draws, perToken);
    const x = domains
      ? tf.concat([perTokenOf(domain, domains, sequence), kind, content], 1)
      : tf.concat([kind, content], 1);
    return { x: x as tf.Tensor2D, y: answer(x as tf.Tensor2D) };
  };
  const sequencesOf = (tokens: number): number => {
    if (!(tokens >= sequence && tokens % sequence === 0))
      throw new Error(`${tokens} tokens are not whole sequences of ${sequence}.`);
    return tokens / sequence;
  };

  return {
    variance,
    batch(tokens, random) {
      const sequences = sequencesOf(tokens);
      return made(
        tf.randomInt<tf.Rank.R1>([sequences], random, 'parts.domain', Math.max(1, domains)),
        tf.randomUniform<tf.Rank.R2>([tokens, kinds], random, 'parts.kinds'),
        tf.randomNormal<tf.Rank.R2>([tokens, content], random, 'parts.content'),
      );
    },
    specimens(tokens) {
      const sequences = sequencesOf(tokens);
      const ids = Int32Array.from({ length: sequences }, (_, i) => i % Math.max(1, domains));
      const next = uniforms(seed, 'parts.fixed');
      const rows = tf.tidy(() =>
        made(
          tf.tensor1d(ids, 'int32'),
          tf.tensor2d(Float32Array.from({ length: tokens * kinds }, next), [tokens, kinds]),
          normal<tf.Rank.R2>([tokens, content], 1, seed, 'parts.fixed.content'),
        ),
      );
      const domain = Int32Array.from({ length: tokens }, (_, t) => ids[Math.floor(t / sequence)]);
      return { ...rows, domain };
    },
    answer,
    shared,
    dispose: () => tf.dispose(held),
  };
}

/** A sentence if there is no such task. */
function refusal({ domains, kinds, perToken, sequence, commonUnits }: PartsOptions) {
  const whole = { domains, kinds, perToken, sequence, commonUnits };
  for (const [name, value] of Object.entries(whole))
    if (!(Number.isInteger(value) && value >= (name === 'domains' ? 0 : 1)))
      return `The parts need a whole number of ${name}${name === 'domains' ? '' : ', 1 or more'}; got ${value}.`;
  if (perToken > kinds) return `A token cannot have ${perToken} of ${kinds} kinds.`;
}

/** [sequences] → [tokens, domains]: 1 at the domain of the token's sequence. */
function perTokenOf(domain: tf.Tensor1D, domains: number, sequence: number): tf.Tensor2D {
  const marked = tf.cast(tf.oneHot(domain, domains), 'float32'); // [sequences, domains]
  const spread = tf.tile(tf.expandDims(marked, 1), [1, sequence, 1]);
  return tf.reshape(spread, [domain.shape[0] * sequence, domains]);
}

/**
 * Parts side by side: what leads in, [content, count · inner], with columns of length 1; what leads
 * out, [count · inner, out]; and the mean square of a number of each part's answer.
 */
function draw(count: number, inner: number, seed: number, purpose: string) {
  const given = numbers(count * content * inner, seed, `${purpose}.B`); // by part, content, unit
  const inward = new Float32Array(content * count * inner);
  for (let part = 0; part < count; part++)
    for (let unit = 0; unit < inner; unit++) {
      const at = (c: number) => (part * content + c) * inner + unit;
      const length = Math.hypot(...Array.from({ length: content }, (_, c) => given[at(c)]));
      for (let c = 0; c < content; c++)
        inward[c * count * inner + part * inner + unit] = given[at(c)] / length;
    }
  const scale = (inner * meanSquare()) ** -0.5;
  const outward = numbers(count * inner * out, seed, `${purpose}.A`).map((value) => value * scale);
  const powers = Array.from({ length: count }, (_, part) => {
    const rows = outward.slice(part * inner * out, (part + 1) * inner * out);
    return (sum(Array.from(rows, (value) => value ** 2)) * meanSquare()) / out;
  });
  const onDevice = () => ({
    inward: tf.tensor2d(inward, [content, count * inner]),
    outward: tf.tensor2d(outward, [count * inner, out]),
  });
  return { powers, onDevice };
}

function numbers(length: number, seed: number, purpose: string): Float32Array {
  const next = normals(seed, purpose);
  return Float32Array.from({ length }, next);
}

/** Mean square of tanh(bend · z), z normal. */
function meanSquare(): number {
  let [squares, weights] = [0, 0];
  for (let step = -600; step <= 600; step++) {
    const z = step / 100;
    const weight = Math.exp(-(z ** 2) / 2);
    squares += weight * Math.tanh(bend * z) ** 2;
    weights += weight;
  }
  return squares / weights;
}

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);

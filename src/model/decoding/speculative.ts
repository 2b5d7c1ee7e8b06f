/**
 * Speculative decoding: a cheap drafter proposes tokens, the model checks them all in one pass.
 * The rule of accepting and resampling makes the output's distribution exactly the model's.
 * leviathan2022, algorithm 1; chen2023, algorithm 2. Plain numbers, no TensorFlow.js.
 */
import { draw } from './sampling';

/** Probabilities over the vocabulary, summing to 1. */
export type Distribution = ArrayLike<number>;

/** Uniform numbers in [0, 1): `source` of random.ts. */
export type Uniform = () => number;

/**
 * Probability that a draft from `drafted` is accepted: Σ min(p, q) = 1 − total variation.
 * leviathan2022, corollary 3.6. Throws if the vocabularies differ.
 */
export function acceptance(target: Distribution, drafted: Distribution): number {
  sameVocabulary(target, drafted);
  let sum = 0;
  for (let token = 0; token < target.length; token++)
    sum += Math.min(target[token], drafted[token]);
  return sum;
}

/**
 * Where a token comes from after a rejection: max(0, p − q), divided by its sum.
 * leviathan2022, §2.3. Equal distributions never reject; then it is p.
 */
export function residual(target: Distribution, drafted: Distribution): Float64Array {
  sameVocabulary(target, drafted);
  const excess = Float64Array.from(target, (p, token) => Math.max(0, p - drafted[token]));
  const sum = excess.reduce((total, part) => total + part, 0);
  return sum > 0 ? excess.map((part) => part / sum) : Float64Array.from(target);
}

/**
 * Expected tokens per pass of the model: (1 − α^(γ+1)) / (1 − α) for γ drafts that are accepted
 * with probability α each, independently. leviathan2022, eq. 1.
 */
export function expectedTokens(alpha: number, drafts: number): number {
  return alpha === 1 ? drafts + 1 : (1 - alpha ** (drafts + 1)) / (1 - alpha);
}

/** What one pass of the model has to judge. */
export interface Draft {
  /** The drafted tokens, γ of them. */
  tokens: number[];
  /** What each was drawn from. */
  drafted: Distribution[];
  /** The model's distribution at each of these places and one place on: γ + 1. */
  target: Distribution[];
}

/**
 * What happens to a rejected draft. "resample" is the rule; "drop" is a mistake to be looked at:
 * keeping only what was accepted shifts the output towards what drafter and model agree on.
 */
export type OnRejection = 'resample' | 'drop';

/**
 * The tokens that one pass yields: the accepted drafts, then one more from the residual (after
 * a rejection) or from the model itself (if all were accepted). With "drop", only the former.
 * Throws if the numbers of tokens and distributions do not fit.
 */
export function verify(
  { tokens, drafted, target }: Draft,
  next: Uniform,
  onRejection: OnRejection = 'resample',
): { tokens: number[]; accepted: number } {
  if (drafted.length !== tokens.length || target.length !== tokens.length + 1)
    throw new Error(
      `${tokens.length} drafts need as many draft distributions and one more of the model; there are ${drafted.length} and ${target.length}.`,
    );
  for (const [place, token] of tokens.entries()) {
    const p = target[place][token];
    const q = drafted[place][token];
    sameVocabulary(target[place], drafted[place]);
    if (!(q > 0))
      throw new Error(`Draft ${place} is token ${token}, which its own distribution never draws.`);
    if (next() < p / q) continue; // accepted with probability min(1, p / q)
    const kept = tokens.slice(0, place);
    if (onRejection === 'drop') return { tokens: kept, accepted: place };
    const instead = draw(residual(target[place], drafted[place]), next());
    return { tokens: [...kept, instead], accepted: place };
  }
  const accepted = tokens.length;
  if (onRejection === 'drop') return { tokens: [...tokens], accepted };
  return { tokens: [...tokens, draw(target[accepted], next())], accepted };
}

export interface SpeculativeModels {
  /** The model: distributions behind each of the last `places` tokens, in one pass. */
  target(tokens: number[], places: number): Distribution[] | Promise<Distribution[]>;
  /** The drafter: distribution of the token behind these, of which the last `place` are drafts. */
  draft(tokens: number[], place: number): Distribution | Promise<Distribution>;
}

/** One pass of the model, for whoever looks on: what it judged, and what came of it. */
export interface Judgement extends Draft {
  accepted: number;
  /** The tokens that it yields. */
  kept: number[];
}

export interface Generated {
  /** The prompt and what follows it. */
  tokens: number[];
  /** Passes of the model. */
  passes: number;
  drafted: number;
  accepted: number;
}

/**
 * Writes `count` tokens behind the prompt with γ = `drafts` proposals per pass; without drafts
 * it is ordinary decoding. The last pass may have found more tokens than were asked for; they
 * are cut off. Throws on an empty prompt, and if "drop" keeps nothing for a hundred passes.
 */
export async function generate(
  models: SpeculativeModels,
  prompt: number[],
  options: {
    count: number;
    drafts: number;
    next: Uniform;
    onRejection?: OnRejection;
    /** Is told of each pass; what it yields beyond `count` is among it. */
    onPass?(pass: Judgement): void;
  },
): Promise<Generated> {
  if (prompt.length === 0) throw new Error('The prompt must have 1 token or more; it is empty.');
  const { count, drafts, next, onRejection, onPass } = options;
  let tokens = [...prompt];
  const result = { passes: 0, drafted: 0, accepted: 0 };
  let idle = 0;
  while (tokens.length < prompt.length + count) {
    const proposal: number[] = [];
    const drafted: Distribution[] = [];
    for (let i = 0; i < drafts; i++) {
      const q = await models.draft([...tokens, ...proposal], i);
      drafted.push(q);
      proposal.push(draw(q, next()));
    }
    const target = await models.target([...tokens, ...proposal], drafts + 1);
    const pass = verify({ tokens: proposal, drafted, target }, next, onRejection);
    onPass?.({ tokens: proposal, drafted, target, accepted: pass.accepted, kept: pass.tokens });
    result.passes += 1;
    result.drafted += drafts;
    result.accepted += pass.accepted;
    idle = pass.tokens.length > 0 ? 0 : idle + 1;
    if (idle === 100)
      throw new Error('A hundred passes in a row kept no draft; nothing is written.');
    tokens = [...tokens, ...pass.tokens];
  }
  return { tokens: tokens.slice(0, prompt.length + count), ...result };
}

function sameVocabulary(target: Distribution, drafted: Distribution): void {
  if (target.length !== drafted.length)
    throw new Error(
      `The model knows ${target.length} words, the drafter ${drafted.length}; both must share one vocabulary.`,
    );
}

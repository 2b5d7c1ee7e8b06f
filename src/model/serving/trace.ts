/** What a router chose, token after token, of rows of text: read back once, replayed at leisure. */
import type { Model } from '../experiments/types';

/** The choices alone: what travels. */
export interface Choices {
  /** Routed experts of a layer, and those of one token. */
  experts: number;
  topK: number;
  /** Tokens of a row. */
  length: number;
  /** Kind of each row. */
  kinds: number[];
  layers: { chosen: ArrayLike<number> }[];
}

export interface Trace extends Choices {
  /** What each token is, as a number of `words`. */
  tokens: ArrayLike<number>;
  words: string[];
  layers: LayerTrace[];
}

/** Of each token k experts: [tokens · k]. */
export interface LayerTrace {
  chosen: ArrayLike<number>;
  /** What the layer's own router would choose of the stream in front of its attention. */
  late: ArrayLike<number>;
  /** The same, of the stream one block earlier. */
  early: ArrayLike<number>;
}

/** Of rows of a trace, one after another: a list of each token's experts, out of a list of all. */
export function callsOf(
  { length, topK }: Pick<Choices, 'length' | 'topK'>,
  list: ArrayLike<number>,
  rows: readonly number[],
): number[][] {
  return rows.flatMap((row) =>
    Array.from({ length }, (_, i) => {
      const at = (row * length + i) * topK;
      return Array.from({ length: topK }, (_, choice) => list[at + choice]);
    }),
  );
}

/** Share of the chosen experts that were guessed, over all layers. */
export function guessedShare({ layers, topK }: Trace, what: 'late' | 'early'): number {
  let [right, all] = [0, 0];
  for (const layer of layers)
    for (let at = 0; at < layer.chosen.length; at += topK)
      for (let i = at; i < at + topK; i++) {
        all++;
        for (let j = at; j < at + topK; j++) right += Number(layer.chosen[i] === layer[what][j]);
      }
  return all ? right / all : 0;
}

/** Rows in the order in which one person asks: `stay` rows of a kind, then another kind. */
export function sessionOf(
  kinds: readonly number[],
  { stay, rows, next }: { stay: number; rows: number; next(): number },
): number[] {
  const present = [...new Set(kinds)];
  const ofKind = new Map(
    present.map((kind) => [kind, kinds.flatMap((own, row) => (own === kind ? [row] : []))]),
  );
  const order: number[] = [];
  let at = -1;
  while (order.length < rows) {
    const other = Math.floor(next() * present.length);
    at = other === at ? (other + 1) % present.length : other;
    const own = ofKind.get(present[at])!;
    for (let i = 0; i < stay && order.length < rows; i++)
      order.push(own[Math.floor(next() * own.length)]);
  }
  return order;
}

/** Dice in a router's place: of each token k different experts, all sets equally likely. */
export function byDice(
  { experts, topK }: Pick<Choices, 'experts' | 'topK'>,
  tokens: number,
  next: () => number,
): number[][] {
  return Array.from({ length: tokens }, () => {
    const call: number[] = [];
    while (call.length < topK) {
      const expert = Math.floor(next() * experts);
      if (!call.includes(expert)) call.push(expert);
    }
    return call;
  });
}

/** A trace's choices as a model travels: plain data and numbers. */
export function toModel({ experts, topK, length, kinds, layers }: Choices): Model {
  return {
    form: 'trace',
    about: { experts, topK, length, kinds },
    weights: {
      chosen: {
        shape: [layers.length, kinds.length * length, topK],
        data: Float32Array.from(layers.flatMap(({ chosen }) => Array.from(chosen))),
      },
    },
  };
}

/** The choices inside a model. Throws a sentence for any other. */
export function fromModel({ form, about, weights }: Model): Choices {
  if (form !== 'trace')
    throw new Error(
      `This model is a ${form}; a trace of a router’s choices, which the lab of the cache makes, is needed here.`,
    );
  const { experts, topK, length, kinds } = about as unknown as Omit<Choices, 'layers'>;
  const [layers, tokens] = weights.chosen.shape;
  const each = tokens * topK;
  const of = (layer: number) =>
    Array.from(weights.chosen.data.slice(layer * each, (layer + 1) * each));
  return {
    experts,
    topK,
    length,
    kinds,
    layers: Array.from({ length: layers }, (_, layer) => ({ chosen: of(layer) })),
  };
}

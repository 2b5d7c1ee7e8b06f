/**
 * The journey of each character of a text through the model as it is trained so far: what attention
 * keeps of it and where it looks, how the routers score it, who answers and by how much that moves
 * its stream, what the head would guess behind each layer, and what the module guesses further.
 */
import * as tf from '../../../../tensor/tf';
import { probabilities } from '../../../decoding/sampling';
import { type BlockOutput, forward as blockForward } from '../../../layers/block';
import * as embedding from '../../../layers/embedding';
import type { Cache } from '../../../layers/kv-cache';
import { within } from '../../../layers/names';
import * as rmsNorm from '../../../layers/rms-norm';
import { tidied } from '../../../layers/tidied';
import { type Decoder, evaluatingOptions } from '../../../networks/decoder';
import * as multiToken from '../../../networks/multi-token';
import * as transformer from '../../../networks/transformer';
import type { Params } from '../../../types';
import { tokensOf } from '../../language-model/shared/acts';
import type { Corpus } from '../../language-model/shared/corpus';
import type { Plain } from '../../types';
import { nodes } from './model';

/** Every text is filled up to so many places, so that each has the same shapes on the device. */
const places = 32;
/** One place is left for what the model would write next. */
export const mostCharacters = places - 1;
/** Characters of the text that is followed unless one is handed in. */
const shown = 12;

/** A character and how likely it is, in percent. */
export type Guess = [string, number];

/** One router's part. Rows are places of the text. */
export interface Choice {
  /** [experts]; none where nothing moves a bias. */
  bias: number[] | null;
  /** [places][experts] */
  scores: number[][];
  /** [places][k], best first, and their gates in percent. */
  chosen: number[][];
  gates: number[][];
}

export interface Stop {
  /** What attention keeps, array by array: its name in the cache, and [places][numbers]. */
  kept: { name: string; rows: number[][] }[];
  /** [places][places up to its own]: where it looks, mean over the heads, in percent. */
  looks: number[][];
  /** [places]: how long what attention adds to the stream is, then the layer's own or shared expert, then the routed ones. */
  added: [number, number, number][];
  /** [places]: what the head would guess here. */
  guess: Guess[];
  routing: Choice | null;
}

export interface Journey {
  text: string[];
  /** The nodes that hold the experts, equally many each, in their order. */
  nodes: number;
  /** [places]: length of the stream before the first layer. */
  start: number[];
  layers: Stop[];
  /** [places][3]: the next character. */
  next: Guess[][];
  /** What the module reads beside the state: the next character, or the model's own guess behind the last. */
  read: string[];
  /** The one after that; none without a module. */
  further: { routing: Choice | null; guess: Guess[][] } | null;
}

interface Followed {
  decoder: Decoder;
  /** The model's and its modules'. */
  params: Params;
  modules?: multiToken.MultiTokenConfig;
  corpus: Corpus;
}

/**
 * Follows all characters of `asked.text` at once; without one, of the first line that the model
 * never learned from. Throws a sentence for a text that is empty, too long or strange to the model.
 */
export async function follow(
  followed: Followed,
  { text }: { [name: string]: Plain },
): Promise<Plain> {
  const { corpus } = followed;
  const tokens =
    typeof text === 'string'
      ? tokensOf(corpus.words, text)
      : Array.from(corpus.fresh.rows.slice(0, shown));
  if (!tokens.length) throw new Error('There is no character to follow; type a few.');
  if (tokens.length > mostCharacters)
    throw new Error(`At most ${mostCharacters} characters are followed at a time.`);
  const own = await lastGuess(followed, tokens);
  return (await journeyOf(followed, tokens, own)) as unknown as Plain;
}

/** The most likely character behind a text. */
async function lastGuess(followed: Followed, tokens: number[]): Promise<number> {
  const { decoder, params } = followed;
  const logits = tf.tidy(() => {
    const filled = embedding.tokenTensor(filledUp(tokens, places), decoder.shape.words.length);
    return transformer.forward(params, filled, decoder.config, evaluatingOptions(decoder, places))
      .logits;
  });
  const row = (await logits.array())[tokens.length - 1];
  logits.dispose();
  return row.indexOf(Math.max(...row));
}

/** What stands behind a text changes nothing in it: no place looks ahead. */
const filledUp = (tokens: number[], count: number): number[] =>
  Array.from({ length: count }, (_, place) => tokens[place] ?? 0);

async function journeyOf(followed: Followed, tokens: number[], own: number): Promise<Journey> {
  const { decoder, corpus } = followed;
  const { words } = corpus;
  const count = tokens.length;
  const found = tidied(() => through(followed, [...tokens, own]));
  const rowsOf = async (x: tf.Tensor2D) => (await x.array()).slice(0, count);
  const guesses = async (logits: tf.Tensor2D, most: number) =>
    (await rowsOf(logits)).map((row) => likeliest(row, words, most));
  const choice = (routing: Routed | null, layer: number) =>
    routing && choiceOf(routing, decoder.biases[layer], rowsOf);

  const start = await rowsOf(found.start);
  // Read back side by side: one after another, each would wait for the device.
  const read = await Promise.all(
    found.layers.map(async (each, layer) => {
      const streams = [each.attended, each.unrouted, each.x].map(rowsOf);
      const [kept, weights, guess, routing] = await Promise.all([
        keptOf(each.cache, count),
        each.weights.array() as Promise<number[][][]>,
        guesses(each.logits, 1),
        choice(each.routing, layer),
      ]);
      return { kept, weights, guess, routing, streams: await Promise.all(streams) };
    }),
  );
  const layers = read.map(({ kept, weights, guess, routing, streams }, layer): Stop => {
    const [attended, unrouted, x] = streams;
    const before = layer ? read[layer - 1].streams[2] : start;
    return {
      kept,
      looks: tokens.map((_, place) => looksOf(weights, place)),
      added: tokens.map((_, place) => [
        apart(attended[place], before[place]),
        apart(unrouted[place], attended[place]),
        apart(x[place], unrouted[place]),
      ]),
      guess: guess.map(([first]) => first),
      routing,
    };
  });
  const { further } = found;
  const journey: Journey = {
    text: tokens.map((token) => words[token]),
    nodes,
    start: start.map((row) => apart(row)),
    layers,
    next: await guesses(found.logits, 3),
    read: [...tokens.slice(1), own].map((token) => words[token]),
    further: further && {
      routing: await choice(further.routing, decoder.config.layers),
      guess: await guesses(further.logits, 3),
    },
  };
  tf.dispose(found as unknown as tf.TensorContainer);
  return journey;
}

type Routed = { scores: tf.Tensor2D; gates: tf.Tensor2D };

const routedIn = ({ routing }: BlockOutput): Routed | null =>
  routing ? { scores: routing.scores, gates: routing.gates } : null;

/** On the device: all that is read back. */
function through(followed: Followed, tokens: number[]) {
  const { decoder, params, modules } = followed;
  const { config, shape } = decoder;
  const all = embedding.tokenTensor(filledUp(tokens, places + 1), shape.words.length);
  const rows: tf.Tensor2D = tf.reshape(all, [1, places + 1]);
  const text = multiToken.window(rows, 0, places);
  const options = evaluatingOptions(decoder, places);
  const out = transformer.forward(params, text, config, options);
  const start = embedding.forward(within('embedding', params), text); // [places, dim]
  const ahead =
    modules && multiToken.forward(params, out.hidden, rows, config, modules, options)[0];
  return {
    start,
    layers: out.blocks.map((block, layer) => {
      const before = layer ? out.blocks[layer - 1].x : start;
      const { x, cache, weights } = block;
      return {
        ...{ x, cache, weights },
        attended: blockWithout(followed, layer, before, answers),
        unrouted: blockWithout(followed, layer, before, ['moe.experts.w2']),
        // Every layer's stream through the head of the last: what would be said if it ended here.
        logits: transformer.head(params, rmsNorm.forward(within('norm', params), x)),
        routing: routedIn(block),
      };
    }),
    logits: out.logits,
    further: ahead ? { logits: ahead.logits, routing: routedIn(ahead.block) } : null,
  };
}

/** The last matrices of all that answers behind attention. */
const answers = ['moe.experts.w2', 'moe.shared.w2', 'feedForward.w2'];

/** The stream behind a layer if some of its matrices were empty: what is missing is their answer. */
function blockWithout(
  { decoder, params }: Followed,
  layer: number,
  x: tf.Tensor2D,
  empty: string[],
): tf.Tensor2D {
  const { config, biases } = decoder;
  const own = Object.entries(within(`layers.${layer}`, params)).map(([name, weight]) => [
    name,
    empty.includes(name) ? tf.zerosLike(weight) : weight,
  ]);
  const { biases: _, ...options } = evaluatingOptions(decoder, places);
  const sparse = transformer.isSparse(config, layer);
  return blockForward(Object.fromEntries(own), x, config, sparse, {
    ...options,
    bias: biases[layer],
  }).x;
}

/** Of each array [rows, places, width], the numbers of a place, row after row. */
async function keptOf(cache: Cache, count: number): Promise<Stop['kept']> {
  const kept: Stop['kept'] = [];
  for (const [name, held] of Object.entries(cache)) {
    const all = await held.array();
    const ofPlace = (place: number) =>
      all.flatMap((row) => row[place].map((number) => rounded(number, 2)));
    kept.push({ name, rows: Array.from({ length: count }, (_, place) => ofPlace(place)) });
  }
  return kept;
}

/** weights [heads][queries][keys]: of one query, up to its own place. */
function looksOf(weights: number[][][], place: number): number[] {
  return Array.from({ length: place + 1 }, (_, at) => {
    const sum = weights.reduce((all, head) => all + head[place][at], 0);
    return Math.round((100 * sum) / weights.length);
  });
}

async function choiceOf(
  routing: Routed,
  bias: tf.Tensor1D | undefined,
  rowsOf: (x: tf.Tensor2D) => Promise<number[][]>,
): Promise<Choice> {
  const scores = await rowsOf(routing.scores);
  const gates = await rowsOf(routing.gates);
  const chosen = gates.map((row) =>
    Array.from(row.keys())
      .filter((expert) => row[expert] > 0)
      .sort((a, b) => row[b] - row[a]),
  );
  return {
    bias: bias ? (await bias.array()).map((x) => rounded(x, 3)) : null,
    scores: scores.map((row) => row.map((x) => rounded(x, 3))),
    chosen,
    gates: gates.map((row, place) => {
      const sum = row.reduce((a, b) => a + b, 0) || 1;
      return chosen[place].map((expert) => Math.round((100 * row[expert]) / sum));
    }),
  };
}

function likeliest(logits: number[], words: string[], most: number): Guess[] {
  const chances = probabilities(logits);
  return Array.from(chances.keys())
    .sort((a, b) => chances[b] - chances[a])
    .slice(0, most)
    .map((token) => [words[token], Math.round(100 * chances[token])]);
}

/** How far two vectors are apart; how long one is. */
const apart = (a: number[], b?: number[]): number =>
  rounded(Math.hypot(...a.map((x, i) => x - (b?.[i] ?? 0))), 2);

const rounded = (x: number, digits: number): number => Number(x.toFixed(digits));

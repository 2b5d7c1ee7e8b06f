/** What a small language model can be asked while it trains or rests: see decoder.ts. */
import { uniforms } from '../../../../tensor/random';
import * as tf from '../../../../tensor/tf';
import { lossesOf, routesOf, write } from '../../../decoding/write';
import { type Decoder, sparseLayers } from '../../../networks/decoder';
import { binomial, byDice } from '../../../routes';
import type { Plain } from '../../types';
import { type Corpus, inputsAndTargets, length } from './corpus';

/** Most characters that one act writes, or routes. */
const mostTokens = 4096;

/** Loss on fresh rows in nats per character, in all and of each kind. */
export async function judge(decoder: Decoder, { fresh, groups }: Corpus): Promise<Plain> {
  const { inputs, targets } = inputsAndTargets(fresh.rows);
  const losses = lossesOf(decoder, inputs, targets, length);
  const values = await losses.data();
  losses.dispose();
  const mean = (rows: number[]) => {
    let sum = 0;
    for (const row of rows)
      for (const loss of values.slice(row * length, (row + 1) * length)) sum += loss;
    return sum / (rows.length * length);
  };
  const all = Array.from(fresh.groups.keys());
  return {
    mean: mean(all),
    byKind: groups.map((_, group) => mean(all.filter((row) => fresh.groups[row] === group))),
  };
}

/** Lines that the model writes now, who took each of their characters, and which lines are right. */
export async function writeLines(
  decoder: Decoder,
  corpus: Corpus,
  asked: { [name: string]: Plain },
): Promise<Plain> {
  const { texts = 3, count = 48, temperature = 0.7, seed = 1 } = asked;
  if (!(Number(texts) * Number(count) <= mostTokens))
    throw new Error(`At most ${mostTokens} characters are written at a time.`);
  const prompts = Array.from({ length: Number(texts) }, () => corpus.prompt);
  const next = uniforms(Number(seed), 'write');
  const sampling = { temperature: Number(temperature) };
  const written = await write(decoder, prompts, Number(count), next, sampling);
  const taken = await choices(decoder, written.flat(), written[0].length);
  return {
    texts: written.map((tokens) => tokens.map((token) => corpus.words[token]).join('')),
    ...taken,
    right: corpus.check
      ? written.map((tokens) => {
          const lines = tokens
            .map((token) => corpus.words[token])
            .join('')
            .split('\n');
          return lines.slice(1, -1).map((line) => corpus.check!(line));
        })
      : null,
  };
}

/** Who takes each character of a text. Throws a sentence for characters it has never seen. */
export async function routeText(decoder: Decoder, { words }: Corpus, text: string): Promise<Plain> {
  const tokens = tokensOf(words, text);
  if (!tokens.length) throw new Error('There is no text to route; type a few characters.');
  if (tokens.length > mostTokens)
    throw new Error(`At most ${mostTokens} characters are routed at a time.`);
  return choices(decoder, tokens, tokens.length);
}

/** A typed text as tokens. Throws a sentence for characters that the model has never seen. */
export const tokensOf = (words: string[], text: string): number[] =>
  Array.from(text.replace(/\r\n?/g, '\n'), (character) => {
    const token = words.indexOf(character);
    if (token < 0) throw new Error(`The model has never seen the character “${character}”.`);
    return token;
  });

/** Of each sparse layer and token: the chosen experts, best first, and their gates in percent. */
async function choices(decoder: Decoder, tokens: number[], rowLength: number) {
  const { layers, masks, gates, scores } = routesOf(decoder, tokens, rowLength);
  const values = await Promise.all(gates.map((gate) => gate.array() as Promise<number[][]>));
  tf.dispose([masks, gates, scores]);
  const byGate = (row: number[]) =>
    Array.from(row.keys())
      .filter((expert) => row[expert] > 0)
      .sort((a, b) => row[b] - row[a]);
  const chosen = values.map((rows) => rows.map(byGate));
  return {
    layers,
    chosen,
    gates: values.map((rows, layer) =>
      rows.map((row, i) => {
        const sum = row.reduce((a, b) => a + b, 0) || 1;
        return chosen[layer][i].map((expert) => Math.round((100 * row[expert]) / sum));
      }),
    ),
  };
}

/** [layers, kinds, experts]: of each kind's fresh characters, the share each expert has. */
export async function kindShares(decoder: Decoder, corpus: Corpus): Promise<Plain> {
  const { fresh, groups } = corpus;
  const kindOf = (token: number) => fresh.groups[Math.floor(token / length)];
  return (await masksOf(decoder, corpus)).map((rows) =>
    countBy(rows, groups.length, kindOf).map((own) => {
      const sum = own.reduce((a, b) => a + b, 0) || 1;
      return own.map((count) => count / sum);
    }),
  );
}

/**
 * Of each character that the fresh rows hold, in each sparse layer, the k experts that take it most
 * often, at how many of a hundred of its places they do, and how much of a layer's choices that
 * tells: of all assignments, the share that goes to its character's k.
 */
export async function characterShares(
  decoder: Decoder,
  corpus: Pick<Corpus, 'words' | 'fresh'>,
): Promise<Plain> {
  const { inputs } = inputsAndTargets(corpus.fresh.rows);
  const { words } = corpus;
  const { topK } = decoder.shape;
  const masks = await masksOf(decoder, corpus);
  const layers = masks.map((rows) => {
    const counts = countBy(rows, words.length, (token) => inputs[token]);
    const places = counts.map((row) => row.reduce((a, b) => a + b, 0) / topK);
    const best = counts.map((row, word) =>
      places[word] === 0
        ? []
        : Array.from(row.keys())
            .sort((a, b) => row[b] - row[a])
            .slice(0, topK),
    );
    const theirs = best.map((experts, word) => experts.map((expert) => counts[word][expert]));
    return {
      best,
      percent: theirs.map((own, word) => own.map((n) => Math.round((100 * n) / places[word]))),
      foretold: theirs.flat().reduce((a, b) => a + b, 0) / (rows.length * topK),
    };
  });
  return {
    words,
    layers: sparseLayers(decoder.config),
    experts: layers.map(({ best }) => best),
    percent: layers.map(({ percent }) => percent),
    foretold: layers.map(({ foretold }) => foretold),
  };
}

/** [classes, experts]: how many tokens of a class each expert gets. rows [tokens, experts]. */
function countBy(
  rows: number[][],
  classes: number,
  classOf: (token: number) => number,
): number[][] {
  const counts = Array.from({ length: classes }, () => new Array<number>(rows[0].length).fill(0));
  rows.forEach((row, token) => {
    const own = counts[classOf(token)];
    row.forEach((taken, expert) => {
      own[expert] += taken;
    });
  });
  return counts;
}

/** How many routes the fresh characters take through the sparse layers, and how many there could be. */
export async function countRoutes(decoder: Decoder, corpus: Corpus): Promise<Plain> {
  const masks = await masksOf(decoder, corpus);
  const characters = masks[0]?.length ?? 0;
  const counts = new Map<string, number>();
  for (let token = 0; token < characters; token++) {
    const route = masks.map((rows) => rows[token].join('')).join(' ');
    counts.set(route, (counts.get(route) ?? 0) + 1);
  }
  const sorted = [...counts.values()].sort((a, b) => b - a);
  const { experts, topK } = decoder.shape;
  const possible = binomial(experts, topK) ** masks.length;
  return {
    characters,
    possible,
    seen: counts.size,
    byDice: byDice(possible, characters),
    tenCommonest: sorted.slice(0, 10).reduce((sum, count) => sum + count, 0) / (characters || 1),
  };
}

/** Of fresh rows, layer by layer: [tokens, experts], 1 where the token goes to the expert. */
async function masksOf(decoder: Decoder, { fresh }: Pick<Corpus, 'fresh'>): Promise<number[][][]> {
  const { inputs } = inputsAndTargets(fresh.rows);
  const { masks, gates, scores } = routesOf(decoder, inputs, length);
  const values = await Promise.all(masks.map((mask) => mask.array() as Promise<number[][]>));
  tf.dispose([masks, gates, scores]);
  return values;
}

/** What model and modules can be asked while they train or rest: see foreteller.ts. */
import * as tf from '../../../../tensor/tf';
import { speculativeModels } from '../../../decoding/language-model';
import { type Corpus, length } from '../../language-model/shared/corpus';
import type { Model, Plain } from '../../types';
import { type Foreteller, foretell, judged } from './foreteller';
import { plainTape, tapeOf } from './writing';

/** Characters of a fresh row that a text begins with. */
const promptLength = 16;
/** Places at which another lab asks model and module for the next character. */
export const contexts = 12;

const widthOf = length + 1;

/** Beginnings of fresh rows of all kinds in turn. */
export function contextsOf({ fresh, groups }: Corpus, count: number): number[][] {
  const rows = fresh.rows.length / widthOf;
  const perGroup = rows / groups.length;
  return Array.from({ length: count }, (_, i) => {
    const row = (i % groups.length) * perGroup + (Math.floor(i / groups.length) % perGroup);
    return Array.from(fresh.rows.subarray(row * widthOf, row * widthOf + promptLength));
  });
}

export async function judge(model: Foreteller, { fresh }: Corpus): Promise<Plain> {
  const count = fresh.rows.length / widthOf;
  const all = tf.tidy(() => {
    const foretold = foretell(model, tf.tensor2d(fresh.rows, [count, widthOf], 'int32'), true);
    const { further, acceptance, same } = judged(foretold, count);
    return { main: tf.clone(foretold.main), further, acceptance, same };
  });
  const read = async (x: tf.Tensor) => Array.from(await x.data());
  const answer = {
    main: (await read(all.main))[0],
    further: await read(all.further),
    acceptance: await read(all.acceptance),
    same: await read(all.same),
  };
  tf.dispose(all);
  return answer;
}

/** Most characters that one act writes. */
const mostCharacters = 1024;

export async function writeTapes(
  model: Foreteller,
  corpus: Corpus,
  asked: { [name: string]: Plain },
): Promise<Plain> {
  const { texts = 3, count = 48, temperature = 1, drafts = 1, seed = 1 } = asked;
  if (Number(texts) * Number(count) > mostCharacters)
    throw new Error(
      `${texts} texts of ${count} characters are too many at once; ${mostCharacters} characters in all can be written.`,
    );
  const wishes = {
    drafts: Math.min(Number(drafts), model.extra.depths),
    temperature: Number(temperature),
    count: Number(count),
  };
  const written: Plain[] = [];
  for (const [i, prompt] of contextsOf(corpus, Number(texts)).entries()) {
    const passes = await tapeOf(model, prompt, { ...wishes, seed: Number(seed) + i });
    written.push({ prompt, passes: plainTape(passes) });
  }
  return written;
}

/**
 * Weights, and what model and first module say of the next character at some places of fresh rows:
 * "p" and "q", [contexts, words], each module from the states before the last character, as in
 * writing. What the lab of draws opens.
 */
export async function toModel(model: Foreteller, corpus: Corpus): Promise<Model> {
  const { params, config, extra } = model;
  const models = speculativeModels(model);
  const prompts = contextsOf(corpus, contexts);
  const said = { p: [] as number[], q: [] as number[] };
  try {
    for (const prompt of prompts) {
      said.p.push(...Array.from((await models.target(prompt, 1))[0]));
      said.q.push(...Array.from(await models.draft(prompt, 0)));
    }
  } finally {
    models.dispose();
  }
  const shape = [contexts, config.vocabulary];
  return {
    form: 'foreteller',
    about: {
      words: corpus.words,
      layers: config.layers,
      kind: extra.kind,
      depths: extra.depths,
      contexts: prompts.map((prompt) => prompt.map((token) => corpus.words[token]).join('')),
    },
    weights: {
      ...Object.fromEntries(
        await Promise.all(
          Object.entries(params).map(
            async ([name, tensor]) =>
              [
                name,
                { shape: tensor.shape, data: Float32Array.from(await tensor.data()) },
              ] as const,
          ),
        ),
      ),
      p: { shape, data: Float32Array.from(said.p) },
      q: { shape, data: Float32Array.from(said.q) },
    },
  };
}

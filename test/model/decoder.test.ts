/** A decoder that travels: the same numbers out as in, the same text with a cache and without. */
import { describe, expect, it } from 'vitest';
import { lossesOf, routesOf, write } from '../../src/model/decoding/write';
import { perToken } from '../../src/model/layers/cross-entropy';
import { tokenTensor } from '../../src/model/layers/embedding';
import {
  configOf,
  type Decoder,
  disposeDecoder,
  evaluatingOptions,
  fromModel,
  house,
  sparseLayers,
  toModel,
} from '../../src/model/networks/decoder';
import * as transformer from '../../src/model/networks/transformer';
import { characters } from '../../src/model/tasks/yard';
import { uniforms } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import { backend, expectClose, expectNoLeaks, useBackend } from './backend';

useBackend();

function make(changes: Partial<typeof house> = {}): Decoder {
  const shape = { ...house, ...changes, words: characters, seed: 3 };
  const config = configOf(shape);
  const sparse = new Set(sparseLayers(config));
  return {
    shape,
    config,
    params: transformer.init(config, 3),
    biases: Array.from({ length: config.layers }, (_, layer) =>
      sparse.has(layer) ? tf.tensor1d(Array.from({ length: 8 }, (_, e) => e / 10)) : undefined,
    ),
  };
}

describe('a decoder', () => {
  it('has the house model’s 92,768 numbers', () => {
    const { params, biases } = make();
    expect(Object.values(params).reduce((sum, { size }) => sum + size, 0)).toBe(92_768);
    tf.dispose([params, biases.filter((bias) => bias !== undefined)]);
  });

  it('comes back from its model as it went', async () => {
    const decoder = make();
    const back = fromModel(JSON.parse(JSON.stringify(await toModel(decoder), numbersAsLists)));
    const text = [0, 5, 9, 20, 33];
    const logits = (from: Decoder) =>
      transformer.forward(
        from.params,
        tokenTensor(text, 48),
        from.config,
        evaluatingOptions(from, text.length),
      ).logits;
    await expectClose(logits(back), await logits(decoder).data(), 1e-6);
    disposeDecoder(back);
    disposeDecoder(decoder);
  });

  it('refuses in words a model that does not fit', async () => {
    const decoder = make();
    const model = await toModel(decoder);
    expect(() => fromModel({ ...model, form: 'classifier' })).toThrow('is a classifier; a decoder');
    const { 'head.weight': head, ...rest } = model.weights;
    expect(() => fromModel({ ...model, weights: rest })).toThrow('lacks the weights head.weight');
    const thin = { ...head, shape: [16, 48] };
    expect(() => fromModel({ ...model, weights: { ...rest, 'head.weight': thin } })).toThrow(
      'head.weight are [16,48]; their model needs [32,48]',
    );
    disposeDecoder(decoder);
  });

  // In Node only: what it does is not a kernel's, and its own shapes take long to compile.
  it.runIf(backend === 'cpu')(
    'writes with a cache what it would write without, several texts at once',
    async () => {
      const decoder = make();
      const prompts = [
        [0, 12],
        [0, 30],
      ];
      const written = await write(decoder, prompts, 6, uniforms(1, 'a'), { temperature: 0 });
      for (const [i, prompt] of prompts.entries()) {
        const text = [...prompt];
        while (text.length < 8) {
          const { logits } = transformer.forward(
            decoder.params,
            tokenTensor(text, 48),
            decoder.config,
            evaluatingOptions(decoder, text.length),
          );
          const last = ((await logits.array()) as number[][]).at(-1)!;
          text.push(last.indexOf(Math.max(...last)));
        }
        expect(written[i]).toEqual(text);
      }
      await expect(write(decoder, [[1], [1, 2]], 1, uniforms(1, 'a'))).rejects.toThrow(
        'one length',
      );
      disposeDecoder(decoder);
    },
  );

  it('says who took which token, and what each cost', async () => {
    const decoder = make();
    const text = [0, 5, 9, 20];
    const { layers, masks, gates, scores } = routesOf(decoder, text, 4);
    expect(layers).toEqual([1, 2, 3]);
    for (const mask of masks) await expectClose(tf.sum(mask, 1), [2, 2, 2, 2], 0);
    for (const gate of gates) await expectClose(tf.sum(gate, 1), [1, 1, 1, 1], 1e-5);
    tf.dispose([masks, gates, scores]);
    const { logits } = transformer.forward(
      decoder.params,
      tokenTensor(text, 48),
      decoder.config,
      evaluatingOptions(decoder, 4),
    );
    const targets = [5, 9, 20, 0];
    const wanted = await perToken(logits, tokenTensor(targets, 48)).data();
    await expectClose(lossesOf(decoder, text, targets, 4), wanted, 1e-5);
    disposeDecoder(decoder);
  });

  it('leaves no tensor behind', async () => {
    const decoder = make();
    await expectNoLeaks(async () => {
      await write(decoder, [[0]], 3, uniforms(1, 'a'));
      lossesOf(decoder, [0, 1], [1, 2], 2).dispose();
    });
    disposeDecoder(decoder);
  });
});

const numbersAsLists = (_: string, entry: unknown) =>
  ArrayBuffer.isView(entry) ? Array.from(entry as Float32Array) : entry;

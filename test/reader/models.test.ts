/** Models kept in a browser: what goes in comes out, under names of their own, refused in words. */
import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { decodeModel, encodeModel } from '../../src/lab/inputs/safetensors';
import type { Model } from '../../src/model/experiments/types';
import { keeper } from '../../src/reader/keeper';
import {
  dropModel,
  fileOf,
  findModel,
  importModel,
  keepModel,
  keptModels,
} from '../../src/reader/models';

const model = (x = 1): Model => ({
  form: 'decoder',
  about: { width: 2 },
  weights: { w: { shape: [1, 2], data: Float32Array.of(x, -x) } },
});
const clear = async () => {
  for (const { name } of await keptModels()) await dropModel(name);
};
beforeEach(clear);

describe('a kept model', () => {
  it('is listed with what it is, and comes back as it was', async () => {
    await keepModel('  first\n one ', model(3), 'speak');
    const [kept] = await keptModels();
    expect(kept).toMatchObject({ name: 'first one', form: 'decoder', lab: 'speak' });
    expect(kept.bytes).toBe((await fileOf('first one'))!.length);
    expect(Date.parse(kept.kept)).toBeGreaterThan(0);
    expect(await findModel('first one')).toEqual(model(3));
    expect(await findModel('another')).toBeUndefined();
    expect(await keeper.findModel('first one')).toEqual(model(3));
    expect((await keeper.models()).map(({ name }) => name)).toEqual(['first one']);
  });

  it('gets a name of its own where that is taken', async () => {
    const names: string[] = [];
    for (let i = 0; i < 3; i++) names.push((await keepModel('mine', model(i))).name);
    expect(names).toEqual(['mine', 'mine (2)', 'mine (3)']);
    expect(await findModel('mine (2)')).toEqual(model(1));
    await dropModel('mine (2)');
    expect((await keptModels()).map(({ name }) => name).sort()).toEqual(['mine', 'mine (3)']);
  });

  it('leaves as a file and comes back from it, with the lab that made it', async () => {
    await keepModel('mine', model(2), 'speak');
    const file = await fileOf('mine');
    expect(decodeModel(file!)).toEqual(model(2));
    const { name, lab } = await importModel('mine', file!);
    expect([name, lab]).toEqual(['mine (2)', 'speak']);
    expect(await findModel('mine (2)')).toEqual(model(2));
  });
});

describe('what is refused', () => {
  it('names that are none', async () => {
    await expect(keepModel(' ', model())).rejects.toThrow('give it one');
    await expect(keepModel('x'.repeat(61), model())).rejects.toThrow('The name has 61 characters');
    expect(await keptModels()).toEqual([]);
  });

  it('files that hold no model, before anything is kept', async () => {
    const file = encodeModel(model());
    await expect(importModel('x', file.subarray(0, 30))).rejects.toThrow('cut short');
    await expect(importModel('x', encodeModel(model(Number.NaN)))).rejects.toThrow('not a number');
    expect(await keptModels()).toEqual([]);
  });

  it('what another version left there: it is not listed and breaks nothing', async () => {
    const { createStore, set } = await import('idb-keyval');
    const store = createStore('switchyard-models', 'models');
    await set('old', { weights: 3 }, store);
    await set('older', null, store);
    await keepModel('mine', model());
    expect((await keptModels()).map(({ name }) => name)).toEqual(['mine']);
    expect(await findModel('old')).toBeUndefined();
    await set(
      'broken',
      { form: 'decoder', kept: '2026-01-01', file: new Uint8Array([1, 2, 3]) },
      store,
    );
    await expect(findModel('broken')).rejects.toThrow('cut short');
    for (const name of ['old', 'older', 'broken']) await dropModel(name);
  });

  it('says that a browser keeps nothing', async () => {
    vi.resetModules();
    vi.stubGlobal('indexedDB', {
      open() {
        throw new DOMException('Not here.', 'SecurityError');
      },
    });
    const private_ = await import('../../src/reader/models');
    await expect(private_.keepModel('x', model())).rejects.toThrow(
      'This browser does not let the page keep models',
    );
    const { keeper: none } = await import('../../src/reader/keeper');
    expect(await none.models()).toEqual([]);
    expect(await none.findInput('abc')).toBeUndefined();
    await none.keepInput('abc', 'word');
    vi.unstubAllGlobals();
  });
});

describe('long inputs', () => {
  it('are found under their hash, the latest forty of them', async () => {
    const now = vi.spyOn(Date, 'now');
    for (let i = 0; i < 45; i++) {
      now.mockReturnValue(1000 + i);
      await keeper.keepInput(`hash ${i}`, `word ${i}`);
    }
    now.mockRestore();
    expect(await keeper.findInput('hash 44')).toBe('word 44');
    expect(await keeper.findInput('hash 5')).toBe('word 5');
    expect(await keeper.findInput('hash 4')).toBeUndefined();
  });
});

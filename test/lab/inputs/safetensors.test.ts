/** Models as files: what is written comes back, others can read it, and what is no model is refused. */
import { describe, expect, it } from 'vitest';
import { fromHalf, toHalf } from '../../../src/lab/inputs/half';
import {
  decodeModel,
  encodeModel,
  mostBytes,
  remarksOf,
} from '../../../src/lab/inputs/safetensors';
import type { Model } from '../../../src/model/experiments/types';

const model: Model = {
  form: 'decoder',
  about: { width: 2, vocabulary: ['a', 'ü'] },
  weights: {
    'head.w': { shape: [2, 2], data: Float32Array.of(1, -0.5, 0.1, 3) },
    scale: { shape: [], data: Float32Array.of(70_000) },
    none: { shape: [0, 4], data: new Float32Array() },
  },
};

/** A file with a header of one's own. */
function fileWith(header: string | object, bytes = 16): Uint8Array {
  const words = new TextEncoder().encode(
    typeof header === 'string' ? header : JSON.stringify(header),
  );
  const file = new Uint8Array(8 + words.length + bytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(words.length), true);
  file.set(words, 8);
  return file;
}
const named = { __metadata__: { form: 'decoder' } };

function randomNumbers(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (Math.imul(state, 48271) >>> 0) % 2147483647;
    return state / 2147483647;
  };
}

describe('a file', () => {
  it('gives back what was written', () => {
    expect(decodeModel(encodeModel(model))).toEqual(model);
    const file = encodeModel(model, { remarks: { steps: 3 } });
    expect(remarksOf(file)).toEqual({ steps: 3 });
  });

  it('is laid out as the format says', () => {
    const file = encodeModel(model);
    const view = new DataView(file.buffer);
    const length = Number(view.getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
    expect(header['head.w']).toEqual({ dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] });
    expect(header.scale).toEqual({ dtype: 'F32', shape: [], data_offsets: [16, 20] });
    for (const word of Object.values(header.__metadata__)) expect(typeof word).toBe('string');
    expect(view.getFloat32(8 + length + 4, true)).toBe(-0.5);
    expect(file.length).toBe(8 + length + 20);
  });

  it('may keep 16 bits of a number, and all of one that needs more', () => {
    const { weights } = decodeModel(encodeModel(model, { half: true }));
    expect(Array.from(weights['head.w'].data)).toEqual([1, -0.5, fromHalf(toHalf(0.1)), 3]);
    expect(weights['head.w'].data[2]).toBeCloseTo(0.1, 4);
    expect(Array.from(weights.scale.data)).toEqual([70_000]);
    // Written again, nothing changes.
    const once = decodeModel(encodeModel(model, { half: true }));
    expect(decodeModel(encodeModel(once, { half: true }))).toEqual(once);
  });

  it('may lie anywhere in memory', () => {
    const file = encodeModel(model);
    const inside = new Uint8Array(file.length + 3);
    inside.set(file, 3);
    expect(decodeModel(inside.subarray(3))).toEqual(model);
  });
});

describe('what is refused', () => {
  const refusal = (file: Uint8Array) => () => decodeModel(file);

  it('is no safetensors file', () => {
    const words = 'This is no safetensors file, or it was cut short';
    expect(refusal(new Uint8Array(3))).toThrow(words);
    expect(refusal(new TextEncoder().encode('{ "some": "JSON that is long" }'))).toThrow(words);
    expect(refusal(encodeModel(model).subarray(0, 40))).toThrow(words);
    for (const header of ['nonsense', '[]', 'null'])
      expect(refusal(fileWith(header))).toThrow(
        'This is no safetensors file: the list of its tensors cannot be read.',
      );
  });

  it('is too large', () => {
    const large = { length: mostBytes + 1 } as Uint8Array;
    expect(refusal(large)).toThrow('This file has 65 MB; models of up to 64 MB can be opened.');
  });

  it('does not say what it is', () => {
    expect(refusal(fileWith({}))).toThrow(
      'This file does not say what kind of model it holds (form); only models that this course wrote can be opened.',
    );
  });

  it('has tensors that are not all there', () => {
    const whole = encodeModel(model);
    expect(refusal(whole.subarray(0, whole.length - 1))).toThrow(
      'The tensor scale of shape [] has no 4 bytes in this file: it is damaged or cut short.',
    );
    const entry = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
    const damaged = (change: object) => fileWith({ ...named, w: { ...entry, ...change } }, 8);
    expect(refusal(damaged({}))).not.toThrow();
    expect(refusal(fileWith({ ...named, w: null }, 8))).toThrow(/undefined; F32 and F16/);
    for (const change of [
      { shape: [3] },
      { shape: [-2] },
      { shape: [0.5] },
      { shape: 2 },
      { data_offsets: undefined },
      { data_offsets: 8 },
      { data_offsets: ['0', '8'] },
    ])
      expect(refusal(damaged(change)), JSON.stringify(change)).toThrow(/^The tensor w of shape/);
    expect(refusal(damaged({ dtype: 'BF16' }))).toThrow(
      'The tensor w has numbers of the kind BF16; F32 and F16 can be read.',
    );
  });

  it('has tensors over each other, or bytes that belong to none', () => {
    const entry = (start: number, end: number) => ({
      dtype: 'F32',
      shape: [(end - start) / 4],
      data_offsets: [start, end],
    });
    const two = (a: object, b: object) => refusal(fileWith({ ...named, a, b }));
    expect(two(entry(0, 8), entry(8, 16))).not.toThrow();
    expect(two(entry(8, 16), entry(0, 8))).not.toThrow();
    expect(two(entry(0, 12), entry(8, 16))).toThrow('The tensor b lies over another one');
    expect(two(entry(0, 4), entry(8, 16))).toThrow('Before the tensor b are bytes');
    expect(two(entry(0, 4), entry(4, 12))).toThrow('4 bytes at the end of this file');
    expect(two(entry(-4, 4), entry(4, 16))).toThrow('The tensor a lies over another one');
  });

  it('is damaged anywhere: a sentence, never anything else', () => {
    const file = encodeModel(model);
    const next = randomNumbers(7);
    for (let trial = 0; trial < 500; trial++) {
      const damaged = file.slice(0, next() < 0.2 ? Math.floor(next() * file.length) : undefined);
      for (let n = 0; n < 3; n++)
        damaged[Math.floor(next() * damaged.length)] = Math.floor(next() * 256);
      try {
        const { weights } = decodeModel(damaged);
        for (const { data } of Object.values(weights))
          expect(data.every(Number.isFinite)).toBe(true);
      } catch (error) {
        expect((error as Error).message).toMatch(/^[A-Z0-9].*\.$/s);
      }
    }
  });

  it('holds what is no number', () => {
    const broken = encodeModel({
      ...model,
      weights: { w: { shape: [1], data: Float32Array.of(Number.NaN) } },
    });
    expect(refusal(broken)).toThrow('The tensor w holds something that is not a number.');
  });
});

describe('numbers of 16 bits', () => {
  it('are those of the standard', () => {
    const known: [number, number][] = [
      [0, 0x0000],
      [1, 0x3c00],
      [-2, 0xc000],
      [65504, 0x7bff],
      [2 ** -14, 0x0400],
      [2 ** -24, 0x0001],
      [1023 * 2 ** -24, 0x03ff],
      [1 / 3, 0x3555],
      [Infinity, 0x7c00],
    ];
    for (const [x, half] of known) expect(toHalf(x), String(x)).toBe(half);
    expect(toHalf(-0)).toBe(0x8000);
    expect(fromHalf(toHalf(Number.NaN))).toBeNaN();
  });

  it('come back from every pattern of bits', () => {
    for (let half = 0; half < 0x10000; half++) {
      const x = fromHalf(half);
      if (!Number.isNaN(x)) expect(toHalf(x)).toBe(half);
    }
  });

  it('round to the nearest, to the even one of two', () => {
    expect(toHalf(1 + 2 ** -11)).toBe(0x3c00);
    expect(toHalf(1 + 3 * 2 ** -11)).toBe(0x3c02);
    expect(toHalf(1 + 2 ** -11 + 2 ** -20)).toBe(0x3c01);
    // Up to the next power of two, and out of the smallest numbers.
    expect(toHalf(2 - 2 ** -12)).toBe(0x4000);
    expect(toHalf(1023.6 * 2 ** -24)).toBe(0x0400);
    expect(toHalf(2 ** -26)).toBe(0);
    expect(toHalf(65519)).toBe(0x7bff);
    expect(toHalf(65520)).toBe(0x7c00);
  });
});

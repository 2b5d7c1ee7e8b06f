/**
 * Models as files: the safetensors format (github.com/huggingface/safetensors). Eight bytes with
 * the length of the header, the header as JSON (name → dtype, shape and place of each tensor, and
 * words about the whole under `__metadata__`), then the numbers one after another, least
 * significant byte first.
 */
import type { Model, Numbers, Plain } from '../../model/experiments/types';
import { fromHalf, largestHalf, toHalf } from './half';

/** A file larger than this is not opened. */
export const mostBytes = 64 * 2 ** 20;
/** Most bytes of the list of tensors. */
const mostHeader = 2 ** 20;

type Dtype = 'F32' | 'F16';
const widths: Record<Dtype, number> = { F32: 4, F16: 2 };

interface Entry {
  dtype: Dtype;
  shape: number[];
  data_offsets: [number, number];
}

/**
 * `half` keeps weights in 16 bits, except where a tensor has one too large for that. `remarks`
 * are kept beside the model's own words and read back by `remarksOf`.
 */
export function encodeModel(
  { form, about, weights }: Model,
  { half = false, remarks = {} }: { half?: boolean; remarks?: { [name: string]: Plain } } = {},
): Uint8Array {
  const header: Record<string, Entry | Record<string, string>> = {
    __metadata__: {
      form,
      about: JSON.stringify(about),
      remarks: JSON.stringify(remarks),
    },
  };
  let end = 0;
  const tensors = Object.entries(weights).map(([name, { shape, data }]) => {
    const dtype: Dtype = half && data.every((x) => Math.abs(x) <= largestHalf) ? 'F16' : 'F32';
    const start = end;
    end += data.length * widths[dtype];
    header[name] = { dtype, shape, data_offsets: [start, end] };
    return { dtype, start, data };
  });
  // Blanks after the JSON put the numbers on a multiple of eight.
  const json = JSON.stringify(header);
  const words = new TextEncoder().encode(json);
  const length = Math.ceil(words.length / 8) * 8;
  const file = new Uint8Array(8 + length + end).fill(32, 8, 8 + length);
  file.set(words, 8);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(length), true);
  for (const { dtype, start, data } of tensors)
    data.forEach((x, i) => {
      const at = 8 + length + start + i * widths[dtype];
      if (dtype === 'F16') view.setUint16(at, toHalf(x), true);
      else view.setFloat32(at, x, true);
    });
  return file;
}

/** The model in a file. Throws a sentence for the reader where it is none, or not whole. */
export function decodeModel(file: Uint8Array): Model {
  const { header, metadata, view } = open(file);
  const { form, about = '{}' } = metadata;
  if (typeof form !== 'string' || !form)
    throw new Error(
      'This file does not say what kind of model it holds (form); only models that this course wrote can be opened.',
    );
  refuseGaps(header, view.byteLength);
  const weights = Object.entries(header).map(
    ([name, entry]) => [name, numbersOf(name, entry, view)] as const,
  );
  return { form, about: parsed(about) as Model['about'], weights: Object.fromEntries(weights) };
}

/** What was remarked when the file was written. Throws as `decodeModel` does. */
export const remarksOf = (file: Uint8Array): { [name: string]: Plain } =>
  parsed(open(file).metadata.remarks ?? '{}') as { [name: string]: Plain };

function open(file: Uint8Array) {
  if (file.length > mostBytes)
    throw new Error(
      `This file has ${Math.ceil(file.length / 2 ** 20)} MB; models of up to ${mostBytes / 2 ** 20} MB can be opened.`,
    );
  const all = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = file.length < 8 ? Infinity : Number(all.getBigUint64(0, true));
  if (length > mostHeader || 8 + length > file.length)
    throw new Error(
      'This is no safetensors file, or it was cut short: the list of its tensors is not whole.',
    );
  const { __metadata__: metadata, ...header } = parsed(
    new TextDecoder().decode(file.subarray(8, 8 + length)),
  ) as { [name: string]: Entry } & { __metadata__?: Record<string, string> };
  const view = new DataView(file.buffer, file.byteOffset + 8 + length, file.length - 8 - length);
  return { header: header as Record<string, Entry>, metadata: metadata ?? {}, view };
}

/** Every byte after the header belongs to one tensor: what is left over or shared is damage. */
function refuseGaps(header: Record<string, Entry>, bytes: number): void {
  const places = Object.entries(header).map(([name, entry]) => [name, ...placeOf(entry)] as const);
  let end = 0;
  for (const [name, start, until] of places.toSorted((a, b) => a[1] - b[1] || a[2] - b[2])) {
    // What is no place at all is refused with the tensor itself.
    if (!Number.isInteger(start) || !Number.isInteger(until)) return;
    if (start < end) throw new Error(`The tensor ${name} lies over another one: it is damaged.`);
    if (start > end) throw new Error(`Before the tensor ${name} are bytes that belong to none.`);
    end = until;
  }
  if (end < bytes)
    throw new Error(`${bytes - end} bytes at the end of this file belong to no tensor.`);
}

const placeOf = (entry: Entry | null | undefined): [number, number] => {
  const [start, end] = Array.isArray(entry?.data_offsets) ? entry.data_offsets : [];
  return [start ?? Number.NaN, end ?? Number.NaN];
};

/** An object in JSON; anything else is refused. */
function parsed(json: string): object {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {}
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('This is no safetensors file: the list of its tensors cannot be read.');
  return value;
}

function numbersOf(name: string, entry: Entry, view: DataView): Numbers {
  const { dtype, shape } = entry ?? {};
  const [start, end] = placeOf(entry);
  const width = Object.hasOwn(widths, dtype) ? widths[dtype] : undefined;
  if (!width)
    throw new Error(
      `The tensor ${name} has numbers of the kind ${dtype}; ${Object.keys(widths).join(' and ')} can be read.`,
    );
  const whole = (n: unknown) => Number.isInteger(n) && (n as number) >= 0;
  const count = Array.isArray(shape) && shape.every(whole) ? product(shape) : Number.NaN;
  if (!whole(start) || end - start !== count * width || end > view.byteLength)
    throw new Error(
      `The tensor ${name} of shape [${shape}] has no ${count * width} bytes in this file: it is damaged or cut short.`,
    );
  const data = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const at = start + i * width;
    data[i] = dtype === 'F16' ? fromHalf(view.getUint16(at, true)) : view.getFloat32(at, true);
  }
  if (!data.every(Number.isFinite))
    throw new Error(`The tensor ${name} holds something that is not a number.`);
  return { shape, data };
}

const product = (shape: number[]) => shape.reduce((a, b) => a * b, 1);

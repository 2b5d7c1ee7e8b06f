/** A value of a cell as plain data that a page can draw, within bounds. */
import * as tf from '../../tensor/tf';
import { chartOf } from './charts';
import { most, type Shown } from './protocol';

/** Throws what the value itself throws when it is looked at. */
export const shown = (value: unknown, name?: string): Shown => ({
  ...look(value, 0),
  ...(name !== undefined && { name: short(name) }),
});

function look(value: unknown, depth: number): Shown {
  const chart = chartOf(value);
  if (chart) return { kind: 'chart', chart };
  if (value instanceof tf.Tensor) return tensor(value);
  if (typeof value !== 'object' || value === null) return { kind: 'words', text: primitive(value) };
  if (ArrayBuffer.isView(value) || isNumbers(value))
    return { kind: 'words', text: numbers(Array.from(value as unknown as ArrayLike<number>)) };
  const entries: [string, unknown][] = Array.isArray(value)
    ? value.slice(0, most.entries).map((each, i) => [String(i), each])
    : value instanceof Map
      ? [...value].slice(0, most.entries).map(([key, each]) => [String(key), each])
      : Object.entries(value).slice(0, most.entries);
  const count = Array.isArray(value)
    ? value.length
    : value instanceof Map
      ? value.size
      : Object.keys(value).length;
  const text = Array.isArray(value) ? `a list of ${count}` : nameOf(value);
  if (depth >= most.depth || entries.length === 0) return { kind: 'words', text };
  return {
    kind: 'record',
    text,
    entries: entries.map(([key, each]) => ({ ...look(each, depth + 1), name: short(key) })),
    more: count - entries.length,
  };
}

function tensor(given: tf.Tensor): Shown {
  if (given.isDisposed) return { kind: 'words', text: 'a tensor that was disposed' };
  const { shape, dtype } = given;
  if (dtype === 'string' || dtype === 'complex64')
    return { kind: 'words', text: `a tensor of ${dtype}, ${shape.join(' × ')}` };
  const values = given.dataSync() as ArrayLike<number>;
  if (shape.length === 0)
    return { kind: 'words', text: `${Number(values[0].toPrecision(7))} (a scalar)` };
  const width = shape.at(-1)!;
  const height = width ? values.length / width : 0;
  const [rows, columns] = [Math.min(height, most.rows), Math.min(width, most.columns)];
  let [least, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    least = Math.min(least, values[i]);
    largest = Math.max(largest, values[i]);
  }
  const any = least <= largest;
  return {
    kind: 'tensor',
    shape: [...shape],
    dtype,
    rows,
    columns,
    values: Array.from({ length: rows * columns }, (_, i) =>
      Number(values[Math.floor(i / columns) * width + (i % columns)]),
    ),
    least: any ? least : Number.NaN,
    most: any ? largest : Number.NaN,
  };
}

const isNumbers = (value: object): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'number');

const numbers = (all: number[]): string => {
  const first = all.slice(0, 40).map((x) => (Number.isInteger(x) ? String(x) : x.toPrecision(4)));
  return `[${first.join(', ')}${all.length > 40 ? `, … ${all.length - 40} more` : ''}]`;
};

function primitive(value: unknown): string {
  if (typeof value === 'string') return short(value);
  if (typeof value === 'function') return `a function${value.name ? `, ${short(value.name)}` : ''}`;
  if (typeof value === 'symbol') return 'a symbol';
  return short(String(value));
}

const nameOf = (value: object): string => {
  const maker: unknown = value.constructor;
  const name = typeof maker === 'function' ? maker.name : '';
  return !name || name === 'Object' ? 'a record' : short(name);
};

const short = (text: string) => (text.length > most.text ? `${text.slice(0, most.text)} …` : text);

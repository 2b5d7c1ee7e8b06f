/**
 * What comes out of a worker that ran a reader's code, checked before anything is drawn: only what
 * the protocol says, and no more of it than a page can bear.
 */
import {
  type Chart,
  chartOptions,
  type FreeReply,
  markOptions,
  marks,
  most,
  type Option,
  type Options,
  type Row,
  type Scalar,
  type Shown,
  scaleOptions,
} from './protocol';

/** The reply; undefined where the message is none. */
export function received(data: unknown): FreeReply | undefined {
  try {
    return reply(record(data));
  } catch {
    return undefined;
  }
}

class Odd extends Error {}

function reply(data: Record<string, unknown>): FreeReply {
  const { kind } = data;
  switch (kind) {
    case 'ready':
    case 'broken':
    case 'rested':
      return { kind };
    case 'alive':
      return { kind, id: number(data.id) };
    case 'running':
      return { kind, cell: text(data.cell) };
    case 'failed':
      return { kind, cell: text(data.cell), words: text(data.words) };
    case 'shown':
      return {
        kind,
        cell: text(data.cell),
        words: text(data.words),
        results: list(data.results, most.results).map((each) => shown(each, 0)),
      };
    default:
      throw new Odd();
  }
}

function shown(given: unknown, depth: number): Shown {
  const data = record(given);
  const name = data.name === undefined ? {} : { name: text(data.name) };
  switch (data.kind) {
    case 'words':
      return { kind: 'words', ...name, text: text(data.text) };
    case 'tensor': {
      const [rows, columns] = [count(data.rows, most.rows), count(data.columns, most.columns)];
      const values = list(data.values, rows * columns).map(number);
      if (values.length !== rows * columns) throw new Odd();
      return {
        kind: 'tensor',
        ...name,
        shape: list(data.shape, 8).map(number),
        dtype: text(data.dtype),
        rows,
        columns,
        values,
        least: number(data.least),
        most: number(data.most),
      };
    }
    case 'record':
      if (depth > most.depth) throw new Odd();
      return {
        kind: 'record',
        ...name,
        text: text(data.text),
        more: number(data.more),
        entries: list(data.entries, most.entries).map((each) => shown(each, depth + 1)),
      };
    case 'chart':
      return { kind: 'chart', ...name, chart: chart(record(data.chart)) };
    default:
      throw new Odd();
  }
}

const chart = (data: Record<string, unknown>): Chart => ({
  options: options(data.options, chartOptions, (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return option(value);
    return options(value, scaleOptions, option) as Option;
  }),
  marks: list(data.marks, most.marks).map((each) => {
    const { mark, rows, options: given } = record(each);
    if (!marks.some((known) => known === mark)) throw new Odd();
    return {
      mark: mark as string,
      ...(rows !== undefined && { rows: list(rows, most.chartRows).map(row) }),
      options: options(given, markOptions, option),
    };
  }),
});

const options = (data: unknown, names: Set<string>, read: (value: unknown) => Option): Options =>
  Object.fromEntries(
    Object.entries(record(data)).map(([name, value]) => {
      if (!names.has(name)) throw new Odd();
      return [name, read(value)];
    }),
  );

const option = (value: unknown): Option =>
  Array.isArray(value) ? list(value, most.chartRows).map(scalar) : scalar(value);

function row(value: unknown): Row {
  if (Array.isArray(value)) return list(value, most.fields).map(scalar);
  if (typeof value !== 'object' || value === null) return scalar(value);
  const fields = Object.entries(value);
  if (fields.length > most.fields) throw new Odd();
  return Object.fromEntries(fields.map(([name, each]) => [name, scalar(each)]));
}

function scalar(value: unknown): Scalar {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  return text(value);
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Odd();
  return value as Record<string, unknown>;
}

function list(value: unknown, atMost: number): unknown[] {
  if (!Array.isArray(value) || value.length > atMost) throw new Odd();
  return value;
}

function number(value: unknown): number {
  if (typeof value !== 'number') throw new Odd();
  return value;
}

function count(value: unknown, atMost: number): number {
  const whole = number(value);
  if (!Number.isInteger(whole) || whole < 0 || whole > atMost) throw new Odd();
  return whole;
}

/** An error's sentence may quote what it is about; no longer than a screen. */
function text(value: unknown): string {
  if (typeof value !== 'string') throw new Odd();
  return value.slice(0, 2000);
}

/**
 * `Plot` as free cells have it: each call is written down as plain data, functions are called where
 * they are, and the page draws with the real one.
 */
import * as tf from '../../tensor/tf';
import {
  type Chart,
  chartOptions,
  markOptions,
  marks,
  most,
  type Option,
  type Options,
  type Row,
  type Scalar,
  scaleOptions,
} from './protocol';

type Given = Record<string, unknown>;
type Mark = Chart['marks'][number];

class Written<T> {
  constructor(readonly what: T) {}
}

/** The chart that a value is; undefined for other values. A mark alone is a chart. */
export function chartOf(value: unknown): Chart | undefined {
  if (!(value instanceof Written)) return undefined;
  const { what } = value as Written<Chart | Mark>;
  return 'marks' in what ? what : { options: {}, marks: [what] };
}

const atHand = `There are ${marks.join(', ')}, and plot.`;

/** Names with a capital are as Observable Plot writes them. */
export const Plot: object = new Proxy(
  {
    plot: (given: Given = {}) => new Written(plotOf(given)),
    ...Object.fromEntries(
      marks.map((mark) => [
        mark,
        (data: unknown, options: Given = {}) =>
          new Written<Mark>(
            mark === 'frame'
              ? { mark, options: optionsOf(mark, (data ?? {}) as Given, []) }
              : markOf(mark, data, options),
          ),
      ]),
    ),
  } as Given,
  {
    get(all, name) {
      if (typeof name === 'string' && !(name in all))
        throw new Error(`Plot.${name} is not at hand in a cell. ${atHand}`);
      return all[name as string];
    },
  },
);

function plotOf({ marks: given = [], ...options }: Given): Chart {
  const written = [given].flat(3).filter((mark) => mark !== null && mark !== undefined);
  if (written.length > most.marks)
    throw new Error(`A chart has ${most.marks} marks at most; this one has ${written.length}.`);
  return {
    marks: written.map((mark) => {
      const what = mark instanceof Written ? (mark.what as Mark | Chart) : undefined;
      if (!what || 'marks' in what)
        throw new Error(
          `The marks of Plot.plot are made by Plot: Plot.line(rows, { x, y }). ${atHand}`,
        );
      return what;
    }),
    options: Object.fromEntries(
      Object.entries(options)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => {
          known('Plot.plot', name, chartOptions);
          if (typeof value !== 'object' || value === null || Array.isArray(value))
            return [name, plain(`Plot.plot's ${name}`, value)];
          return [name, scaleOf(name, value as Given)];
        }),
    ),
  };
}

const scaleOf = (scale: string, given: Given) =>
  Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      known(`Plot.plot's ${scale}`, name, scaleOptions);
      return [name, plain(`Plot.plot's ${scale}.${name}`, value)];
    }),
  );

function markOf(mark: string, data: unknown, options: Given): Mark {
  const rows = rowsOf(mark, data);
  return { mark, rows: rows.map(rowOf), options: optionsOf(mark, options, rows) };
}

function rowsOf(mark: string, data: unknown): unknown[] {
  const list = data instanceof tf.Tensor ? (data.arraySync() as unknown) : data;
  if (!(typeof list === 'object' && list !== null && Symbol.iterator in list))
    throw new Error(`Plot.${mark} takes a list of rows first; it was given ${typeof data}.`);
  const rows = Array.from(list as Iterable<unknown>);
  if (rows.length > most.chartRows)
    throw new Error(
      `Plot.${mark} was given ${rows.length.toLocaleString('en-US')} rows; at most ${most.chartRows.toLocaleString('en-US')} are allowed.`,
    );
  return rows;
}

function rowOf(row: unknown): Row {
  if (Array.isArray(row)) return row.slice(0, most.fields).map(scalar);
  if (typeof row !== 'object' || row === null) return scalar(row);
  return Object.fromEntries(
    Object.entries(row)
      .slice(0, most.fields)
      .map(([name, value]) => [name, scalar(value)]),
  );
}

const optionsOf = (mark: string, given: Given, rows: unknown[]): Options =>
  Object.fromEntries(
    Object.entries(given)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => {
        known(`Plot.${mark}`, name, markOptions);
        const called = typeof value === 'function' ? rows.map((row, i) => value(row, i)) : value;
        return [name, plain(`Plot.${mark}'s ${name}`, called)];
      }),
  );

function known(who: string, name: string, names: Set<string>): void {
  if (!names.has(name))
    throw new Error(`${who} takes no ${name} here; it takes ${[...names].join(', ')}.`);
}

function plain(what: string, value: unknown): Option {
  const list = value instanceof tf.Tensor ? value.arraySync() : value;
  if (ArrayBuffer.isView(list) || Array.isArray(list)) {
    const all = Array.from(list as ArrayLike<unknown>);
    if (all.length > most.chartRows)
      throw new Error(`${what} has ${all.length} entries, too many.`);
    return all.map(scalar);
  }
  if (typeof list === 'object' && list !== null)
    throw new Error(`${what} must be a value or a list.`);
  return scalar(list);
}

const scalar = (value: unknown): Scalar => {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (value === undefined) return null;
  return String(value).slice(0, 120);
};

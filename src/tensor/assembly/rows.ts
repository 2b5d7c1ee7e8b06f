/**
 * Rows that are picked, weighed, added to others and summed. A list of rows holds their numbers as
 * i32. Lengths count numbers, addresses count bytes.
 */
import { addLanes } from './lanes';
import { FOUR, NUMBER } from './layout';

/** to [count, width]: the rows of `from` in the list. */
export function pickRows(from: usize, list: usize, count: usize, width: usize, to: usize): void {
  const bytes = width * NUMBER;
  for (let i: usize = 0; i < count; i++) {
    memory.copy(to + i * bytes, from + row(list, i) * bytes, bytes);
  }
}

/** to [count, width]: the rows of `from` in the list, each times its factor. */
export function pickWeighed(
  from: usize,
  list: usize,
  factors: usize,
  count: usize,
  width: usize,
  to: usize,
): void {
  const bytes = width * NUMBER;
  for (let i: usize = 0; i < count; i++) {
    const source = from + row(list, i) * bytes;
    const factor = load<f32>(factors + i * NUMBER);
    const all = f32x4.splat(factor);
    let at: usize = 0;
    for (; at + FOUR <= bytes; at += FOUR)
      v128.store(to + at, f32x4.mul(all, v128.load(source + at)));
    for (; at < bytes; at += NUMBER) store<f32>(to + at, factor * load<f32>(source + at));
    to += bytes;
  }
}

/** Adds row i of `from`, times factor i, to the row of `to` that the list says. */
export function addWeighed(
  from: usize,
  list: usize,
  factors: usize,
  count: usize,
  width: usize,
  to: usize,
): void {
  const bytes = width * NUMBER;
  for (let i: usize = 0; i < count; i++) {
    const target = to + row(list, i) * bytes;
    const factor = load<f32>(factors + i * NUMBER);
    const all = f32x4.splat(factor);
    let at: usize = 0;
    for (; at + FOUR <= bytes; at += FOUR) {
      const product = f32x4.mul(all, v128.load(from + at));
      v128.store(target + at, f32x4.add(v128.load(target + at), product));
    }
    for (; at < bytes; at += NUMBER) {
      const product = factor * load<f32>(from + at);
      store<f32>(target + at, load<f32>(target + at) + product);
    }
    from += bytes;
  }
}

/** Adds row i of `from` to the row of `to` that the list says. */
export function addRows(from: usize, list: usize, count: usize, width: usize, to: usize): void {
  const bytes = width * NUMBER;
  for (let i: usize = 0; i < count; i++) {
    const target = to + row(list, i) * bytes;
    let at: usize = 0;
    for (; at + FOUR <= bytes; at += FOUR)
      v128.store(target + at, f32x4.add(v128.load(target + at), v128.load(from + at)));
    for (; at < bytes; at += NUMBER)
      store<f32>(target + at, load<f32>(target + at) + load<f32>(from + at));
    from += bytes;
  }
}

/** to [count]: row i of `from` times the row of `others` that the list says, summed. */
export function dotRows(
  from: usize,
  others: usize,
  list: usize,
  count: usize,
  width: usize,
  to: usize,
): void {
  const bytes = width * NUMBER;
  for (let i: usize = 0; i < count; i++) {
    const other = others + row(list, i) * bytes;
    let sums = f32x4.splat(0);
    let at: usize = 0;
    for (; at + FOUR <= bytes; at += FOUR)
      sums = f32x4.add(sums, f32x4.mul(v128.load(from + at), v128.load(other + at)));
    let sum = addLanes(sums);
    for (; at < bytes; at += NUMBER) sum += load<f32>(from + at) * load<f32>(other + at);
    store<f32>(to + i * NUMBER, sum);
    from += bytes;
  }
}

/** Adds the same row to each of `rows` rows. */
export function addToRows(row: usize, rows: usize, width: usize, to: usize): void {
  const bytes = width * NUMBER;
  for (let i: usize = 0; i < rows; i++) {
    let at: usize = 0;
    for (; at + FOUR <= bytes; at += FOUR)
      v128.store(to + at, f32x4.add(v128.load(to + at), v128.load(row + at)));
    for (; at < bytes; at += NUMBER) store<f32>(to + at, load<f32>(to + at) + load<f32>(row + at));
    to += bytes;
  }
}

/** to [width]: the sum of the rows. */
export function sumRows(from: usize, rows: usize, width: usize, to: usize): void {
  const bytes = width * NUMBER;
  memory.fill(to, 0, bytes);
  for (let i: usize = 0; i < rows; i++) {
    let at: usize = 0;
    for (; at + FOUR <= bytes; at += FOUR)
      v128.store(to + at, f32x4.add(v128.load(to + at), v128.load(from + at)));
    for (; at < bytes; at += NUMBER) store<f32>(to + at, load<f32>(to + at) + load<f32>(from + at));
    from += bytes;
  }
}

function row(list: usize, i: usize): usize {
  return load<i32>(list + i * NUMBER);
}

/**
 * Which experts are chosen: the largest numbers of rows, and lists of the
 * chosen pairs. Lengths count numbers, addresses count bytes.
 */
import { NUMBER } from './layout';

/**
 * list [rows, room]: the places of each row's largest numbers, i32, in order of the places; of
 * equals the first, and last what is no number.
 */
export function findLargest(
  rows: usize,
  width: usize,
  keys: usize,
  room: usize,
  list: usize,
): void {
  for (let row: usize = 0; row < rows; row++) {
    for (let i: usize = 0; i < room; i++) store<i32>(list + i * NUMBER, i as i32);
    let least = leastOf(keys, list, room);
    let bar = keyAt(keys, list, least);
    for (let place = room; place < width; place += 4) {
      let larger = largerThan(bar, keys, place, width);
      while (larger !== 0) {
        const found = place + (ctz(larger) as usize);
        larger &= larger - 1;
        if (!(load<f32>(keys + found * NUMBER) > bar)) continue; // by now
        // What comes later has the higher place: the order stays.
        for (let i = least; i + 1 < room; i++)
          store<i32>(list + i * NUMBER, load<i32>(list + i * NUMBER, 4));
        store<i32>(list + (room - 1) * NUMBER, found as i32);
        least = leastOf(keys, list, room);
        bar = keyAt(keys, list, least);
      }
    }
    keys += width * NUMBER;
    list += room * NUMBER;
  }
}

/** Which of four numbers from `place` on are larger, one bit each; none beyond the row's end. */
function largerThan(bar: f32, keys: usize, place: usize, width: usize): i32 {
  const at = keys + place * NUMBER;
  if (place + 4 <= width) return i32x4.bitmask(f32x4.gt(v128.load(at), f32x4.splat(bar)));
  let larger = 0;
  for (let i: usize = 0; place + i < width; i++)
    larger |= i32(load<f32>(at + i * NUMBER) > bar) << (i as i32);
  return larger;
}

/** Which of the listed has to go next: the least, of equals the last. */
function leastOf(keys: usize, list: usize, room: usize): usize {
  let least: usize = 0;
  let bar = keyAt(keys, list, 0);
  for (let i: usize = 1; i < room; i++) {
    const key = keyAt(keys, list, i);
    if (key <= bar) {
      least = i;
      bar = key;
    }
  }
  return least;
}

function keyAt(keys: usize, list: usize, i: usize): f32 {
  const key = load<f32>(keys + (load<i32>(list + i * NUMBER) as usize) * NUMBER);
  // Only what is no number is not at least that.
  if (!(key >= -Infinity)) return -Infinity;
  return key;
}

/**
 * starts [width + 1]: how many numbers of a column to the left are not 0, i32; of the last, all.
 */
export function countChosen(rows: usize, width: usize, gates: usize, starts: usize): void {
  memory.fill(starts, 0, (width + 1) * NUMBER);
  const counts = starts + NUMBER;
  for (let row: usize = 0; row < rows; row++) {
    let column = nextChosen(gates, 0, width);
    while (column < width) {
      const count = counts + column * NUMBER;
      store<i32>(count, load<i32>(count) + 1);
      column = nextChosen(gates, column + 1, width);
    }
    gates += width * NUMBER;
  }
  for (let column: usize = 0; column < width; column++) {
    const start = starts + column * NUMBER;
    store<i32>(start + NUMBER, load<i32>(start) + load<i32>(start + NUMBER));
  }
}

/**
 * pairs: the places row · width + column of what is not 0, i32, by columns; `next` [width], where
 * those of each column begin, becomes where they end.
 */
export function listChosen(
  rows: usize,
  width: usize,
  gates: usize,
  next: usize,
  pairs: usize,
): void {
  for (let row: usize = 0; row < rows; row++) {
    let column = nextChosen(gates, 0, width);
    while (column < width) {
      const count = next + column * NUMBER;
      const at = load<i32>(count);
      store<i32>(pairs + (at as usize) * NUMBER, (row * width + column) as i32);
      store<i32>(count, at + 1);
      column = nextChosen(gates, column + 1, width);
    }
    gates += width * NUMBER;
  }
}

/** The first place from `column` on whose number is not 0, or `width`. */
function nextChosen(row: usize, column: usize, width: usize): usize {
  const zero = f32x4.splat(0);
  while (column < width) {
    const at = row + column * NUMBER;
    if (column + 4 <= width) {
      const hits = i32x4.bitmask(f32x4.ne(v128.load(at), zero));
      if (hits !== 0) return column + (ctz(hits) as usize);
      column += 4;
    } else {
      if (load<f32>(at) !== 0) return column;
      column++;
    }
  }
  return width;
}

/**
 * The product of two matrices, four rows and eight columns of the result at a time: their sums stay
 * in registers while the inner dimension goes by. The second matrix is copied in panels of eight
 * columns that lie as they are read, whichever way it is turned. Sizes and distances count numbers,
 * addresses count bytes.
 */
import { FOUR, NUMBER } from './layout';

/** Columns of a panel. */
const WIDTH: usize = 8;
/** Inner dimension done at once: four rows and a panel of it, 8 kB, stay in the nearest cache. */
const DEPTH: usize = 256;
/**
 * Bytes of the panels that are copied at once, as many as stay near. Rows of b and of the result
 * that lie far apart share a place in the caches: the more of a row at once, the better.
 */
const PANELS: usize = 4 * DEPTH * WIDTH * NUMBER;

/** Bytes that `multiply` needs at `room`: the panels, and the tile at the right edge. */
export function roomForProduct(): usize {
  return PANELS + 4 * WIDTH * NUMBER;
}

/**
 * c [rows, columns] = a [rows, inner] · b [inner, columns], or c plus that if `adds`. The rows of c
 * lie `cRow` apart. a and b lie by rows, `aStep` and `bStep` apart, or, where `aTurned` or `bTurned`,
 * by columns.
 */
export function multiply(
  rows: usize,
  columns: usize,
  inner: usize,
  a: usize,
  aStep: usize,
  aTurned: bool,
  b: usize,
  bStep: usize,
  bTurned: bool,
  c: usize,
  cRow: usize,
  adds: bool,
  room: usize,
): void {
  const tile = room + PANELS;
  // Bytes from a row of a to the next, and from one of its numbers to the next.
  const aRow = aTurned ? NUMBER : aStep * NUMBER;
  const along = aTurned ? aStep * NUMBER : NUMBER;
  const cBytes = cRow * NUMBER;
  if (inner === 0 && !adds) {
    for (let i: usize = 0; i < rows; i++) memory.fill(c + i * cBytes, 0, columns * NUMBER);
    return;
  }
  for (let from: usize = 0; from < inner; from += DEPTH) {
    const depth = min(DEPTH, inner - from);
    const sums = adds || from > 0;
    const bytes: usize = depth * (WIDTH * NUMBER); // of a panel
    const most: usize = (PANELS / bytes) * WIDTH;
    for (let column: usize = 0; column < columns; column += most) {
      const end = min(column + most, columns);
      if (bTurned) packTurned(b, bStep, from, depth, column, end, room);
      else pack(b, bStep, from, depth, column, end, room);
      let x = a + from * along;
      let target = c + column * NUMBER;
      let row: usize = 0;
      for (; row + 4 <= rows; row += 4) {
        let panel = room;
        let at = target;
        let rest = end - column;
        for (; rest >= WIDTH; rest -= WIDTH) {
          four(depth, x, aRow, along, panel, at, cBytes, sums);
          panel += bytes;
          at += WIDTH * NUMBER;
        }
        if (rest > 0) {
          four(depth, x, aRow, along, panel, tile, WIDTH * NUMBER, false);
          unload(tile, 4, rest, at, cBytes, sums);
        }
        x += 4 * aRow;
        target += 4 * cBytes;
      }
      for (; row < rows; row++) {
        let panel = room;
        let at = target;
        let rest = end - column;
        for (; rest >= WIDTH; rest -= WIDTH) {
          one(depth, x, along, panel, at, sums);
          panel += bytes;
          at += WIDTH * NUMBER;
        }
        if (rest > 0) {
          one(depth, x, along, panel, tile, false);
          unload(tile, 1, rest, at, cBytes, sums);
        }
        x += aRow;
        target += cBytes;
      }
    }
  }
}

/**
 * Columns `column` to `end` of b, which lies by rows, as panels [depth, 8] with zeros where b has
 * no more columns. All panels of a row at once: rows that lie far apart share a place in the cache
 * and would push each other out before the next panel comes by.
 */
function pack(
  b: usize,
  step: usize,
  from: usize,
  depth: usize,
  column: usize,
  end: usize,
  room: usize,
): void {
  const bytes: usize = step * NUMBER;
  let source = b + from * bytes + column * NUMBER;
  const whole = (end - column) / WIDTH;
  const rest = (end - column) % WIDTH;
  const apart = depth * (WIDTH * NUMBER);
  for (let at = room; at < room + apart; at += WIDTH * NUMBER) {
    let x = source;
    let panel = at;
    for (let i: usize = 0; i < whole; i++) {
      v128.store(panel, v128.load(x));
      v128.store(panel, v128.load(x, 16), 16);
      x += WIDTH * NUMBER;
      panel += apart;
    }
    if (rest > 0) {
      v128.store(panel, f32x4.splat(0));
      v128.store(panel, f32x4.splat(0), 16);
      for (let i: usize = 0; i < rest * NUMBER; i += NUMBER)
        store<f32>(panel + i, load<f32>(x + i));
    }
    source += bytes;
  }
}

/** The same of b that lies by columns. */
function packTurned(
  b: usize,
  step: usize,
  from: usize,
  depth: usize,
  column: usize,
  end: usize,
  room: usize,
): void {
  const bytes: usize = step * NUMBER;
  let source = b + column * bytes + from * NUMBER;
  let panel = room;
  let rest = end - column;
  for (; rest >= WIDTH; rest -= WIDTH) {
    turn(source, bytes, depth, panel);
    turn(source + 4 * bytes, bytes, depth, panel + FOUR);
    source += WIDTH * bytes;
    panel += depth * (WIDTH * NUMBER);
  }
  if (rest === 0) return;
  memory.fill(panel, 0, depth * (WIDTH * NUMBER));
  for (let i: usize = 0; i < rest; i++) {
    turnOne(source, depth, panel + i * NUMBER);
    source += bytes;
  }
}

/** Four columns of b, `bytes` apart, as half a panel. */
function turn(source: usize, bytes: usize, depth: usize, panel: usize): void {
  let k: usize = 0;
  for (; k + 4 <= depth; k += 4) {
    const x0 = v128.load(source);
    const x1 = v128.load(source + bytes);
    const x2 = v128.load(source + 2 * bytes);
    const x3 = v128.load(source + 3 * bytes);
    const low01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5);
    const low23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5);
    const high01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7);
    const high23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
    v128.store(panel, v128.shuffle<f64>(low01, low23, 0, 2));
    v128.store(panel, v128.shuffle<f64>(low01, low23, 1, 3), 32);
    v128.store(panel, v128.shuffle<f64>(high01, high23, 0, 2), 64);
    v128.store(panel, v128.shuffle<f64>(high01, high23, 1, 3), 96);
    source += FOUR;
    panel += 4 * WIDTH * NUMBER;
  }
  for (let i: usize = 0; i < 4; i++) turnOne(source + i * bytes, depth - k, panel + i * NUMBER);
}

/** One column of b, as a column of a panel. */
function turnOne(source: usize, depth: usize, panel: usize): void {
  for (let k: usize = 0; k < depth; k++) {
    store<f32>(panel, load<f32>(source));
    source += NUMBER;
    panel += WIDTH * NUMBER;
  }
}

/** Four rows of a, `step` bytes apart, whose numbers lie `along` apart, times the panel. */
function four(
  depth: usize,
  a: usize,
  step: usize,
  along: usize,
  panel: usize,
  c: usize,
  apart: usize,
  adds: bool,
): void {
  let a0 = a;
  let a1 = a0 + step;
  let a2 = a1 + step;
  let a3 = a2 + step;
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  const end = panel + depth * (WIDTH * NUMBER);
  for (let b = panel; b < end; b += WIDTH * NUMBER) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a0);
    c00 = f32x4.add(c00, f32x4.mul(x, b0));
    c01 = f32x4.add(c01, f32x4.mul(x, b1));
    x = v128.load32_splat(a1);
    c10 = f32x4.add(c10, f32x4.mul(x, b0));
    c11 = f32x4.add(c11, f32x4.mul(x, b1));
    x = v128.load32_splat(a2);
    c20 = f32x4.add(c20, f32x4.mul(x, b0));
    c21 = f32x4.add(c21, f32x4.mul(x, b1));
    x = v128.load32_splat(a3);
    c30 = f32x4.add(c30, f32x4.mul(x, b0));
    c31 = f32x4.add(c31, f32x4.mul(x, b1));
    a0 += along;
    a1 += along;
    a2 += along;
    a3 += along;
  }
  keep(c, c00, c01, adds);
  keep(c + apart, c10, c11, adds);
  keep(c + 2 * apart, c20, c21, adds);
  keep(c + 3 * apart, c30, c31, adds);
}

/** One row of a, whose numbers lie `along` apart, times the panel. */
function one(depth: usize, a: usize, along: usize, panel: usize, c: usize, adds: bool): void {
  let c0 = f32x4.splat(0);
  let c1 = c0;
  const end = panel + depth * (WIDTH * NUMBER);
  for (let b = panel; b < end; b += WIDTH * NUMBER) {
    const x = v128.load32_splat(a);
    c0 = f32x4.add(c0, f32x4.mul(x, v128.load(b)));
    c1 = f32x4.add(c1, f32x4.mul(x, v128.load(b, 16)));
    a += along;
  }
  keep(c, c0, c1, adds);
}

function keep(c: usize, first: v128, second: v128, adds: bool): void {
  if (adds) {
    first = f32x4.add(v128.load(c), first);
    second = f32x4.add(v128.load(c, 16), second);
  }
  v128.store(c, first);
  v128.store(c, second, 16);
}

/** The part of a tile that lies inside the result. */
function unload(tile: usize, rows: usize, width: usize, c: usize, apart: usize, adds: bool): void {
  for (let row: usize = 0; row < rows; row++) {
    for (let i: usize = 0; i < width * NUMBER; i += NUMBER) {
      const sum = load<f32>(tile + i);
      store<f32>(c + i, adds ? load<f32>(c + i) + sum : sum);
    }
    tile += WIDTH * NUMBER;
    c += apart;
  }
}

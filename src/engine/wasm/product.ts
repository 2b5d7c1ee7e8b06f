/**
 * The product of two matrices, four rows and eight columns of the result at a time: their sums stay
 * in registers while the inner dimension goes by. The second matrix is copied in panels of eight
 * columns that lie as they are read, whichever way it is turned. Sizes and distances count numbers,
 * addresses count bytes.
 */
import { NUMBER } from './layout';

/** Columns of a panel. */
const WIDTH: usize = 8;
/** Inner dimension done at once: a panel of it, 8 kB, stays in the nearest cache. */
const DEPTH: usize = 256;

/** Bytes that `multiply` needs at `room`: a panel, and the tile at the right edge. */
export function roomForProduct(): usize {
  return (DEPTH * WIDTH + 4 * WIDTH) * NUMBER;
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
  const tile = room + DEPTH * WIDTH * NUMBER;
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
    for (let column: usize = 0; column < columns; column += WIDTH) {
      const width = min(WIDTH, columns - column);
      if (bTurned) packTurned(b, bStep, from, depth, column, width, room);
      else pack(b, bStep, from, depth, column, width, room);
      const whole = width === WIDTH;
      const apart = whole ? cBytes : WIDTH * NUMBER;
      let x = a + from * along;
      let target = c + column * NUMBER;
      let row: usize = 0;
      for (; row + 4 <= rows; row += 4) {
        four(depth, x, aRow, along, room, whole ? target : tile, apart, sums && whole);
        if (!whole) unload(tile, 4, width, target, cBytes, sums);
        x += 4 * aRow;
        target += 4 * cBytes;
      }
      for (; row < rows; row++) {
        one(depth, x, along, room, whole ? target : tile, sums && whole);
        if (!whole) unload(tile, 1, width, target, cBytes, sums);
        x += aRow;
        target += cBytes;
      }
    }
  }
}

/** Columns `column` … of b, which lies by rows: [depth, 8], zeros where b has no more columns. */
function pack(
  b: usize,
  step: usize,
  from: usize,
  depth: usize,
  column: usize,
  width: usize,
  panel: usize,
): void {
  const bytes: usize = step * NUMBER;
  let source = b + from * bytes + column * NUMBER;
  const end = panel + depth * (WIDTH * NUMBER);
  if (width === WIDTH) {
    for (let at = panel; at < end; at += WIDTH * NUMBER) {
      v128.store(at, v128.load(source));
      v128.store(at, v128.load(source, 16), 16);
      source += bytes;
    }
    return;
  }
  for (let at = panel; at < end; at += WIDTH * NUMBER) {
    v128.store(at, f32x4.splat(0));
    v128.store(at, f32x4.splat(0), 16);
    for (let i: usize = 0; i < width * NUMBER; i += NUMBER)
      store<f32>(at + i, load<f32>(source + i));
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
  width: usize,
  panel: usize,
): void {
  if (width < WIDTH) memory.fill(panel, 0, depth * (WIDTH * NUMBER));
  for (let i: usize = 0; i < width; i++) {
    let source = b + (column + i) * (step * NUMBER) + from * NUMBER;
    let at = panel + i * NUMBER;
    for (let k: usize = 0; k < depth; k++) {
      store<f32>(at, load<f32>(source));
      source += NUMBER;
      at += WIDTH * NUMBER;
    }
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

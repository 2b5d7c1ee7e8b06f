/** Rows of a table, looked up by whole numbers of which some may be no row. */
import { FOUR, NUMBER } from './layout';

/** to [count, width]: the rows of the table, zeros where it has no such row. */
export function lookUp(
  table: usize,
  rows: usize,
  width: usize,
  list: usize,
  count: usize,
  to: usize,
): void {
  const bytes = width * NUMBER;
  for (let i: usize = 0; i < count; i++) {
    const row = load<u32>(list + i * NUMBER) as usize; // a negative one is a large one
    if (row < rows) memory.copy(to, table + row * bytes, bytes);
    else memory.fill(to, 0, bytes);
    to += bytes;
  }
}

/** table [rows, width]: the sum of what lies in `from` for each row, in the order of the list. */
export function sumByRow(
  from: usize,
  list: usize,
  count: usize,
  rows: usize,
  width: usize,
  table: usize,
): void {
  const bytes = width * NUMBER;
  memory.fill(table, 0, rows * bytes);
  for (let i: usize = 0; i < count; i++) {
    const row = load<u32>(list + i * NUMBER) as usize;
    if (row < rows) {
      const target = table + row * bytes;
      let at: usize = 0;
      for (; at + FOUR <= bytes; at += FOUR)
        v128.store(target + at, f32x4.add(v128.load(target + at), v128.load(from + at)));
      for (; at < bytes; at += NUMBER)
        store<f32>(target + at, load<f32>(target + at) + load<f32>(from + at));
    }
    from += bytes;
  }
}

/** Which line is what, where names have no room at the ends of lines. */
import * as Plot from '@observablehq/plot';

export interface KeyEntry {
  words: string;
  /** Class of the line. */
  className: string;
  stroke?: string;
}

const lineLength = 16;
const letterWidth = 6.6;

const stroke: Plot.VectorShapeImplementation = {
  draw(path, length) {
    path.moveTo(0, 0);
    path.lineTo(0, -length);
  },
};

interface Place {
  frameAnchor: 'top-left' | 'bottom-left';
  /** From that corner. */
  dx?: number;
  dy: number;
  /** Of the frame: where a row ends. */
  width: number;
  /** Words that stand at the other end of the first row. */
  beside?: string;
}

const rowHeight = 18;

/** In rows, each with a piece of its line; `height` is what rows beyond the first take. */
export function key(
  entries: KeyEntry[],
  { frameAnchor, dx = 0, dy, width, beside = '' }: Place,
): { marks: Plot.Markish[]; height: number } {
  const long = ({ words }: KeyEntry) => lineLength + 6 + words.length * letterWidth + 14;
  const whole = entries.reduce((sum, entry) => sum + long(entry), dx);
  // Where not all fit beside the other words, all stand below them.
  let row =
    entries.length && whole > width - beside.length * letterWidth ? Number(beside !== '') : 0;
  let from = dx;
  const marks = entries.map((entry) => {
    if (from > dx && from + long(entry) - 14 > width) {
      row++;
      from = dx;
    }
    const [x, y] = [from, dy + row * rowHeight];
    from += long(entry);
    return [
      Plot.vector([entry.words], {
        frameAnchor,
        rotate: 90,
        length: lineLength,
        anchor: 'start',
        shape: stroke,
        dx: x,
        dy: y,
        className: entry.className,
        ...(entry.stroke && { stroke: entry.stroke }),
      }),
      Plot.text([entry.words], {
        frameAnchor,
        lineAnchor: 'middle',
        dx: x + lineLength + 6,
        dy: y,
        className: 'v-label',
      }),
    ];
  });
  return { marks, height: row * rowHeight };
}

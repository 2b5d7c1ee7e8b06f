/** A piece of a model in a few squares: filled for what is at work, an outline for what waits. */

/** One square, or a longer block; what is barred has a dashed outline. */
interface Block {
  look: 'full' | 'pale' | 'empty' | 'barred';
  /** In squares; 1 unless said. */
  wide?: number;
}

export interface Drawn {
  /** Groups stand apart. */
  groups: Block[][];
  /** Pixels of a square; 9 unless said. */
  size?: number;
}

export const blocks = (count: number, look: Block['look']): Block[] =>
  Array.from({ length: count }, () => ({ look }));

const gap = 2;
const apart = 7;
const tall = 16;

/** Beside it stands what it shows, in words. */
export function Glyph({ groups, size = 9 }: Drawn) {
  let x = 0.5;
  const placed = groups.flatMap((group, i) => {
    if (i) x += apart - gap;
    return group.map(({ look, wide = 1 }) => {
      const width = size * wide + gap * (wide - 1);
      const at = x;
      x += width + gap;
      return { look, x: at, width };
    });
  });
  const width = Math.max(1, Math.ceil(x - gap + 0.5));
  return (
    <svg
      class="glyph"
      viewBox={`0 0 ${width} ${tall}`}
      width={width}
      height={tall}
      aria-hidden="true"
    >
      {placed.map(({ look, x: at, width: w }) => (
        <rect
          key={at}
          class={`glyph-${look}`}
          x={at}
          y={(tall - Math.max(size, 6)) / 2}
          width={w}
          height={Math.max(size, 6)}
        />
      ))}
    </svg>
  );
}

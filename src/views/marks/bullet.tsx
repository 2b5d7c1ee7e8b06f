/** An expert's line bullet: a coloured disc with its letter, the same in every figure. */

const letters = 'ABCDEFGH';

/** 0 → "A", 7 → "H", 8 → "A2". */
export function letter(expert: number): string {
  const round = Math.floor(expert / letters.length);
  return letters[expert % letters.length] + (round ? round + 1 : '');
}

/** Beyond eight the colours come again, nearer to the paper; the letter's number tells them apart. */
export function color(expert: number): string {
  const own = `var(--expert-${letters[expert % letters.length]})`;
  const round = Math.floor(expert / letters.length);
  return round
    ? `color-mix(in oklab, ${own} ${Math.max(20, 75 - 25 * round)}%, var(--paper))`
    : own;
}

/** Beyond eight a bullet has an edge of ink. */
export const isShade = (expert: number) => expert >= letters.length;

/** The colour of a letter on that disc. */
export const ink = (expert: number) =>
  isShade(expert) ? 'var(--ink)' : `var(--expert-${letters[expert]}-ink)`;

interface Props {
  expert: number;
  x: number;
  y: number;
  r?: number;
}

/** In a figure. */
export function Bullet({ expert, x, y, r = 10.5 }: Props) {
  const text = letter(expert);
  return (
    <g transform={`translate(${x.toFixed(1)},${y.toFixed(1)})`}>
      <circle r={r} fill={color(expert)} class={isShade(expert) ? 'v-edge' : undefined} />
      <text
        class="v-bullet"
        fill={ink(expert)}
        font-size={Math.max(11, text.length > 1 ? r * 0.95 : r * 1.2).toFixed(1)}
        text-anchor="middle"
        dy="0.36em"
      >
        {text}
      </text>
    </g>
  );
}

/**
 * Points by clicks: one more for each click, of the class chosen. The text beside it is the same
 * list, and by keyboard the way to write it.
 */
import { useState } from 'preact/hooks';
import { limits, mostClasses } from '../../lab/inputs/points';

const size = 240;
const reach = 1.5;
const place = (value: number) => ((value + reach) / (2 * reach)) * size;

interface Props {
  text: string;
  set(text: string): void;
}

export function Plane({ text, set }: Props) {
  const points = pointsIn(text);
  const [kind, setKind] = useState(0);
  const classes = points.length ? points.every((point) => point.length === 3) : false;
  const add = (event: MouseEvent) => {
    const box = (event.currentTarget as SVGElement).getBoundingClientRect();
    const at = (share: number) => Number(((share * 2 - 1) * reach).toFixed(2));
    const x = at((event.clientX - box.left) / box.width);
    const y = at(1 - (event.clientY - box.top) / box.height);
    const line = [x, y, ...(classes || kind > 0 ? [kind] : [])].join(', ');
    set(text.trim() ? `${text.trimEnd()}\n${line}` : line);
  };
  return (
    <div class="lab-plane">
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the text field beside it is the keyboard's way */}
      <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={wordsOf(points)} onClick={add}>
        <line x1="0" x2={size} y1={size / 2} y2={size / 2} />
        <line y1="0" y2={size} x1={size / 2} x2={size / 2} />
        {points.map(([x, y, group], i) => (
          // The list only grows at its end, or is written anew.
          <Point key={`${i} ${x} ${y}`} x={place(x)} y={size - place(y)} group={group} />
        ))}
      </svg>
      <label class="lab-inline">
        <span>class of the next click</span>
        <select value={kind} onChange={(event) => setKind(Number(event.currentTarget.value))}>
          {Array.from({ length: Math.min(8, mostClasses) }, (_, group) => (
            <option key={`class ${group}`} value={group}>
              {group}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

interface PointProps {
  x: number;
  y: number;
  /** Its class, if points have any: written in it, since colour alone would not do. */
  group?: number;
}

const Point = ({ x, y, group }: PointProps) => (
  <g transform={`translate(${x},${y})`}>
    <circle
      class={`lab-point lab-point-${'ABCDEFGH'[(group ?? 0) % 8]}`}
      r={group === undefined ? 4 : 7}
    />
    {group !== undefined && (
      <text class={`lab-point-ink-${'ABCDEFGH'[group % 8]}`} dy="0.36em">
        {group}
      </text>
    )}
  </g>
);

/** Of a list that is too long for any use, so much is drawn: more would only stop the page. */
const [, most] = limits;

/** What can be read of an unfinished list. */
const pointsIn = (text: string): number[][] =>
  text
    .split('\n', most)
    .map((line) =>
      line
        .split(/\s*[,;]\s*|\s+/)
        .filter(Boolean)
        .map(Number),
    )
    .filter((point) => point.length >= 2 && point.every(Number.isFinite));

const wordsOf = (points: number[][]) =>
  points.length
    ? `${points.length} points in a plane; a click adds one.`
    : 'An empty plane; a click adds a point.';

/**
 * The layer on which a reader puts points of their own: a click adds one, a click on a point takes
 * it away. By keyboard the arrow keys move a cross, Enter adds, Delete takes the nearest away. It
 * begins with the points that the figure shows.
 */
import type { ComponentType } from 'preact';
import { useState } from 'preact/hooks';
import { plain } from '../lab/format';
import type { LayerProps } from '../lab/types';
import { type Numbers, numbers } from '../model/experiments/types';
import { rowsOf } from './probes';

export type Place = [x: number, y: number];

/** Points that a click may make; more can be pasted. */
const most = 200;
/** Fewer cannot be fitted. */
const least = 2;
/** Pixels around a point within which a click means it. */
const reach = 9;

/** `probe` [points, 2] is what the figure shows; the input has the name `points`. */
export function addPoints(probe: string): ComponentType<LayerProps> {
  return function AddPoints({ run, inputs, width, scale, onInputs }) {
    const [cross, setCross] = useState<Place>([0, 0]);
    const [focused, setFocused] = useState(false);
    const [x, y] = [scale('x'), scale('y')];
    if (!x?.invert || !y?.invert) return null;
    const { invert: xOf } = x;
    const { invert: yOf } = y;
    const [left, right] = x.range as number[];
    const [bottom, top] = y.range as number[];
    const [xs, ys] = [x.domain as number[], y.domain as number[]];
    const own = numbers(inputs, 'points');
    const points = (own ? pairs(own) : rowsOf(run, probe)) as Place[];
    const pixel = ([px, py]: Place): Place => [x.apply(px), y.apply(py)];
    const hand = (next: Place[]) => {
      if (next !== points) onInputs?.({ points: packed(next) });
    };

    const click = (event: MouseEvent) => {
      const box = (event.currentTarget as SVGElement).ownerSVGElement!.getBoundingClientRect();
      const shrunk = width / box.width;
      const at: Place = [(event.clientX - box.left) * shrunk, (event.clientY - box.top) * shrunk];
      const hit = nearest(points.map(pixel), at);
      if (hit && hit.distance <= reach) hand(without(points, hit.index));
      else hand(withOne(points, [inside(xOf(at[0]), xs), inside(yOf(at[1]), ys)]));
    };

    const keys = (event: KeyboardEvent) => {
      const move = {
        ArrowLeft: [-0.05, 0],
        ArrowRight: [0.05, 0],
        ArrowUp: [0, 0.1],
        ArrowDown: [0, -0.1],
      }[event.key];
      const remove = event.key === 'Delete' || event.key === 'Backspace';
      if (!move && !remove && event.key !== 'Enter') return;
      event.preventDefault();
      if (move) setCross([inside(cross[0] + move[0], xs), inside(cross[1] + move[1], ys)]);
      else if (remove) {
        const hit = nearest(points.map(pixel), pixel(cross));
        if (hit) hand(without(points, hit.index));
      } else hand(withOne(points, cross));
    };

    const [crossX, crossY] = pixel(cross);
    return (
      <g
        class="v-draw"
        role="slider"
        tabIndex={0}
        aria-label="Points of your own: arrow keys move a cross, Enter adds a point there, Delete takes the nearest away"
        aria-orientation="vertical"
        aria-valuemin={ys[0]}
        aria-valuemax={ys[1]}
        aria-valuenow={cross[1]}
        aria-valuetext={`the cross is at x = ${plain(cross[0])}, y = ${plain(cross[1])}; ${points.length} points`}
        onKeyDown={keys}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        onClick={click}
      >
        <rect x={left} y={top} width={right - left} height={bottom - top} />
        {focused && (
          <g class="v-cursor">
            <line x1={crossX} x2={crossX} y1={top} y2={bottom} />
            <line x1={left} x2={right} y1={crossY} y2={crossY} />
            <circle r="5" cx={crossX} cy={crossY} />
          </g>
        )}
      </g>
    );
  };
}

/** One point more, to two decimals, as a link can say it; the same list where there are too many. */
export function withOne(points: Place[], [x, y]: Place): Place[] {
  if (points.length >= most) return points;
  return [...points, [Number(x.toFixed(2)), Number(y.toFixed(2))]];
}

/** One point fewer; the same list where too few would be left. */
export const without = (points: Place[], index: number): Place[] =>
  points.length > least ? points.filter((_, i) => i !== index) : points;

export function nearest(points: Place[], [x, y]: Place) {
  let found: { index: number; distance: number } | undefined;
  points.forEach(([px, py], index) => {
    const distance = Math.hypot(px - x, py - y);
    if (!found || distance < found.distance) found = { index, distance };
  });
  return found;
}

const pairs = ({ shape: [rows, width], data }: Numbers): Place[] =>
  Array.from({ length: rows }, (_, row) => [data[row * width], data[row * width + 1]]);

const packed = (points: Place[]): Numbers => ({
  shape: [points.length, 2],
  data: Float32Array.from(points.flat(), (value) => Number(value.toFixed(2))),
});

const inside = (value: number, [low, high]: number[]) =>
  Number(Math.max(low, Math.min(high, value)).toFixed(2));

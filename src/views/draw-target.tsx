/**
 * The layer on which a reader draws the target: pointer, finger or pen draws; by keyboard, left
 * and right move a cursor, up and down raise or lower the curve around it.
 */
import { useRef, useState } from 'preact/hooks';
import { decodeCurve, encodeCurve, interpolate } from '../lab/draw';
import { plain } from '../lab/format';
import type { LayerProps, ViewProps } from '../lab/types';
import { numbers } from '../model/experiments/types';

/** Heights the figure shows; drawn functions stay within. */
export const heights: [number, number] = [-1.5, 1.5];

export const targetOf = ({ run, inputs }: Pick<ViewProps, 'run' | 'inputs'>): ArrayLike<number> =>
  numbers(inputs, 'target')?.data ?? run.probes.target?.data ?? [];

type Place = [x: number, y: number];

export function DrawTarget({ run, inputs, width, scale, onInputs }: LayerProps) {
  const last = useRef<Place>();
  const [cursor, setCursor] = useState(0);
  const [focused, setFocused] = useState(false);
  const [drawing, setDrawing] = useState(false);
  const target = targetOf({ run, inputs });
  const points = target.length;
  const [x, y] = [scale('x'), scale('y')];
  if (!points || !x?.invert || !y?.invert) return null;
  const { invert: xOf } = x;
  const { invert: yOf } = y;
  const [left, right] = x.range as number[];
  const [bottom, top] = y.range as number[];
  const level = interpolate(target, (cursor + 1) / 2);

  /** What is drawn becomes exactly what a link can say. */
  const hand = (values: Float32Array, done: boolean) =>
    onInputs?.({
      target: {
        shape: numbers(inputs, 'target')?.shape ?? run.probes.target?.shape ?? [points],
        data: done ? (decodeCurve(encodeCurve(values), points) ?? values) : values,
      },
    });

  const placeOf = (event: PointerEvent): Place => {
    const box = (event.currentTarget as SVGElement).ownerSVGElement!.getBoundingClientRect();
    const pixel = width / box.width;
    return [
      Math.max(-1, Math.min(1, xOf((event.clientX - box.left) * pixel))),
      Math.max(heights[0], Math.min(heights[1], yOf((event.clientY - box.top) * pixel))),
    ];
  };

  const stroke = (from: Place, to: Place, done: boolean) =>
    hand(drawn(Float32Array.from(target), from, to), done);

  const keys = (event: KeyboardEvent) => {
    const move = { ArrowLeft: -0.05, ArrowRight: 0.05 }[event.key];
    const lift = { ArrowUp: 0.1, ArrowDown: -0.1, PageUp: 0.5, PageDown: -0.5 }[event.key];
    if (move === undefined && lift === undefined) return;
    event.preventDefault();
    if (move) setCursor(Math.max(-1, Math.min(1, Number((cursor + move).toFixed(4)))));
    if (lift) hand(lifted(Float32Array.from(target), cursor, lift), true);
  };

  return (
    <g
      class="v-draw"
      role="slider"
      tabIndex={0}
      aria-label="Draw the target: left and right move the cursor, up and down move the curve"
      aria-orientation="vertical"
      aria-valuemin={heights[0]}
      aria-valuemax={heights[1]}
      aria-valuenow={Number(level.toFixed(2))}
      aria-valuetext={`at x = ${plain(cursor)} the target is ${plain(Number(level.toFixed(2)))}`}
      onKeyDown={keys}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
      onPointerDown={(event) => {
        // A second finger means something else.
        if (event.button > 0 || !event.isPrimary) return;
        (event.currentTarget as Element).setPointerCapture(event.pointerId);
        last.current = placeOf(event);
        setDrawing(true);
        stroke(last.current, last.current, false);
      }}
      onPointerMove={(event) => {
        if (!last.current || !event.isPrimary) return;
        const place = placeOf(event);
        stroke(last.current, place, false);
        last.current = place;
      }}
      onPointerUp={(event) => {
        if (!last.current || !event.isPrimary) return;
        stroke(last.current, placeOf(event), true);
        last.current = undefined;
        setDrawing(false);
      }}
      onPointerCancel={(event) => {
        if (!last.current || !event.isPrimary) return;
        // What was drawn so far stays, as a link says it.
        stroke(last.current, last.current, true);
        last.current = undefined;
        setDrawing(false);
      }}
    >
      <rect x={left} y={top} width={right - left} height={bottom - top} />
      {drawing && (
        // The chart below follows a few times a second, the pen at once.
        <polyline
          class="v-target"
          points={Array.from(target, (y0, i) =>
            [x.apply(-1 + (2 * i) / (points - 1)), y.apply(y0)].map(Math.round).join(),
          ).join(' ')}
        />
      )}
      {focused && (
        <g class="v-cursor">
          <line x1={x.apply(cursor)} x2={x.apply(cursor)} y1={top} y2={bottom} />
          <circle r="6" cx={x.apply(cursor)} cy={y.apply(level)} />
        </g>
      )}
    </g>
  );
}

/** The curve with a straight stroke from one place to the other. */
export function drawn(values: Float32Array, from: Place, to: Place): Float32Array {
  const [[x0, y0], [x1, y1]] = from[0] <= to[0] ? [from, to] : [to, from];
  const grid = 2 / (values.length - 1);
  for (let i = 0; i < values.length; i++) {
    const x = -1 + i * grid;
    if (x < x0 - grid / 2 || x > x1 + grid / 2) continue;
    const share = x1 > x0 ? Math.max(0, Math.min(1, (x - x0) / (x1 - x0))) : 1;
    values[i] = y0 + share * (y1 - y0);
  }
  return values;
}

/** The curve raised around x by a smooth bump. */
export function lifted(values: Float32Array, x: number, by: number): Float32Array {
  return values.map((value, i) => {
    const away = (-1 + (2 * i) / (values.length - 1) - x) / 0.12;
    const next = value + by * Math.exp(-0.5 * away * away);
    return Math.max(heights[0], Math.min(heights[1], next));
  });
}

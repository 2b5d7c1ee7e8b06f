/** Axes, time and remarks on it: what several figures share. Every axis says its quantity. */
import { count, plain } from '../lab/format';
import type { RunData } from '../lab/types';
import type { Scale } from './scale';

/** Below this width a figure uses its narrow layout. */
export const narrow = 520;

/** About how many ticks fit. */
export const tickCount = (pixels: number, each = 90) => Math.max(2, Math.round(pixels / each));

interface XProps {
  scale: Scale;
  /** Pixels from the top. */
  y: number;
  label: string;
  words?: (tick: number) => string;
}

/** The quantity stands after the last tick's number or, where given more room, under the ticks. */
export function XAxis({ scale, y, label, words = plain }: XProps) {
  const [left, right] = scale.range;
  return (
    <g class="v-axis">
      <line class="v-hair" x1={left} x2={right} y1={y} y2={y} />
      {scale.ticks.map((tick) => (
        <g key={tick} transform={`translate(${scale(tick).toFixed(1)},${y})`}>
          <line class="v-hair" y2="5" />
          <text y="19" text-anchor={anchor(scale(tick), left, right)}>
            {words(tick)}
          </text>
        </g>
      ))}
      <text x={right} y={y + 36} text-anchor="end">
        {label}
      </text>
    </g>
  );
}

/** Numbers at the edges would be cut off if centred. */
function anchor(x: number, left: number, right: number): 'start' | 'middle' | 'end' {
  if (x < left + 12) return 'start';
  return x > right - 12 ? 'end' : 'middle';
}

/** Training steps along the bottom. */
export const StepAxis = ({ scale, y }: { scale: Scale; y: number }) => (
  <XAxis scale={scale} y={y} label="training steps" words={count} />
);

interface YProps {
  scale: Scale;
  /** Pixels from the left where the rules start, and where they end. */
  left: number;
  right: number;
  label: string;
  words?: (tick: number) => string;
}

/** Horizontal rules with their numbers to the left, the quantity above the top one. */
export function YAxis({ scale, left, right, label, words = plain }: YProps) {
  const top = Math.min(...scale.range);
  return (
    <g class="v-axis">
      {scale.ticks.map((tick) => (
        <g key={tick} transform={`translate(0,${scale(tick).toFixed(1)})`}>
          <line class="v-hair" x1={left} x2={right} />
          <text x={left - 8} dy="0.32em" text-anchor="end">
            {words(tick)}
          </text>
        </g>
      ))}
      <text x="0" y={top - 22}>
        {label}
      </text>
    </g>
  );
}

interface EventsProps {
  run: RunData;
  x: Scale;
  top: number;
  bottom: number;
  /** Lets the label stand over a filled area. */
  onFill?: boolean;
}

/** What the reader changed while training, as rules across the time axis; newest label on top. */
export function Events({ run, x, top, bottom, onFill }: EventsProps) {
  const [left, right] = x.range;
  const shown = run.events.slice(-6);
  return (
    <g class={onFill ? 'v-events v-on-fill' : 'v-events'}>
      {shown.map((event, i) => {
        const at = x(event.step);
        const room = right - at > at - left;
        const next = shown[i + 1];
        const free = !next || x(next.step) - at > event.words.length * 6.4 || !room;
        return (
          <g key={`${event.step}${event.words}`}>
            <line x1={at} x2={at} y1={top - 14} y2={bottom} />
            {free && (
              <text
                class="v-label"
                x={room ? at + 5 : at - 5}
                y={top - 6}
                text-anchor={room ? 'start' : 'end'}
              >
                {event.words}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}

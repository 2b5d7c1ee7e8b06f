/**
 * For each finding a row of dots, one for each recorded seed, with the reader's runs among them. A
 * row can be walked along with the arrow keys, dot by dot; the table has the same numbers.
 */
import { useState } from 'preact/hooks';
import type { LabStore } from '../../lab/store';
import { type Dot, levelsOf, placesOf, type StripRow } from '../../lab/strip';
import { useRoom } from './room';
import { Words } from './Words';

export function Strip({ store, ready }: { store: LabStore; ready: boolean }) {
  const strip = store.told.strip.value;
  if (!strip) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a section would be one landmark more for each lab
    <div class="lab-strip" role="group" aria-label="The same, run several times">
      {strip.rows.map((row) => (
        <Row key={row.finding} row={row} ready={ready} />
      ))}
      <Said class="lab-strip-outside" text={strip.outside} />
    </div>
  );
}

function Said({ text, class: name }: { text: string; class: string }) {
  const room = useRoom<HTMLParagraphElement>();
  return (
    <p class={name} ref={room}>
      <Words text={text} />
    </p>
  );
}

/** Pixels from the line of dots to the foot of the row, between two levels, and above the highest. */
const [foot, rise, head] = [24, 11, 8];
/** They grow with the text under them. */
const rem = (pixels: number) => `${pixels / 16}rem`;
/** There is room for a few dots over each other, so that one more moves nothing below. */
const leastLevels = 2;

function Row({ row, ready }: { row: StripRow; ready: boolean }) {
  const [seen, setSeen] = useState<number>();
  const places = placesOf(row);
  const levels = levelsOf(places);
  const height = foot + head + rise * Math.max(leastLevels, ...levels);
  const yAt = (level: number) => height - foot - rise * level;
  const last = row.dots.length - 1;
  const now = seen === undefined ? undefined : Math.min(seen, last);
  const median = medianPlace(row, places);
  const keys = (event: KeyboardEvent) => {
    const at = now ?? 0;
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setSeen(Math.max(0, Math.min(last, next)));
  };
  const nearest = (event: PointerEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    const away = places.map((place) => Math.abs(place - share));
    setSeen(away.indexOf(Math.min(...away)));
  };
  return (
    <div class="lab-strip-row">
      <p class="lab-strip-label">{row.label}</p>
      <div
        class="lab-strip-dots"
        {...(ready
          ? {
              role: 'slider',
              tabIndex: 0,
              'aria-label': `${row.label}, run by run`,
              'aria-valuemin': 1,
              'aria-valuemax': last + 1,
              'aria-valuenow': (now ?? 0) + 1,
              'aria-valuetext': dotInWords(row, row.dots[now ?? 0]),
              onKeyDown: keys,
              onFocus: () => setSeen(now ?? 0),
              onBlur: () => setSeen(undefined),
              onPointerMove: nearest,
              onPointerLeave: () => setSeen(undefined),
            }
          : { role: 'img', 'aria-label': `${row.label}: ${row.words}` })}
      >
        <svg width="100%" height={rem(height)} aria-hidden="true">
          <line class="lab-strip-line" x1="0" x2="100%" y1={rem(yAt(0))} y2={rem(yAt(0))} />
          <line
            class="lab-strip-median"
            x1={percentage(median)}
            x2={percentage(median)}
            y1={rem(yAt(0) - 8)}
            y2={rem(yAt(0) + 8)}
          />
          <text
            class={places[last] > places[0] ? 'lab-strip-first' : undefined}
            x={percentage(places[0])}
            y={rem(height - 6)}
          >
            {row.number(row.dots[0].value)}
          </text>
          {places[last] > places[0] && (
            <text class="lab-strip-last" x={percentage(places[last])} y={rem(height - 6)}>
              {row.number(row.dots[last].value)}
            </text>
          )}
          {row.dots.map((dot, i) => (
            <Mark
              // Two runs may have the same seed.
              key={`${dot.own ?? ''} ${dot.seed} ${i}`}
              dot={dot}
              x={percentage(places[i])}
              y={rem(yAt(levels[i]))}
              seen={i === now}
            />
          ))}
        </svg>
      </div>
      <Said
        class="lab-strip-words"
        text={now === undefined ? row.words : dotInWords(row, row.dots[now])}
      />
    </div>
  );
}

interface MarkProps {
  dot: Dot;
  x: string;
  y: string;
  seen: boolean;
}

/** Rings for what was recorded, filled squares for the reader's: shape tells them apart, not colour. */
const Mark = ({ dot, x, y, seen }: MarkProps) =>
  dot.own ? (
    <svg class="lab-strip-own" x={x} y={y} overflow="visible" aria-hidden="true">
      <rect
        x={dot.own === 'latest' ? -5 : -3.5}
        y={dot.own === 'latest' ? -5 : -3.5}
        width={dot.own === 'latest' ? 10 : 7}
        height={dot.own === 'latest' ? 10 : 7}
        transform="rotate(45)"
        class={seen ? 'lab-strip-seen' : undefined}
      />
    </svg>
  ) : (
    <circle
      class={seen ? 'lab-strip-seed lab-strip-seen' : 'lab-strip-seed'}
      r="4.5"
      cx={x}
      cy={y}
    />
  );

const percentage = (share: number) => `${(100 * share).toFixed(2)}%`;

/** Between the dots that it lies between. */
function medianPlace({ dots, median }: StripRow, places: number[]): number {
  const after = dots.findIndex((dot) => dot.value >= median);
  const before = after - 1;
  if (before < 0 || dots[after].value === median) return places[Math.max(0, after)];
  const share = (median - dots[before].value) / (dots[after].value - dots[before].value);
  return places[before] + share * (places[after] - places[before]);
}

const dotInWords = ({ say }: StripRow, { seed, value, own }: Dot) =>
  `${own ? 'yours, ' : ''}seed ${seed}: ${say(value)}`;

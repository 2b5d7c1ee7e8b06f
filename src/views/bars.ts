/** A bar for each name, longest first, with its number at the end and its interval where it has one. */
import * as Plot from '@observablehq/plot';
import { value } from '../lab/format';
import type { ChartView, RunData, ViewProps } from '../lab/types';
import { type Amount, type AmountsOf, amountsOf, readsOfAmounts } from './amounts';
import { narrow, xAxis } from './axes';
import { color } from './marks/bullet';
import { bullets, literal } from './marks/bullets';
import type { Rule } from './marks/rules';

export interface BarsOptions {
  name: string;
  of: AmountsOf;
  /** Quantity and unit. */
  label: string;
  /** In their own order rather than by length. */
  unsorted?: boolean;
  /** The end of the axis, where it does not follow the longest. */
  to?: number;
  /** Levels to hold the bars against: chance, an even share. */
  rules?(run: RunData): Rule[];
  say?(x: number): string;
  aspect?: number;
  narrowAspect?: number;
}

/** Pixels of the thickest bar: beyond it there is more paper between them. */
const thickest = 22;

export function bars(options: BarsOptions): ChartView {
  const { name, of, label, say = value, aspect = 0.4, narrowAspect = 0.8 } = options;
  const experts = 'names' in of && of.names === 'experts';

  function listed(run: RunData): Amount[] {
    const all = amountsOf(run, of).filter((amount) => Number.isFinite(amount.value));
    return options.unsorted ? all : all.toSorted((a, b) => b.value - a.value);
  }

  function plot({ run, width, height }: ViewProps): Plot.PlotOptions {
    const tight = width < narrow;
    const all = listed(run);
    const levels = options.rules?.(run) ?? [];
    const longest = Math.max(0, ...all.map((amount) => amount.name.length));
    const ends = all.map(({ value, high }) => Math.max(value, high ?? value));
    const most = Math.max(1e-9, ...ends, ...levels.map(({ at }) => at));
    const least = Math.min(0, ...all.map(({ value, low }) => Math.min(value, low ?? value)));
    const frame = {
      marginLeft: experts ? 30 : Math.round(Math.min(width * 0.4, longest * 6.7 + 14)),
      marginRight: 52,
      marginTop: levels.length ? 22 : 6,
      marginBottom: 44,
    };
    const pitch = (height - frame.marginTop - frame.marginBottom) / Math.max(1, all.length);
    const inset = Math.max(0.14 * pitch, (pitch - thickest) / 2);
    const y = { y: 'place' };
    const intervals = (className: string) =>
      Plot.ruleY(
        all.filter(({ low }) => low !== undefined),
        { ...y, x1: 'low', x2: 'high', className },
      );
    return {
      ...frame,
      x: { domain: [least, options.to ?? most] },
      y: { type: 'band', domain: all.map(({ place }) => place), padding: 0 },
      marks: [
        Plot.gridX({ tickSpacing: tight ? 76 : 110, stroke: 'var(--hair)', strokeOpacity: 1 }),
        xAxis({ label, words: options.say, spacing: tight ? 76 : 110 }),
        Plot.barX(all, {
          ...y,
          x: 'value',
          insetTop: inset,
          insetBottom: inset,
          fill: literal(({ place }: Amount) => (experts ? color(place) : 'var(--ink)')),
          className: experts ? 'v-river' : 'v-bar',
        }),
        intervals('v-interval v-under'),
        intervals('v-interval'),
        Plot.ruleX(levels, { x: 'at', className: 'v-fair' }),
        experts
          ? bullets(all, {
              ...y,
              frameAnchor: 'left',
              dx: -16,
              r: Math.min(10.5, pitch * 0.44),
              expert: ({ place }) => place,
            })
          : Plot.text(all, {
              ...y,
              text: 'name',
              frameAnchor: 'left',
              textAnchor: 'end',
              dx: -8,
              lineWidth: (frame.marginLeft - 8) / 12.5,
              textOverflow: 'ellipsis',
              fontSize: pitch < 15 ? 11 : 13,
              className: 'v-name',
            }),
        Plot.text(all, {
          ...y,
          x: ({ value, high }: Amount) => Math.max(0, value, high ?? value),
          text: ({ value }: Amount) => say(value),
          textAnchor: 'start',
          dx: 6,
          fontSize: pitch < 15 ? 11 : 13,
          className: 'v-label v-on-paper',
        }),
        Plot.text(levels, {
          x: 'at',
          text: 'words',
          frameAnchor: 'top',
          lineAnchor: 'bottom',
          textAnchor: 'end',
          dx: -4,
          dy: -4,
          className: 'v-axis',
        }),
      ],
    };
  }

  return {
    name,
    reads: readsOfAmounts(of),
    aspect,
    narrowAspect,
    plot,
    describe(run) {
      const all = listed(run);
      if (!all.length) return `${label}: nothing measured yet.`;
      const levels = (options.rules?.(run) ?? []).map(({ at, words }) => `${words} ${say(at)}`);
      const words = all.map(({ name, value, low, high }) => {
        const interval = low === undefined ? '' : ` (${say(low)} to ${say(high!)})`;
        return `${name} ${say(value)}${interval}`;
      });
      return `${label}: ${words.join(', ')}${levels.length ? `; ${levels.join(', ')}` : ''}.`;
    },
    table(run) {
      const all = listed(run);
      const between = all.some(({ low }) => low !== undefined);
      return {
        columns: ['what', label, ...(between ? ['from', 'to'] : [])],
        rows: all.map(({ name, value, low, high }) => [
          name,
          say(value),
          ...(between ? [say(low ?? Number.NaN), say(high ?? Number.NaN)] : []),
        ]),
      };
    },
  };
}

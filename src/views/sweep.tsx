/**
 * A sweep: several models trained at once, one value of a setting each; their results as points
 * over that value, moving as they train. Panels share the horizontal axis, one quantity each.
 */
import { count, plain, value } from '../lab/format';
import { recent } from '../lab/run';
import type { RunData, View, ViewProps } from '../lab/types';
import { narrow, tickCount, XAxis, YAxis } from './axes';
import { extent, linear, log, path, type Scale } from './scale';

interface Panel {
  /** A metric as wide as the sweep. */
  metric: string;
  label: string;
  scale: 'log' | 'linear';
  /** A value every model can be held against, with its words. */
  rule?: { at: number; words: string };
}

interface Sweep {
  name: string;
  /** Probe that holds the swept values. */
  over: string;
  label: string;
  panels: Panel[];
  /** A value on the horizontal axis that means something for this run. */
  mark?(run: RunData): { at: number; words: string } | undefined;
  aspect?: number;
  narrowAspect?: number;
}

const valuesOf = (run: RunData, over: string) => Array.from(run.probes[over]?.data ?? []);

export function sweepOf(sweep: Sweep): View {
  const { name, over, label, panels, aspect, narrowAspect } = sweep;

  function Draw({ run, width, height, past = [] }: ViewProps) {
    const xs = valuesOf(run, over);
    const left = width < narrow ? 48 : 60;
    const right = width - (width < narrow ? 10 : 60);
    const off = xs.some((x) => x === 0);
    const x = sweepScale(xs, left, right, off);
    const each = (height - 44) / panels.length;
    const mark = sweep.mark?.(run);
    return (
      <>
        {mark && <Mark {...mark} x={x} top={36} bottom={height - 42} />}
        {panels.map((panel, i) => (
          <PanelOf
            key={panel.metric}
            panel={panel}
            run={run}
            past={past}
            over={over}
            x={x}
            left={left}
            right={right}
            top={i * each + 36}
            bottom={(i + 1) * each - (panels.length > 1 ? 6 : 0)}
          />
        ))}
        <XAxis
          scale={x}
          y={height - 42}
          label={label}
          words={(tick) => (off && tick === x.domain[0] ? '0' : plain(tick))}
        />
      </>
    );
  }

  return {
    name,
    reads: { metrics: panels.map(({ metric }) => metric), probes: [over] },
    aspect: aspect ?? 0.42 * (panels.length > 1 ? 1.35 : 1),
    narrowAspect: narrowAspect ?? (panels.length > 1 ? 1.2 : 0.85),
    Draw,
    describe(run) {
      const xs = valuesOf(run, over);
      if (!run.steps.length || !xs.length) return `Nothing trained yet over ${label}.`;
      const mark = sweep.mark?.(run);
      const words = panels.map((panel) => {
        const ys = recent(run, panel.metric, 0.05);
        const points = xs.map((x, i) => `${value(ys[i])} at ${plain(Number(x.toPrecision(3)))}`);
        return `${panel.label}: ${points.join(', ')}`;
      });
      return `After ${count(run.step)} steps, over ${label}. ${words.join('. ')}.${mark ? ` ${mark.words}: ${plain(mark.at)}.` : ''}`;
    },
    table(run) {
      const columns = panels.map((panel) => recent(run, panel.metric, 0.05));
      return {
        columns: [label, ...panels.map((panel) => panel.label)],
        rows: valuesOf(run, over).map((x, i) => [
          plain(Number(x.toPrecision(3))),
          ...columns.map((column) => value(column[i])),
        ]),
      };
    },
  };
}

/**
 * Log scale with the swept values for ticks; a value of 0 stands half a decade to the left of the
 * least other one.
 */
function sweepScale(xs: number[], left: number, right: number, off: boolean): Scale {
  const some = xs.filter((x) => x > 0);
  const [low, high] = extent(some, [1, 10]);
  const start = off ? low / 10 ** 0.5 : low / 1.15;
  const scale = log([start, high * 1.15], [left, right], tickCount(right - left, 60));
  const ticks = some.map((x) => Number(x.toPrecision(3)));
  return Object.assign(scale, { ticks: off ? [start, ...ticks] : ticks });
}

interface MarkProps {
  at: number;
  words: string;
  x: Scale;
  top: number;
  bottom: number;
}

function Mark({ at, words, x, top, bottom }: MarkProps) {
  const [left, right] = x.range;
  const toLeft = x(at) - left > right - x(at);
  return (
    <g class="v-events">
      <line x1={x(at)} x2={x(at)} y1={top - 14} y2={bottom} />
      <text
        class="v-label"
        x={x(at) + (toLeft ? -6 : 6)}
        y={top - 6}
        text-anchor={toLeft ? 'end' : 'start'}
      >
        {words}
      </text>
    </g>
  );
}

/** A tenth of the height stays free above and below, at least a little. */
function padded([low, high]: [number, number]): [number, number] {
  const factor = Math.max(1.05, (high / low) ** 0.1);
  return [low / factor, high * factor];
}

interface PanelProps {
  panel: Panel;
  run: RunData;
  past: RunData[];
  over: string;
  x: Scale;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

function PanelOf({ panel, run, past, over, x, left, right, top, bottom }: PanelProps) {
  const points = (each: RunData) => {
    const ys = recent(each, panel.metric, 0.05);
    return valuesOf(each, over)
      .map((at, i) => [at, ys[i]] as const)
      .filter(([, y]) => Number.isFinite(y));
  };
  const own = points(run);
  const all = [...own, ...past.flatMap(points)].map(([, y]) => y);
  const domain = extent(panel.rule ? [...all, panel.rule.at] : all, [0.01, 1]);
  const ticks = tickCount(bottom - top, 42);
  const y =
    panel.scale === 'log'
      ? log(padded(domain), [bottom, top], ticks)
      : linear([Math.min(0, domain[0]), domain[1] * 1.1 || 1], [bottom, top], ticks);
  const place = ([at, to]: readonly [number, number]) => [x(at), y(to)] as const;
  return (
    <>
      <YAxis scale={y} left={left} right={right} label={panel.label} />
      {panel.rule && (
        <>
          <line class="v-fair" x1={left} x2={right} y1={y(panel.rule.at)} y2={y(panel.rule.at)} />
          <text class="v-axis" x={right} y={y(panel.rule.at) - 6} text-anchor="end">
            {panel.rule.words}
          </text>
        </>
      )}
      {past.map((each) => (
        <path class="v-past" d={path(points(each).map(place))} />
      ))}
      <path class="v-line v-thin" d={path(own.map(place))} />
      {own.map((point) => (
        <circle key={point[0]} class="v-dot" r="4" cx={x(point[0])} cy={y(point[1])} />
      ))}
    </>
  );
}

/**
 * Where descent would push each logit of a few tokens: an arrow in each cell of tokens and experts,
 * up where the logit would rise, as long as the slope is steep, and a frame around the experts that
 * were chosen. Where nothing arrives there is a dot. Reads the probes `slopes` and `chosen`, both
 * [tokens, experts]; a slope is that of the loss, and descent goes the other way.
 */
import { value } from '../lab/format';
import type { DrawnView, RunData, ViewProps } from '../lab/types';
import { narrow } from './axes';
import { Bullet, color, letter } from './marks/bullet';
import { rowsOf } from './probes';

interface Cell {
  token: number;
  expert: number;
  /** What descent adds to the logit for a step of 1. */
  push: number;
  chosen: boolean;
}

function cellsOf(run: RunData): Cell[] {
  const chosen = rowsOf(run, 'chosen');
  return rowsOf(run, 'slopes').flatMap((row, token) =>
    row.map((slope, expert) => ({
      token,
      expert,
      push: slope === 0 ? 0 : -slope,
      chosen: chosen[token]?.[expert] > 0,
    })),
  );
}

/** Of chosen and of other logits, how many there are and how many rise, fall and stay. */
function countsOf(cells: Cell[]) {
  const of = (some: Cell[]) => ({
    all: some.length,
    up: some.filter(({ push }) => push > 0).length,
    down: some.filter(({ push }) => push < 0).length,
  });
  return {
    chosen: of(cells.filter(({ chosen }) => chosen)),
    others: of(cells.filter(({ chosen }) => !chosen)),
  };
}

const reached = ({ all, up, down }: { all: number; up: number; down: number }) =>
  up + down ? `${up} up, ${down} down of ${all}` : `none of ${all}`;

const longestOf = (cells: Cell[]) => Math.max(0, ...cells.map(({ push }) => Math.abs(push)));

/** No arrow is shorter: a small one still has a direction. */
const leastArrow = 5;

function Draw({ run, width, height }: ViewProps) {
  const cells = cellsOf(run);
  const tight = width < narrow;
  const tokens = new Set(cells.map(({ token }) => token)).size;
  const experts = new Set(cells.map(({ expert }) => expert)).size;
  const counts = countsOf(cells);
  const longest = longestOf(cells);
  const left = tight ? 26 : 66;
  const [top, bottom] = [34, tight ? 40 : 26];
  const wide = (width - left) / Math.max(1, experts);
  const tall = (height - top - bottom) / Math.max(1, tokens);
  const r = Math.min(10.5, wide * 0.42);
  if (!counts.chosen.all)
    return (
      <text class="v-axis" x="0" y="24" text-anchor="start">
        This model has no logits that a slope could move.
      </text>
    );
  const words = [
    `arrows on the chosen: ${reached(counts.chosen)}`,
    `on the others: ${reached(counts.others)}`,
    longest ? `the longest is ${value(longest)}` : 'no arrow anywhere',
  ];
  const lines = tight ? [words[0], words.slice(1).join(' · ')] : [words.join(' · ')];
  return (
    <>
      <text class="v-axis" x="0" y="18" text-anchor="start">
        {tight ? '' : 'token'}
      </text>
      {Array.from({ length: experts }, (_, expert) => (
        <Bullet key={`${expert}`} expert={expert} x={left + wide * (expert + 0.5)} y={16} r={r} />
      ))}
      {Array.from({ length: tokens }, (_, token) => (
        <text
          key={`${token}`}
          class="v-axis"
          font-size="11"
          text-anchor="end"
          x={left - 10}
          y={(top + tall * (token + 0.5) + 4).toFixed(1)}
        >
          {token + 1}
        </text>
      ))}
      {cells.map((cell) => (
        <Square
          key={`${cell.token} ${cell.expert}`}
          cell={cell}
          x={left + wide * cell.expert}
          y={top + tall * cell.token}
          wide={wide}
          tall={tall}
          longest={longest}
        />
      ))}
      {lines.map((line, i) => (
        <text
          key={line}
          class="v-axis"
          font-size={tight ? 11 : 13}
          text-anchor="start"
          x={tight ? 0 : left}
          y={height - bottom + 20 + 16 * i}
        >
          {line}
        </text>
      ))}
    </>
  );
}

interface SquareProps {
  cell: Cell;
  x: number;
  y: number;
  wide: number;
  tall: number;
  longest: number;
}

function Square({ cell, x, y, wide, tall, longest }: SquareProps) {
  const { push, chosen, expert } = cell;
  const [middle, centre] = [x + wide / 2, y + tall / 2];
  const most = tall - 8;
  const size = Math.max(leastArrow, (most * Math.abs(push)) / Math.max(longest, 1e-12));
  const up = push > 0 ? -1 : 1;
  const [from, to] = [centre - (up * size) / 2, centre + (up * size) / 2];
  const head = Math.min(4, size * 0.6);
  return (
    <>
      <rect
        class={chosen ? 'v-chosen' : 'v-cell'}
        stroke={chosen ? color(expert) : undefined}
        x={(x + 1.5).toFixed(1)}
        y={(y + 1.5).toFixed(1)}
        width={(wide - 3).toFixed(1)}
        height={(tall - 3).toFixed(1)}
      />
      {push === 0 ? (
        <circle class="v-nothing" r="1.5" cx={middle.toFixed(1)} cy={centre.toFixed(1)} />
      ) : (
        <path
          class="v-arrow"
          d={`M${middle.toFixed(1)},${from.toFixed(1)}V${to.toFixed(1)}m${-head},${-up * head}l${head},${up * head}l${head},${-up * head}`}
        />
      )}
    </>
  );
}

export const logitArrows: DrawnView = {
  name: 'logit-arrows',
  styles: ['logit-arrows'],
  reads: { probes: ['slopes', 'chosen'] },
  aspect: 0.46,
  narrowAspect: 1,
  Draw,
  describe(run) {
    const cells = cellsOf(run);
    const { chosen, others } = countsOf(cells);
    if (!cells.length) return 'No slope of a logit has been computed yet.';
    if (!chosen.all) return 'This model has 0 logits that a slope could move.';
    return `Arrows on the logits of chosen experts: ${reached(chosen)}; on the others: ${reached(others)}. The longest is ${value(longestOf(cells))}.`;
  },
  table(run) {
    const cells = cellsOf(run);
    const experts = [...new Set(cells.map(({ expert }) => expert))];
    const tokens = [...new Set(cells.map(({ token }) => token))];
    return {
      columns: ['token', 'chosen', ...experts.map((expert) => `push on ${letter(expert)}`)],
      rows: tokens.map((token) => {
        const row = cells.filter((cell) => cell.token === token);
        const taken = row.filter(({ chosen }) => chosen).map(({ expert }) => letter(expert));
        return [token + 1, taken.join(', ') || '–', ...row.map(({ push }) => value(push))];
      }),
    };
  },
};

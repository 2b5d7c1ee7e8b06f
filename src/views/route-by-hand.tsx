/**
 * One token's way through a router and back, a row for each expert: logit, score, choice, gate,
 * answer; below each way forward what comes back along it, dotted where the choice lets nothing
 * through. Sliders move the logits. Reads the probe `table` [6, experts] (logits, scores, mask,
 * gates, slopes at the gates, slopes at the logits), the probe `followed` [2, experts] (the logits
 * one step along the arrows, and ten), the facts `answers`, `target`, `answer` and `loss`.
 */
import { plain, value } from '../lab/format';
import { listOf } from '../lab/run';
import type { DrawnView, RunData, ViewProps } from '../lab/types';
import { narrow } from './axes';
import { Arrow, Cut, Push } from './marks/back-arrows';
import { Bullet, color, letter } from './marks/bullet';
import { rowsOf } from './probes';

interface Row {
  expert: number;
  logit: number;
  score: number;
  chosen: boolean;
  gate: number;
  /** What the expert answers. */
  knows: number;
  /** Slope of the loss in the gate, of an expert that was asked. */
  onGate: number;
  /** Slope of the loss in the logit. */
  slope: number;
}

function tokenOf(run: RunData): Row[] {
  const [logits, scores, mask, gates, onGates, slopes] = rowsOf(run, 'table');
  const answers = listOf<number>(run, 'answers');
  return (logits ?? []).map((logit, expert) => ({
    expert,
    logit,
    score: scores[expert],
    chosen: mask[expert] > 0,
    gate: gates[expert],
    knows: answers[expert],
    onGate: onGates[expert],
    slope: slopes[expert],
  }));
}

/** Slider ends: a logit beyond them is drawn, and reached by following arrows. */
const range = [-3, 6] as const;

interface Places {
  logit: number;
  sum: number;
  score: number;
  choice: number;
  gate: number;
  answer: number;
  end: number;
}

/** Where the columns stand. */
const placesAt = (width: number): Places =>
  width < narrow
    ? { logit: 46, sum: 86, score: 122, choice: 180, gate: 228, answer: 286, end: width - 12 }
    : {
        logit: width * 0.11,
        sum: width * 0.225,
        score: width * 0.33,
        choice: width * 0.485,
        gate: width * 0.63,
        answer: width * 0.78,
        end: width - 34,
      };

const heads = ['logit', 'score', 'choice', 'gate', 'answer'] as const;

const [top, pitch] = [40, 68];

function Picture({ run, width }: { run: RunData; width: number }) {
  const rows = tokenOf(run);
  const at = placesAt(width);
  const tight = width < narrow;
  const height = top + pitch * rows.length + 30;
  const target = Number(run.facts?.target);
  const answer = Number(run.facts?.answer);
  const softmax = isShared(run);
  const pretends = run.settings.router === 'gumbel';
  const middle = top + (pitch * rows.length) / 2;
  return (
    <svg
      class="lab-svg"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={routeByHand.describe(run)}
    >
      {heads.map((name) => (
        <text key={name} class="v-axis" x={at[name]} y="16" text-anchor="middle">
          {name}
        </text>
      ))}
      {rows.map((row) => {
        const y = top + pitch * (row.expert + 0.5) - 8;
        return (
          <g key={row.expert}>
            <Forward row={row} at={at} y={y} middle={middle} tight={tight} />
            <Back
              row={row}
              at={at}
              y={y + 22}
              softmax={softmax}
              pretends={pretends}
              choice={String(run.settings.router)}
              tight={tight}
            />
            <Bullet expert={row.expert} x={11} y={y} r={10.5} />
          </g>
        );
      })}
      {softmax && <SharedSum rows={rows} at={at} />}
      <Sum x={at.end} y={middle} tight={tight} words={value(answer)} />
      <text class="v-label" x={0} y={height - 6} text-anchor="start">
        {`answer ${value(answer)}, right answer ${plain(target)}: loss ${value(Number(run.facts?.loss))}`}
      </text>
    </svg>
  );
}

/** Where the weighed answers meet. */
const Sum = ({ x, y, tight, words }: { x: number; y: number; tight: boolean; words: string }) => (
  <>
    <circle class="v-coin" r="11" cx={x} cy={y} />
    <text class="v-label" x={x} y={y + 4.5} text-anchor="middle">
      Σ
    </text>
    {!tight && (
      <text class="v-number" x={x} y={y + 30} text-anchor="middle">
        {words}
      </text>
    )}
  </>
);

/** A softmax over all: what one score gains all others lose, so that a slope spreads. */
const isShared = (run: RunData) =>
  ['softmax-top-k', 'gumbel'].includes(String(run.settings.router));

interface WayProps {
  row: Row;
  at: Places;
  y: number;
  tight: boolean;
}

function Forward({ row, at, y, middle, tight }: WayProps & { middle: number }) {
  const { chosen, expert } = row;
  const gap = tight ? 17 : 30;
  const line = (from: number, to: number) => (
    <line class="v-way" x1={from} x2={to} y1={y - 4} y2={y - 4} />
  );
  return (
    <>
      <text class="v-number" x={at.logit} y={y} text-anchor="middle">
        {plain(Number(row.logit.toFixed(2)))}
      </text>
      {line(at.logit + gap, at.score - gap)}
      <text class="v-number" x={at.score} y={y} text-anchor="middle">
        {row.score.toFixed(tight ? 2 : 3)}
      </text>
      {line(at.score + gap, at.choice - 12)}
      <circle
        class={chosen ? 'v-taken' : 'v-left'}
        stroke={color(expert)}
        fill={chosen ? color(expert) : 'var(--paper)'}
        r="7"
        cx={at.choice}
        cy={y - 4}
      />
      {chosen ? (
        <>
          {line(at.choice + 12, at.gate - gap)}
          <text class="v-number" x={at.gate} y={y} text-anchor="middle">
            {row.gate.toFixed(tight ? 2 : 3)}
          </text>
          {line(at.gate + gap, at.answer - (tight ? 22 : 40))}
          <text class="v-number" x={at.answer} y={y} text-anchor="middle">
            {`${tight ? '' : '× '}${plain(row.knows)}`}
          </text>
          <line
            class="v-way"
            x1={at.answer + (tight ? 18 : 40)}
            y1={y - 4}
            x2={at.end - 12}
            y2={middle}
          />
        </>
      ) : (
        <text class="v-axis" x={at.answer} y={y} text-anchor="middle">
          {tight ? `(${plain(row.knows)})` : `not asked (${plain(row.knows)})`}
        </text>
      )}
    </>
  );
}

function Back({
  row,
  at,
  y,
  softmax,
  pretends,
  choice,
  tight,
}: WayProps & { softmax: boolean; pretends: boolean; choice: string }) {
  const { chosen, slope, onGate } = row;
  const stepped = choice !== 'relu';
  const gap = tight ? 20 : 30;
  const passes = chosen && slope !== 0;
  const from = at.answer + (tight ? 14 : 34);
  return (
    <>
      {(chosen || pretends) && (
        <>
          <Arrow from={from} to={at.gate + gap} y={y} kind={chosen ? 'true' : 'pretended'} />
          <text class="v-back-number" x={at.gate} y={y + 4} text-anchor="middle">
            {signed(onGate, tight)}
          </text>
        </>
      )}
      {passes || pretends ? (
        <Arrow from={at.gate - gap} to={at.score} y={y} kind={pretends ? 'pretended' : 'true'} />
      ) : (
        <Cut
          from={chosen ? at.gate - gap : at.choice}
          to={at.score}
          y={y}
          words={chosen ? 'always 1' : stepped ? 'a step: no slope' : 'below 0: no slope'}
          tight={tight}
        />
      )}
      {(passes || (!softmax && slope !== 0) || pretends) && (
        <Arrow from={at.score} to={at.logit + gap} y={y} kind="true" />
      )}
      {softmax && !passes && !pretends && slope !== 0 && (
        <Arrow from={at.sum} to={at.logit + gap} y={y} kind="true" />
      )}
      {pretends && !chosen && !tight && (
        <text class="v-axis v-on-paper" x={at.choice} y={y + 4} text-anchor="middle">
          pretended
        </text>
      )}
      <Push slope={slope} x={at.logit} y={y} tight={tight} />
    </>
  );
}

const signed = (x: number, tight: boolean) => x.toFixed(tight ? 1 : 2).replace('-', '−');

/** The line on which a slope passes from the chosen scores to all logits. */
function SharedSum({ rows, at }: { rows: Row[]; at: Places }) {
  const moved = rows.filter(({ slope }) => slope !== 0);
  if (!moved.length) return null;
  const y = (expert: number) => top + pitch * (expert + 0.5) + 14;
  return (
    <line
      class="v-back"
      x1={at.sum}
      x2={at.sum}
      y1={y(moved[0].expert)}
      y2={y(moved.at(-1)!.expert)}
    />
  );
}

function Draw({ run, width, onInputs }: ViewProps) {
  const rows = tokenOf(run);
  if (!rows.length) return <p class="lab-quiet-line">No token has been routed yet.</p>;
  const hand = (name: string, numbers: number[]) =>
    onInputs?.({ [name]: { shape: [numbers.length], data: Float32Array.from(numbers) } });
  const logits = rows.map(({ logit }) => logit);
  const [once, tenTimes] = rowsOf(run, 'followed');
  return (
    <div>
      <Picture run={run} width={width} />
      <div class="by-hand-desk">
        {rows.map(({ expert, logit }) => (
          <label key={expert} class="by-hand-logit">
            <span>logit of {letter(expert)}</span>
            <input
              type="range"
              min={range[0]}
              max={range[1]}
              step="0.05"
              value={logit}
              disabled={!onInputs}
              aria-valuetext={plain(Number(logit.toFixed(2)))}
              onInput={(event) =>
                hand(
                  'logits',
                  logits.map((z, i) => (i === expert ? Number(event.currentTarget.value) : z)),
                )
              }
            />
          </label>
        ))}
        <button type="button" disabled={!onInputs} onClick={() => hand('logits', once)}>
          Follow the arrows
        </button>
        <button type="button" disabled={!onInputs} onClick={() => hand('logits', tenTimes)}>
          Ten times
        </button>
      </div>
    </div>
  );
}

export const routeByHand: DrawnView = {
  name: 'route-by-hand',
  kind: 'page',
  styles: ['route-by-hand'],
  reads: { probes: ['table', 'followed'], facts: ['answers', 'target', 'answer', 'loss'] },
  aspect: 0.45,
  narrowAspect: 1.2,
  Draw,
  describe(run) {
    const rows = tokenOf(run);
    if (!rows.length) return 'No token has been routed yet.';
    const words = rows.map(({ expert, logit, score, chosen, gate, slope }) => {
      const taken = chosen ? `chosen with gate ${value(gate)}` : 'not chosen';
      const push =
        slope === 0 ? 'no arrow' : `arrow ${slope < 0 ? 'up' : 'down'} ${value(Math.abs(slope))}`;
      return `${letter(expert)}: logit ${plain(Number(logit.toFixed(2)))}, score ${value(score)}, ${taken}, ${push}`;
    });
    return `${words.join('; ')}. The answer is ${value(Number(run.facts?.answer))}, the loss ${value(Number(run.facts?.loss))}.`;
  },
  table(run) {
    return {
      columns: ['expert', 'answer', 'logit', 'score', 'chosen', 'gate', 'slope'],
      rows: tokenOf(run).map(({ expert, knows, logit, score, chosen, gate, slope }) => [
        letter(expert),
        plain(knows),
        plain(Number(logit.toFixed(3))),
        value(score),
        chosen ? 'yes' : 'no',
        value(gate),
        value(slope),
      ]),
    };
  },
};

/**
 * Selection biases in the reader's hand: a row for each expert with its dial, a slider, and the
 * load that answers it, with the rule's load as a mark across. Reads the probe `dials` [5, experts]
 * (dials of the hand and of the rule, their loads, mean gates under the hand's), the facts `batch`,
 * `turns`, `rounds`, `tick` and `farthest`, and the metrics `hand` and `rule` (MaxVio by batch).
 */
import { count, percent, value } from '../lab/format';
import type { DrawnView, RunData, ViewProps } from '../lab/types';
import { Bullet, color, letter } from './marks/bullet';
import { rowsOf } from './probes';

interface Row {
  expert: number;
  dial: number;
  /** The rule's dial. */
  ruled: number;
  share: number;
  ruledShare: number;
  /** Mean gate of its tokens. */
  gate: number;
}

function rowsOfRun(run: RunData): Row[] {
  const [dials, ruled, shares, ruledShares, gates] = rowsOf(run, 'dials');
  return (dials ?? []).map((dial, expert) => ({
    expert,
    dial,
    ruled: ruled[expert],
    share: shares[expert],
    ruledShare: ruledShares[expert],
    gate: gates[expert],
  }));
}

const fact = (run: RunData, name: string) => Number(run.facts?.[name]);

/** A bar ends here: with two experts a token, no expert has more than half. */
const whole = 0.5;

const signed = (dial: number) =>
  Math.abs(dial) < 1e-9 ? '0' : `${dial > 0 ? '+' : '−'}${Math.abs(dial).toFixed(2)}`;

/** The load of one expert; stretched to its place, so it holds no letters. */
function Bar({ row, fair }: { row: Row; fair: number }) {
  const at = (share: number) => Number(((share / whole) * 100).toFixed(2));
  return (
    <svg
      class="hand-bar"
      viewBox="0 0 100 24"
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <rect x="0" y="4" width={at(row.share)} height="16" fill={color(row.expert)} />
      <line class="v-fair" x1={at(fair)} x2={at(fair)} y1="0" y2="24" />
      {/* The mark shows on a bar of any colour, a black one, too. */}
      <line class="hand-halo" x1={at(row.ruledShare)} x2={at(row.ruledShare)} y1="2" y2="22" />
      <line class="v-middle" x1={at(row.ruledShare)} x2={at(row.ruledShare)} y1="2" y2="22" />
    </svg>
  );
}

/** What a hand and the rule have turned, and what they leave to the busiest. */
function said(run: RunData): string[] {
  const [batch, turns, rounds] = ['batch', 'turns', 'rounds'].map((name) => fact(run, name));
  const [hand, rule] = ['hand', 'rule'].map((name) => run.metrics[name]?.[batch - 1]?.[0]);
  const times = (vio = 0) => `${(vio + 1).toFixed(2)} times the mean`;
  return [
    `You: ${count(turns)} turns, busiest ${times(hand)}.`,
    `The rule: ${count(rounds)} rounds of ${count(rowsOfRun(run).length)} turns, busiest ${times(rule)}.`,
  ];
}

function Draw({ run, locked, onInputs, onSettings }: ViewProps) {
  const rows = rowsOfRun(run);
  if (!rows.length) return <p class="lab-quiet-line">No batch has been routed yet.</p>;
  const [batch, tick, farthest] = ['batch', 'tick', 'farthest'].map((name) => fact(run, name));
  const last = run.steps.length;
  const fair = 1 / rows.length;
  const hand = (dials: number[]) =>
    onInputs?.({ dials: { shape: [dials.length], data: Float32Array.from(dials) } });
  const dials = rows.map(({ dial }) => dial);
  const canShow = onSettings && !locked?.includes('batchShown');
  const show = (next: number) => onSettings?.({ batchShown: next });
  return (
    <div class="hand">
      <p class="hand-key">
        {`Batch ${batch}. Bar: load with your dials. Dashed line: even load, ${percent(fair, 1)}. Solid line: load under the rule.`}
      </p>
      <ul class="hand-rows">
        {rows.map((row) => (
          <li key={row.expert} class="hand-row">
            <svg class="hand-bullet" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
              <Bullet expert={row.expert} x={12} y={12} />
            </svg>
            <input
              type="range"
              min={-farthest}
              max={farthest}
              step={tick}
              value={row.dial}
              disabled={!onInputs}
              aria-label={`dial of ${letter(row.expert)}`}
              aria-valuetext={`${signed(row.dial)}, load ${percent(row.share, 1)}`}
              onInput={(event) => {
                const next = Number(event.currentTarget.value);
                hand(dials.map((dial, i) => (i === row.expert ? next : dial)));
              }}
            />
            <span class="hand-number">
              <span class="lab-hidden">{`${letter(row.expert)}: dial `}</span>
              {signed(row.dial)}
            </span>
            <Bar row={row} fair={fair} />
            <span class="hand-number">
              <span class="lab-hidden">load </span>
              {percent(row.share, 1)}
              <span class="lab-hidden">{`, under the rule ${percent(row.ruledShare, 1)}`}</span>
            </span>
          </li>
        ))}
      </ul>
      <p class="hand-said">
        {said(run).map((words) => (
          <span key={words}>{`${words} `}</span>
        ))}
      </p>
      <div class="by-hand-desk">
        <button type="button" disabled={!canShow} onClick={() => show(Math.min(last, batch + 1))}>
          Next batch
        </button>
        <button type="button" disabled={!canShow} onClick={() => show(last)}>
          {`${count(last - 1)} batches on`}
        </button>
        <button type="button" disabled={!canShow} onClick={() => show(1)}>
          First batch
        </button>
        <button type="button" disabled={!onInputs} onClick={() => hand(dials.map(() => 0))}>
          All dials to 0
        </button>
      </div>
    </div>
  );
}

export const dialsByHand: DrawnView = {
  name: 'dials-by-hand',
  kind: 'page',
  styles: ['dials-by-hand'],
  reads: {
    probes: ['dials'],
    facts: ['batch', 'turns', 'rounds', 'tick', 'farthest'],
    metrics: ['hand', 'rule'],
  },
  aspect: 0.5,
  narrowAspect: 1.3,
  Draw,
  describe(run) {
    const rows = rowsOfRun(run);
    if (!rows.length) return 'No batch has been routed yet.';
    const words = rows.map(
      ({ expert, dial, share, ruledShare }) =>
        `${letter(expert)}: dial ${signed(dial)}, load ${percent(share, 1)}, under the rule ${percent(ruledShare, 1)}`,
    );
    return `Batch ${fact(run, 'batch')}. ${words.join('; ')}. ${said(run).join(' ')}`;
  },
  table(run) {
    return {
      columns: [
        'expert',
        'dial',
        'load',
        'mean gate of its tokens',
        'the rule’s dial',
        'load under the rule',
      ],
      rows: rowsOfRun(run).map(({ expert, dial, share, gate, ruled, ruledShare }) => [
        letter(expert),
        signed(dial),
        percent(share, 1),
        value(gate),
        signed(ruled),
        percent(ruledShare, 1),
      ]),
    };
  },
};

/**
 * A desk at which drafts are judged one by one: spin the needle, or put it where you like. What was
 * written so far stands above, the draft that waits below with its scales. Reads the facts `judged`
 * (as on a tape), `pending` (a letter's number, −1 for none), `p`, `q`, `words`, `needles` and
 * `chances`; hands on the input `needles`.
 */
import { useState } from 'preact/hooks';
import { count, percent, value } from '../lab/format';
import { listOf } from '../lab/run';
import type { DrawnView, RunData, ViewProps } from '../lab/types';
import { DraftScales } from './marks/draft-scales';

interface Judged {
  drafts: { token: number; p: number; q: number; u: number; accepted: boolean }[];
  last: number;
}

const judgedOf = (run: RunData) => listOf<Judged>(run, 'judged');

const verdict = ({ drafts: [draft] }: Judged) =>
  draft.accepted ? 'accepted' : 'rejected, replaced';

function Draw({ run, width, onInputs }: ViewProps) {
  const [at, setAt] = useState(0.5);
  const words = listOf<string>(run, 'words');
  const [p, q] = [listOf<number>(run, 'p'), listOf<number>(run, 'q')];
  const needles = listOf<number>(run, 'needles');
  const chances = listOf<number>(run, 'chances');
  const pending = Number(run.facts?.pending ?? -1);
  const judged = judgedOf(run);
  const waits = pending >= 0;
  // Not disabled, but idle: the last draft is judged under the hand that pressed, and keeps its focus.
  const idle = !onInputs || !waits;
  const hand = (next: number[]) =>
    onInputs?.({ needles: { shape: [next.length], data: Float32Array.from(next) } });
  const place = (u: number) => hand(needles.map((needle, i) => (i === judged.length ? u : needle)));
  const bound = waits ? Math.min(1, p[pending] / q[pending]) : 0;
  return (
    <div class="tape">
      <div class="tape-text">
        {judged.map(({ drafts: [draft], last }, i) => (
          // Letters keep their places.
          <span class="tape-wagon" key={`${i}`}>
            <span class={draft.accepted ? 'tape-accepted' : 'tape-instead'}>
              {!draft.accepted && <s>{words[draft.token]}</s>}
              {words[last]}
            </span>
          </span>
        ))}
      </div>
      <div class="tape-story">
        <DraftScales
          width={width}
          drafter="drafter"
          draft={waits ? { p: p[pending], q: q[pending], u: at } : undefined}
        />
        <p>
          {waits
            ? `The drafter proposes “${words[pending]}”: accepted if the needle falls below ${value(bound)}.`
            : `All ${count(needles.length)} drafts are judged.`}
        </p>
      </div>
      <div class="by-hand-desk">
        <button
          type="button"
          aria-disabled={idle}
          onClick={() => idle || place(chances[judged.length])}
        >
          Spin the needle
        </button>
        <label class="by-hand-logit">
          <span>or put it at</span>
          <input
            type="range"
            min="0"
            max="0.99"
            step="0.01"
            value={at}
            disabled={!onInputs || !waits}
            aria-valuetext={value(at)}
            onInput={(event) => setAt(Number(event.currentTarget.value))}
          />
        </label>
        <button type="button" aria-disabled={idle} onClick={() => idle || place(at)}>
          Judge by that
        </button>
        <button
          type="button"
          aria-disabled={idle}
          onClick={() =>
            idle || hand(needles.map((needle, i) => (i < judged.length ? needle : at)))
          }
        >
          All the rest by that
        </button>
        <button type="button" disabled={!onInputs} onClick={() => hand(needles.map(() => -1))}>
          Begin anew
        </button>
      </div>
    </div>
  );
}

export const draftDesk: DrawnView = {
  name: 'draft-desk',
  kind: 'page',
  styles: ['draft-tape'],
  reads: { facts: ['judged', 'pending', 'words', 'p', 'q', 'needles', 'chances'] },
  aspect: 0.3,
  narrowAspect: 0.9,
  Draw,
  describe(run) {
    const judged = judgedOf(run);
    if (!judged.length) return 'No draft is judged yet.';
    const accepted = judged.filter(({ drafts: [draft] }) => draft.accepted).length;
    return `${count(judged.length)} drafts are judged, ${count(accepted)} accepted (${percent(accepted / judged.length)}).`;
  },
  table(run) {
    const words = listOf<string>(run, 'words');
    return {
      columns: ['draft', 'letter', 'model p', 'drafter q', 'needle', 'what came of it', 'written'],
      rows: judgedOf(run).map((each, i) => {
        const [draft] = each.drafts;
        return [
          i + 1,
          words[draft.token],
          value(draft.p),
          value(draft.q),
          value(draft.u),
          verdict(each),
          words[each.last],
        ];
      }),
    };
  },
};

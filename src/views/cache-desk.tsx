/**
 * A cache of experts by hand: what the character asks for and what is missing, the slots of the
 * memory, each a button that gives its expert up, and what is known of each. Keys 1 to 9 press
 * slots. Reads the facts `waits`, `memory`, `turns`, `choices`, `key` and `of`; hands on the input
 * `choices`: the stretch's number, then an expert, −1 (open) or −2 (as LRU) for each miss.
 */
import { count, listed } from '../lab/format';
import { listOf } from '../lab/run';
import type { DrawnView, RunData, ViewProps } from '../lab/types';
import { Bullet, letter } from './marks/bullet';
import { seen } from './marks/sign';

interface Waits {
  character: string;
  needed: number[];
  missing: number;
}

interface Slot {
  expert: number;
  /** May be given up now. */
  free: boolean;
  /** The character needs it. */
  needed: boolean;
  uses: number;
  ago: number | null;
  /** Characters until it is needed again, 0 for not on this stretch; null where that is hidden. */
  next: number | null;
}

export interface Turn {
  character: string;
  missing: number;
  givenUp: number;
  byLru: boolean;
  /** Characters until it was needed again; null where it was not yet. */
  again: number | null;
  /** What the clairvoyant would have given up of the same; null while it is played. */
  latest: number | null;
}

const [open, asLru] = [-1, -2];

const waitsOf = (run: RunData) => (run.facts?.waits ?? undefined) as unknown as Waits | undefined;
const slotsOf = (run: RunData) => listOf<Slot>(run, 'memory');
const turnsOf = (run: RunData) => listOf<Turn>(run, 'turns');

/** "used 5 times, last 3 characters ago": what a reader may know of an expert. */
function knownInWords({ needed, uses, ago, next }: Slot): string {
  if (needed) return 'needed now';
  const used = uses
    ? `used ${count(uses)} ${uses === 1 ? 'time' : 'times'}, last ${ago} ago`
    : 'not used yet';
  if (next === null) return used;
  return `${used}; ${next ? `needed again in ${next}` : 'not needed again'}`;
}

/** What is asked of the reader now, as it is seen and as it is heard. */
export function waitInWords(run: RunData): string {
  const waits = waitsOf(run);
  const slots = slotsOf(run);
  if (!slots.length) return 'No cache is at hand yet.';
  if (!waits) return readInWords(run);
  const held = slots.map(
    (slot, i) => `slot ${i + 1} holds ${letter(slot.expert)}, ${knownInWords(slot)}`,
  );
  return `${askInWords(waits)} ${held.join('; ')}.`.replace('? slot', '? Slot');
}

const askInWords = ({ character, needed, missing }: Waits) =>
  `“${seen(character)}” needs ${listed(needed.map(letter))}, and ${letter(missing)} is not there: which expert goes?`;

const readInWords = (run: RunData) => `All ${count(Number(run.facts?.of))} characters are read.`;

function Draw({ run, onInputs }: ViewProps) {
  const slots = slotsOf(run);
  const waits = waitsOf(run);
  if (!slots.length) return <p class="lab-quiet-line">No cache is at hand yet.</p>;
  const choices = listOf<number>(run, 'choices');
  const made = turnsOf(run).length;
  const hand = (next: number[]) => {
    const data = Float32Array.from([Number(run.facts?.key), ...next]);
    onInputs?.({ choices: { shape: [data.length], data } });
  };
  const choose = (choice: number) => waits && hand(choices.with(made, choice));
  const giveUp = (slot: Slot | undefined) => slot?.free && choose(slot.expert);
  const keys = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !/^[1-9]$/.test(event.key)) return;
    giveUp(slots[Number(event.key) - 1]);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: it is no part of a form
    <div
      class="slots"
      role="group"
      aria-label="The memory; keys 1 to 4 give up a slot"
      onKeyDown={keys}
    >
      <p class="slots-ask">{waits ? askInWords(waits) : readInWords(run)}</p>
      <div class="slots-row">
        {slots.map((slot, i) => (
          <button
            // Slots keep their places; only what is in them changes.
            key={`${i}`}
            type="button"
            class="slots-slot"
            aria-keyshortcuts={String(i + 1)}
            // Stays in the order of keys where it may not be pressed: the focus is not lost.
            aria-disabled={!slot.free}
            disabled={!onInputs}
            onClick={() => giveUp(slot)}
          >
            <svg viewBox="-12 -12 24 24" aria-hidden="true">
              <Bullet expert={slot.expert} x={0} y={0} r={11} />
            </svg>
            <span class="lab-hidden">{`${waits ? 'Give up ' : ''}${letter(slot.expert)}: `}</span>
            <span>{knownInWords(slot)}</span>
            <span aria-hidden="true">{i + 1}</span>
          </button>
        ))}
      </div>
      <div class="by-hand-desk">
        <button
          type="button"
          disabled={!onInputs}
          // Idle, not disabled, where there is nothing to do: the focus is not lost.
          aria-disabled={!waits}
          onClick={() => choose(asLru)}
        >
          As LRU would
        </button>
        <button
          type="button"
          disabled={!onInputs}
          aria-disabled={!waits}
          onClick={() => waits && hand(choices.map((choice, i) => (i < made ? choice : asLru)))}
        >
          The rest as LRU would
        </button>
        <button
          type="button"
          disabled={!onInputs}
          aria-disabled={!made}
          onClick={() => made && hand(choices.map((choice, i) => (i < made - 1 ? choice : open)))}
        >
          Take back
        </button>
        <button
          type="button"
          disabled={!onInputs}
          aria-disabled={!made}
          onClick={() => made && hand(choices.map(() => open))}
        >
          Begin anew
        </button>
      </div>
    </div>
  );
}

export const cacheDesk: DrawnView = {
  name: 'cache-desk',
  kind: 'page',
  styles: ['cache-desk'],
  reads: { facts: ['memory', 'turns', 'choices', 'key', 'of'], maybe: ['waits'] },
  aspect: 0.16,
  narrowAspect: 0.7,
  Draw,
  describe: waitInWords,
  table(run) {
    return {
      columns: [
        'choice and character',
        'missing',
        'given up',
        'by',
        'needed again after',
        'clairvoyant gives up',
      ],
      rows: turnsOf(run).map(({ character, missing, givenUp, byLru, again, latest }, i) => [
        `${i + 1} ${seen(character)}`,
        letter(missing),
        letter(givenUp),
        byLru ? 'LRU' : 'you',
        again === null ? '–' : again,
        latest === null ? '–' : letter(latest),
      ]),
    };
  },
};

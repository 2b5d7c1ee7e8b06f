/** A cache of four slots in a reader’s hands: what comes of the choices, beside what rules find. */
import type { TableRun } from '../../../lab/types';
import type { Plain } from '../../../model/experiments/types';
import {
  byLru,
  foundBy,
  foundByDice,
  nextUse,
  type Played,
  played,
  type Stretch,
  usesBefore,
} from '../../../model/serving/stretch';
import { type Evenness, placeOf, routers, rows, stretchOf, textOf, variants } from './stretches';

/** Choices that a stretch can ask for: two a character. */
export const most = 48;
/** In the place of an expert's number: not chosen yet, and what LRU would give up. */
export const open = -1;
export const asLru = -2;
/** Choices for whatever stretch is drawn. */
export const anyStretch = 0;

/** Choices are of one stretch: this number goes before them. */
export const keyOf = (evenness: string, seed: number): number =>
  1 + placeOf(seed).number * 4 + Object.keys(variants).indexOf(evenness);

/** The first so many choices as LRU, for the stretch of this number. */
export const begun = (key: number, count: number): number[] => [
  key,
  ...Array.from({ length: most }, (_, i) => (i < count ? asLru : open)),
];

/** Those whose finds stand beside the reader's. */
export const rules = ['lru', 'dice', 'lfu', 'clairvoyant'] as const;
export type Rule = (typeof rules)[number];

const foundByRule = (stretch: Stretch, rule: Rule): number[] =>
  rule === 'dice' ? foundByDice(stretch) : foundBy(stretch, rule);

const sum = (numbers: readonly number[]) => numbers.reduce((all, x) => all + x, 0);

const whole = new Map<string, Record<Rule, number>[]>();

/** What each rule finds of each of a router’s stretches. */
function ofRouter(evenness: Evenness, router: number): Record<Rule, number>[] {
  const key = `${evenness} ${router}`;
  if (!whole.has(key))
    whole.set(
      key,
      rows.map((_, row) => {
        const stretch = stretchOf(evenness, router, row);
        const each = rules.map((rule) => [rule, sum(foundByRule(stretch, rule))]);
        return Object.fromEntries(each) as Record<Rule, number>;
      }),
    );
  return whole.get(key)!;
}

interface Asked {
  evenness: Evenness;
  seed: number;
  /** A stretch's number and `most` choices. */
  given: number[];
  /** Whether the reader may see what comes. */
  foresight: boolean;
}

export function tableOf({ evenness, seed, given, foresight }: Asked): TableRun {
  const { router, row } = placeOf(seed);
  const stretch = stretchOf(evenness, router, row);
  const key = keyOf(evenness, seed);
  const [of, ...choices] = given;
  const own = of === key || of === anyStretch ? choices : choices.map(() => open);
  const lru = byLru(stretch);
  let turn = 0;
  const game = played(stretch, (miss) => {
    const choice = own[turn++];
    if (choice === asLru) return lru(miss);
    return choice >= 0 ? choice : undefined;
  });
  const characters = textOf(row);
  const found = {
    you: game.found,
    ...Object.fromEntries(rules.map((rule) => [rule, foundByRule(stretch, rule)])),
  } as Record<Rule | 'you', number[]>;
  const read = game.found.length;
  const now = stretch.from + read;
  const asked = 2 * (stretch.calls.length - stretch.from);
  const ofRouters = routers.map((_, each) => ofRouter(evenness, each));
  return {
    facts: {
      experts: stretch.experts,
      key,
      router: routers[router],
      read,
      of: stretch.calls.length - stretch.from,
      choices: own,
      waits: waitsOf(game, characters, stretch),
      memory: memoryOf(game, stretch, now, foresight),
      turns: turnsOf(game, own, characters, stretch),
      tape: {
        layer: 2,
        from: stretch.from,
        length: stretch.calls.length,
        characters: characters.slice(0, foresight ? characters.length : game.tape.length),
        asked: game.tape.map((each) => each.asked),
        missing: game.tape.map((each) => each.missing),
        held: game.tape.map((each) => each.held),
        coming: foresight ? stretch.calls.slice(game.tape.length).map((call) => [...call]) : [],
      },
      // Shares, of this stretch as far as it is read and of each recorded router’s eight stretches.
      names: ['you', ...rules],
      here: (['you', ...rules] as const).map((name) =>
        read ? sum(found[name].slice(0, read)) / (2 * read) : null,
      ),
      recorded: rules.map((rule) =>
        ofRouters.map((stretches) => sum(stretches.map((each) => each[rule])) / (8 * asked)),
      ),
      // Of the router at hand: on how many of its stretches a count is three ahead of LRU.
      counted: ofRouter(evenness, router).filter(({ lfu, lru }) => lfu - lru >= 3).length,
    },
    // After each character: found so far.
    metrics: Object.fromEntries(
      Object.entries(found).map(([name, each]) => [
        name,
        Array.from({ length: read }, (_, i) => [sum(each.slice(0, i + 1))]),
      ]),
    ),
    probes: {},
  };
}

function waitsOf({ waits }: Played, characters: string[], { calls }: Stretch): Plain {
  if (!waits) return null;
  const { token, missing } = waits;
  return { character: characters[token], needed: [...calls[token]], missing };
}

/** By slot, what a reader may know of the expert in it. */
function memoryOf(game: Played, { calls }: Stretch, now: number, foresight: boolean): Plain {
  const free = game.waits?.free ?? [];
  return game.held.map((expert) => {
    const uses = usesBefore(calls, expert, now);
    const next = nextUse(calls, expert, now + 1);
    return {
      expert,
      free: free.includes(expert),
      needed: !!game.waits && calls[now].includes(expert),
      uses: uses.length,
      ago: uses.length ? now - uses.at(-1)! : null,
      // 0: not again on this stretch.
      next: foresight ? (next === undefined ? 0 : next - now) : null,
    };
  });
}

/** What was given up, and when it was needed again; what the clairvoyant would have given up. */
function turnsOf(game: Played, choices: number[], characters: string[], { calls }: Stretch): Plain {
  const distance = (expert: number, token: number) =>
    (nextUse(calls, expert, token + 1) ?? Number.POSITIVE_INFINITY) - token;
  return game.turns.map(({ token, missing, givenUp, free }, i) => {
    const again = distance(givenUp, token);
    const latest = free.reduce((a, b) => (distance(b, token) > distance(a, token) ? b : a));
    return {
      character: characters[token],
      missing,
      givenUp,
      byLru: choices[i] === asLru,
      // Only what has been read by now may be told.
      again: token + again < game.tape.length ? again : null,
      latest: game.waits ? null : latest,
    };
  });
}

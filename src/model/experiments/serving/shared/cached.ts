/** What a cache of experts would find on a trace: for each policy and room, and on a tape. */
import { uniforms } from '../../../../tensor/random';
import { type Policy, policies, type Replayed, replay } from '../../../serving/cache';
import { byDice, callsOf, guessedShare, sessionOf, type Trace } from '../../../serving/trace';
import { mean } from './mean';

/** Rows of a session, and its first tokens, which find the memory empty. */
const rows = 48;
const warmUp = 64;
/** Tokens on the tape, from where the memory is full. */
const onTape = { from: 640, count: 48 };

export interface CacheAsked {
  room: number;
  policy: Policy;
  /** 0: none; 1: in front of the layer's attention; 2: one block earlier. */
  ahead: number;
  /** Rows of a kind in a row. */
  stay: number;
}

/** One layer along the session: what it asks for, and what is guessed for it. */
interface Walk {
  calls: number[][];
  late: number[][];
  early: number[][];
}

export interface Tape {
  layer: number;
  characters: string[];
  /** Of each token: the experts asked for, those of them that were missing, and what was held. */
  asked: number[][];
  missing: number[][];
  held: number[][];
}

export type Cached = {
  rooms: number[];
  /** Found, by policy and room, with the guesses asked for. */
  hits: Record<Policy, number[]>;
  /** What the clairvoyant finds of dice in the router's place, at a quarter and a half of the experts. */
  dice: { quarter: number; half: number };
  /** As asked, and what the clairvoyant finds with as much room. */
  now: Replayed;
  best: number;
  /** At a quarter and a half of the experts, without guesses and, of LRU, with them. */
  quarter: AtRoom;
  half: AtRoom;
  /** Found with room for half of the experts by a reader who changes the kind with every row. */
  changing: Record<Policy, number>;
  guessed: { late: number; early: number };
  /** Share of a token's experts that the token before had, too. */
  again: number;
  tape: Tape;
};

type AtRoom = Record<Policy, Replayed> & { late: Replayed; early: Replayed };

const meanOf = (all: Replayed[]): Replayed => ({
  hit: mean(all.map(({ hit }) => hit)),
  loads: mean(all.map(({ loads }) => loads)),
  waits: mean(all.map(({ waits }) => waits)),
});

const known = new Map<string, Cached['dice']>();

/**
 * The same dice in every run. Whoever does not know the future finds of dice the share that fits,
 * whatever the policy; the clairvoyant finds more.
 */
function diceOf({ experts, topK }: Trace): Cached['dice'] {
  const key = `${experts} ${topK}`;
  const before = known.get(key);
  if (before) return before;
  const calls = byDice({ experts, topK }, 12_000, uniforms(2, 'dice'));
  const found = (room: number) =>
    replay(calls, { experts, room, policy: 'clairvoyant', warmUp }).hit;
  const dice = { quarter: found(experts / 4), half: found(experts / 2) };
  known.set(key, dice);
  return dice;
}

/** Replays a session of the trace: mean over its layers. */
export function cached(trace: Trace, { room, policy, ahead, stay }: CacheAsked): Cached {
  const { experts, topK, kinds, length, layers } = trace;
  const orderOf = (stay: number) => sessionOf(kinds, { stay, rows, next: uniforms(5, 'session') });
  const walksOf = (order: number[]) =>
    layers.map(
      ({ chosen, late, early }): Walk => ({
        calls: callsOf(trace, chosen, order),
        late: callsOf(trace, late, order),
        early: callsOf(trace, early, order),
      }),
    );
  const order = orderOf(stay);
  const walks = walksOf(order);
  const restless = walksOf(orderOf(1));
  const guesses = ({ late, early }: Walk, ahead: number) => [undefined, late, early][ahead];
  const through = (room: number, policy: Policy, ahead = 0, along = walks) =>
    meanOf(
      along.map((walk) =>
        replay(walk.calls, { experts, room, policy, warmUp, guesses: guesses(walk, ahead) }),
      ),
    );
  const rooms = Array.from({ length: experts / 2 }, (_, i) => 2 * (i + 1)).filter(
    (each) => each >= topK,
  );
  const at = (room: number): AtRoom => ({
    ...(Object.fromEntries(policies.map((each) => [each, through(room, each)])) as AtRoom),
    late: through(room, 'lru', 1),
    early: through(room, 'lru', 2),
  });
  return {
    rooms,
    hits: Object.fromEntries(
      policies.map((each) => [each, rooms.map((size) => through(size, each, ahead).hit)]),
    ) as Cached['hits'],
    dice: diceOf(trace),
    now: through(room, policy, ahead),
    best: through(room, 'clairvoyant').hit,
    quarter: at(experts / 4),
    half: at(experts / 2),
    changing: Object.fromEntries(
      policies.map((each) => [each, through(experts / 2, each, 0, restless).hit]),
    ) as Cached['changing'],
    guessed: { late: guessedShare(trace, 'late'), early: guessedShare(trace, 'early') },
    again: mean(walks.map(({ calls }) => againShare(calls, length))),
    tape: tapeOf(),
  };

  function tapeOf(): Tape {
    const layer = layers.length - 1;
    const walk = walks[layer];
    const { from, count } = onTape;
    const tape: Tape = { layer, characters: [], asked: [], missing: [], held: [] };
    replay(walk.calls.slice(0, from + count), {
      experts,
      room,
      policy,
      guesses: guesses(walk, ahead),
      onToken(token, held, missing) {
        if (token < from) return;
        const row = order[Math.floor(token / length)];
        tape.characters.push(trace.words[trace.tokens[row * length + (token % length)]] ?? '');
        tape.asked.push(walk.calls[token]);
        tape.missing.push([...missing]);
        tape.held.push([...held]);
      },
    });
    return tape;
  }
}

/** Within rows. */
function againShare(calls: number[][], length: number): number {
  let [same, all] = [0, 0];
  calls.forEach((call, token) => {
    if (token % length === 0) return;
    all += call.length;
    same += call.filter((expert) => calls[token - 1].includes(expert)).length;
  });
  return all ? same / all : 0;
}

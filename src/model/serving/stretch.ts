/**
 * A stretch of a trace, played: LRU reads its first tokens, and from then on somebody else says
 * which expert is given up. Everybody begins with the same memory, so that hits can be compared.
 */
import { type Policy, replay } from './cache';

export interface Stretch {
  experts: number;
  /** Experts that fit: at least as many as a token uses. */
  room: number;
  /** Of each token, the experts that it asks for. */
  calls: readonly (readonly number[])[];
  /** Tokens that LRU reads before. */
  from: number;
}

/** An expert that is missing, and what has to be decided for it. */
export interface Miss {
  token: number;
  missing: number;
  /** By slot: what is in memory when the choice is made. */
  held: number[];
  /** Those of them that the token does not need itself: one of these is given up. */
  free: number[];
}

export interface Played {
  /** Experts found, of each token that was read to its end. */
  found: number[];
  /** Each choice that was made, and what it gave up. */
  turns: (Miss & { givenUp: number })[];
  /** The miss that waits for a choice; none once the stretch is read. */
  waits?: Miss;
  /** By slot: what is in memory now. */
  held: number[];
  /** Of every token of the stretch that was begun, those before the play too: asked, missing, held. */
  tape: { asked: number[]; missing: number[]; held: number[] }[];
}

/** Says which expert goes; undefined where it has not been decided yet. */
export type Chooser = (miss: Miss) => number | undefined;

/** Plays until the chooser is silent. Throws a sentence where it gives up what it cannot. */
export function played(stretch: Stretch, choose: Chooser): Played {
  const { calls, from } = stretch;
  const tape = begun(stretch);
  const held = memoryAt(stretch);
  const done: Played = { found: [], turns: [], held, tape };
  for (let token = from; token < calls.length; token++) {
    const call = calls[token];
    const missing = call.filter((expert) => !held.includes(expert));
    tape.push({ asked: [...call], missing, held: [...held] });
    for (const expert of missing) {
      const free = held.filter((other) => !call.includes(other));
      const miss = { token, missing: expert, held: [...held], free };
      const givenUp = choose(miss);
      if (givenUp === undefined) return { ...done, waits: miss };
      if (!free.includes(givenUp))
        throw new Error(
          `At token ${token + 1} one of the experts ${free.join(', ')} can be given up; got ${givenUp}.`,
        );
      done.turns.push({ ...miss, givenUp });
      held[held.indexOf(givenUp)] = expert;
    }
    done.found.push(call.length - missing.length);
  }
  return done;
}

/** Whoever goes by when an expert was used last: what the reader is held against. */
export const byLru =
  ({ calls }: Stretch): Chooser =>
  ({ token, free }) =>
    least(free, (expert) => usesBefore(calls, expert, token).at(-1) ?? -1);

/** What a policy finds of each token that is played, from the memory that LRU left. */
export function foundBy({ calls, from, ...cache }: Stretch, policy: Policy): number[] {
  const found: number[] = [];
  replay(calls, {
    ...cache,
    policy,
    before: 'lru',
    warmUp: from,
    onToken: (token, _held, missing) => {
      if (token >= from) found.push(calls[token].length - missing.length);
    },
  });
  return found;
}

/**
 * What is found of each token in the mean by whoever throws dice over what may be given up: every
 * memory that can come about, with its probability.
 */
export function foundByDice(stretch: Stretch): number[] {
  const { calls, from } = stretch;
  let likely = new Map([[key(memoryAt(stretch)), 1]]);
  return calls.slice(from).map((call) => {
    let found = 0;
    for (const [memory, chance] of likely)
      found += chance * call.filter((expert) => memory & (1 << expert)).length;
    for (const expert of call) {
      const next = new Map<number, number>();
      for (const [memory, chance] of likely) {
        const after = afterFetching(memory, expert, call);
        for (const each of after) next.set(each, (next.get(each) ?? 0) + chance / after.length);
      }
      likely = next;
    }
    return found;
  });
}

/** Memories that may follow when an expert of the call is asked for, all equally likely. */
export function afterFetching(memory: number, expert: number, call: readonly number[]): number[] {
  if (memory & (1 << expert)) return [memory];
  const after: number[] = [];
  for (let other = 0; other < 31; other++)
    if (memory & (1 << other) && !call.includes(other))
      after.push((memory & ~(1 << other)) | (1 << expert));
  return after;
}

/** A memory as a number, a bit an expert. */
export const key = (held: readonly number[]): number =>
  held.reduce((bits, expert) => bits | (1 << expert), 0);

/** The tokens before this one that asked for an expert, ascending. */
export const usesBefore = (calls: Stretch['calls'], expert: number, token: number): number[] =>
  Array.from(calls.slice(0, token).keys()).filter((before) => calls[before].includes(expert));

/** The first token from this one on that asks for an expert; undefined where none does. */
export function nextUse(calls: Stretch['calls'], expert: number, from: number): number | undefined {
  const next = calls.findIndex((call, token) => token >= from && call.includes(expert));
  return next < 0 ? undefined : next;
}

/** What LRU has in memory when the play begins, by slot. Throws where there is room left. */
export function memoryAt({ calls, from, ...cache }: Stretch): number[] {
  let memory: number[] = [];
  // The token at which the play begins is asked for, too: what is held is told before it is fetched.
  replay(calls.slice(0, from + 1), {
    ...cache,
    policy: 'lru',
    onToken: (token, held) => {
      if (token === from) memory = [...held];
    },
  });
  if (memory.length < cache.room)
    throw new Error(
      `After ${from} tokens ${memory.length} experts are in memory and ${cache.room} fit: begin later.`,
    );
  return memory;
}

function begun({ calls, from, ...cache }: Stretch): Played['tape'] {
  const tape: Played['tape'] = [];
  replay(calls.slice(0, from), {
    ...cache,
    policy: 'lru',
    onToken: (token, held, missing) =>
      tape.push({ asked: [...calls[token]], missing: [...missing], held: [...held] }),
  });
  return tape;
}

const least = (experts: readonly number[], worth: (expert: number) => number): number =>
  experts.reduce((best, expert) => (worth(expert) < worth(best) ? expert : best));

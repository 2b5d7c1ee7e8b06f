/**
 * A cache of experts, replayed: a layer's experts lie on a slow disk, and so many of them at a time
 * fit into fast memory. Plain numbers: a router's choices, token after token, read back once, are
 * replayed as often as somebody asks.
 */

/** What to give up for room: the expert that is worth the least by one of these. */
export const policies = ['lru', 'lfu', 'fading', 'clairvoyant'] as const;
export type Policy = (typeof policies)[number];

/** What is known of an expert in memory. */
export interface Known {
  /** The token that used it last; −1 for none. */
  last: number;
  /** How many tokens used it. */
  uses: number;
  /** The same, each use counting less with every token since: as it was at the last use. */
  weight: number;
  /** The token that will use it next: only the clairvoyant looks at this. */
  next: number;
}

/** What a count of uses still counts after so many tokens: with 1 in place of 0.95 nothing fades. */
export function faded(count: number, tokens: number): number {
  return count * 0.95 ** tokens;
}

/** What an expert in memory is worth at token `now`: the one that is worth the least has to go. */
export function worth(policy: Policy, { last, uses, weight, next }: Known, now: number): number {
  // Least recently used.
  if (policy === 'lru') return last;
  // Least frequently used; of equals, the one that was used longer ago.
  if (policy === 'lfu') return uses + last / 1e9;
  if (policy === 'fading') return faded(weight, now - last);
  // Whose next use is farthest: no policy that keeps what it fetched misses less.
  return -next;
}

export interface CacheOptions {
  experts: number;
  /** Experts that fit: at least as many as a token uses. */
  room: number;
  policy: Policy;
  /** Of each token, the experts that are fetched before it is known which are needed. */
  guesses?: readonly (readonly number[])[];
  /** Tokens at the beginning that are not counted: the memory is empty then. */
  warmUp?: number;
  /** The policy of these; the same as later unless said. */
  before?: Policy;
  /** Told of each token: what was held when its experts were asked for, and which were missing. */
  onToken?(token: number, held: readonly number[], missing: readonly number[]): void;
}

export interface Replayed {
  /** Share of the experts asked for that were in memory. */
  hit: number;
  /** Experts fetched for a token, guessed or needed. */
  loads: number;
  /** Experts that a token waits for. */
  waits: number;
}

/**
 * Replays `calls`, the experts that each token asks for. What a token needs, or what is guessed for
 * it, is not given up for the rest of the same. Throws where a token's experts do not fit.
 */
export function replay(
  calls: readonly (readonly number[])[],
  { experts, room, policy, guesses, warmUp = 0, before = policy, onToken }: CacheOptions,
): Replayed {
  const most = Math.max(0, ...calls.map((call) => call.length));
  if (room < most)
    throw new Error(`A token asks for ${most} experts at once; there is room for ${room}.`);
  const known = Array.from(
    { length: experts },
    (): Known => ({ last: -1, uses: 0, weight: 0, next: Infinity }),
  );
  const nextUse = nextUses(calls, experts);
  const held: number[] = [];
  const isHeld = new Uint8Array(experts);
  let [asked, found, loads, waits] = [0, 0, 0, 0];

  const fetch = (expert: number, keep: readonly number[], now: number) => {
    if (isHeld[expert]) return;
    if (now >= warmUp) loads++;
    isHeld[expert] = 1;
    known[expert].next = nextUse(expert, now);
    if (held.length < room) {
      held.push(expert);
      return;
    }
    let least = Infinity;
    let place = -1;
    for (let i = 0; i < held.length; i++) {
      if (keep.includes(held[i])) continue;
      const own = worth(now < warmUp ? before : policy, known[held[i]], now);
      if (own < least || place < 0) [least, place] = [own, i];
    }
    isHeld[held[place]] = 0;
    held[place] = expert;
  };

  calls.forEach((call, now) => {
    const guess = guesses?.[now] ?? [];
    // The next use of what is in memory, as seen before this token: itself counts.
    for (const expert of held) known[expert].next = nextUse(expert, now);
    for (const expert of guess) fetch(expert, guess, now);
    const missing = call.filter((expert) => !isHeld[expert]);
    onToken?.(now, [...held], missing);
    if (now >= warmUp) {
      asked += call.length;
      found += call.length - missing.length;
      waits += missing.length;
    }
    for (const expert of call) fetch(expert, call, now);
    for (const expert of call) {
      const own = known[expert];
      own.weight = faded(own.weight, now - own.last) + 1;
      own.last = now;
      own.uses++;
    }
  });
  const tokens = Math.max(1, calls.length - warmUp);
  return { hit: asked ? found / asked : 0, loads: loads / tokens, waits: waits / tokens };
}

/** Of an expert and a token, in rising order of tokens: the first token from it on that uses it. */
function nextUses(calls: readonly (readonly number[])[], experts: number) {
  const uses = Array.from({ length: experts }, (): number[] => []);
  calls.forEach((call, token) => {
    for (const expert of call) uses[expert].push(token);
  });
  const at = new Int32Array(experts);
  return (expert: number, token: number): number => {
    const own = uses[expert];
    while (at[expert] < own.length && own[at[expert]] < token) at[expert]++;
    return own[at[expert]] ?? Infinity;
  };
}

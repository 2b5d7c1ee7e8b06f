/** A cache in a reader's hands: what is played, what it is held against, and on what. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeModel } from '../../../src/lab/inputs/safetensors';
import { tabulated } from '../../../src/lab/table';
import type { Plan, Run } from '../../../src/lab/types';
import lab from '../../../src/labs/serving/be-the-cache';
import {
  anyStretch,
  asLru,
  begun,
  keyOf,
  most,
  open,
} from '../../../src/labs/serving/shared/slots';
import {
  type Evenness,
  placeOf,
  rows,
  stretchOf,
  textOf,
  variants,
} from '../../../src/labs/serving/shared/stretches';
import { freshLines } from '../../../src/model/experiments/language-model/shared/corpus';
import {
  afterFetching,
  byLru,
  foundBy,
  foundByDice,
  key,
  memoryAt,
  played,
  type Stretch,
  usesBefore,
} from '../../../src/model/serving/stretch';
import { callsOf, fromModel } from '../../../src/model/serving/trace';
import { decode } from '../../../src/model/tasks/yard';
import { uniforms } from '../../../src/tensor/random';

const sum = (numbers: readonly number[]) => numbers.reduce((all, x) => all + x, 0);

/** The most that anybody could find: all choices, tried one after another. */
function mostOf(stretch: Stretch): number {
  let best = new Map([[key(memoryAt(stretch)), 0]]);
  for (const call of stretch.calls.slice(stretch.from)) {
    best = new Map(
      [...best].map(([memory, found]) => [
        memory,
        found + call.filter((expert) => memory & (1 << expert)).length,
      ]),
    );
    for (const expert of call) {
      const next = new Map<number, number>();
      for (const [memory, found] of best)
        for (const after of afterFetching(memory, expert, call))
          next.set(after, Math.max(found, next.get(after) ?? 0));
      best = next;
    }
  }
  return Math.max(...best.values());
}

const few = (['none', 'bias', 'batch', 'sequence'] as const).flatMap((evenness) =>
  [0, 3].map((row) => stretchOf(evenness, 1, row)),
);

describe('a stretch of a trace', () => {
  it('is played by LRU as a replay by LRU has it', () => {
    for (const stretch of few) {
      const game = played(stretch, byLru(stretch));
      expect(game.found).toEqual(foundBy(stretch, 'lru'));
      expect(game.waits).toBeUndefined();
      expect(game.tape).toHaveLength(stretch.calls.length);
    }
  });

  it('allows nobody to find more than the clairvoyant, whatever is tried', () => {
    for (const stretch of few) expect(sum(foundBy(stretch, 'clairvoyant'))).toBe(mostOf(stretch));
  });

  it('gives dice what many who throw them find in the mean', () => {
    const [stretch] = few;
    const next = uniforms(4, 'slots');
    const times = 3000;
    const thrown = Array.from({ length: times }, () =>
      sum(played(stretch, ({ free }) => free[Math.floor(next() * free.length)]).found),
    );
    expect(sum(foundByDice(stretch))).toBeCloseTo(sum(thrown) / times, 0);
    // The first character finds the memory that all begin with.
    expect(foundByDice(stretch)[0]).toBe(foundBy(stretch, 'lru')[0]);
  });

  it('waits at what is missing, and takes only what can be given up', () => {
    const stretch: Stretch = { experts: 6, room: 3, calls: [[0, 1], [2], [3, 0], [4]], from: 2 };
    const { waits, found, held } = played(stretch, () => undefined);
    expect(waits).toEqual({ token: 2, missing: 3, held: [0, 1, 2], free: [1, 2] });
    expect([found, held]).toEqual([[], [0, 1, 2]]);
    const once = [1];
    const after = played(stretch, () => once.pop());
    expect([after.found, after.held, after.waits!.missing]).toEqual([[1], [0, 3, 2], 4]);
    expect(() => played(stretch, () => 0)).toThrow(
      'At token 3 one of the experts 1, 2 can be given up; got 0.',
    );
    expect(() => memoryAt({ ...stretch, from: 0 })).toThrow(/0 experts are in memory and 3 fit/);
  });
});

describe('the recorded stretches', () => {
  it.each(Object.entries(variants))('%s: are what the recorded router chose', (evenness, file) => {
    const path = `public/models/cache/${file}.safetensors`;
    const trace = fromModel(decodeModel(readFileSync(join(import.meta.dirname, '../../..', path))));
    const { chosen } = trace.layers.at(-1)!;
    rows.forEach((row, i) => {
      // Otherwise: node scripts/stretches.mjs
      expect(stretchOf(evenness as Evenness, 0, i).calls).toEqual(callsOf(trace, chosen, [row]));
    });
  });

  it('are of the fresh lines', () => {
    const lines = freshLines().rows;
    rows.forEach((row, i) => {
      expect(textOf(i).join('')).toBe(decode(lines.slice(row * 65, row * 65 + 64)));
    });
  });

  it('are drawn by a seed, each once before one comes again', () => {
    const places = Array.from({ length: 40 }, (_, i) => placeOf(i + 1));
    expect(new Set(places.map(({ router, row }) => `${router} ${row}`)).size).toBe(40);
    expect(places[1].router).not.toBe(places[0].router);
    expect(places[1].row).not.toBe(places[0].row);
    expect(placeOf(41)).toEqual(places[0]);
    expect(placeOf(0)).toEqual(places[39]);
  });
});

/** A table of the lab, as a reader has it. */
function table(choices: number[], seed = 1, settings = {}): Run {
  const given = { choices: { shape: [choices.length], data: Float32Array.from(choices) } };
  const set = { evenness: 'bias', foresight: false, ...settings };
  return tabulated(lab, lab.plan as Plan & { kind: 'table' }, {
    settings: set,
    seed,
    inputs: given,
  });
}

/** What a reader hands in who keeps what was used most since the line began. */
function byCounting(seed: number, evenness: Evenness = 'bias'): number[] {
  const { router, row } = placeOf(seed);
  const stretch = stretchOf(evenness, router, row);
  const { turns } = played(stretch, ({ free, token }) => {
    const worth = (expert: number) => {
      const uses = usesBefore(stretch.calls, expert, token);
      return uses.length + uses.at(-1)! / 1e3;
    };
    return free.toSorted((a, b) => worth(a) - worth(b))[0];
  });
  const given = turns.map(({ givenUp }) => givenUp);
  const rest = Array.from({ length: most - given.length }, () => open);
  return [keyOf(evenness, seed), ...given, ...rest];
}

const reaches = (run: Run) => lab.goals![0].met(run, {}, lab.findings(run));

describe('the lab', () => {
  it('is won by counting uses on more than half of the stretches, and hardly by dice', () => {
    const next = uniforms(6, 'choices');
    let [counting, dice] = [0, 0];
    for (let seed = 1; seed <= 40; seed++) {
      if (reaches(table(byCounting(seed), seed))) counting++;
      const { router, row } = placeOf(seed);
      const { turns } = played(
        stretchOf('bias', router, row),
        ({ free }) => free[Math.floor(next() * free.length)],
      );
      const given = turns.map(({ givenUp }) => givenUp);
      const rest = Array.from({ length: most - given.length }, () => open);
      if (reaches(table([keyOf('bias', seed), ...given, ...rest], seed))) dice++;
    }
    expect(counting).toBeGreaterThan(20);
    expect(dice).toBeLessThan(counting / 4);
  });

  it('is not won by LRU, by what is seen ahead, or elsewhere', () => {
    const seed = Array.from({ length: 40 }, (_, i) => i + 1).find((each) =>
      reaches(table(byCounting(each), each)),
    )!;
    const won = byCounting(seed);
    expect(reaches(table(begun(anyStretch, most), seed))).toBe(false);
    expect(reaches(table(won, seed, { foresight: true }))).toBe(false);
    expect(reaches(table(won.with(won.indexOf(open) - 1, open), seed))).toBe(false);
    const other = byCounting(seed, 'none');
    expect(reaches(table(other, seed, { evenness: 'none' }))).toBe(false);
  });

  it('takes no choices that were made on another stretch', () => {
    const own = begun(keyOf('bias', 1), 5);
    expect(table(own).facts!.turns).toHaveLength(5);
    for (const run of [table(own, 2), table(own, 1, { evenness: 'none' })]) {
      expect(run.facts!.turns).toHaveLength(0);
      expect(lab.findings(run).you).toBeLessThanOrEqual(2 * lab.findings(run).read);
    }
    expect(table(begun(anyStretch, 5), 2).facts!.turns).toHaveLength(5);
  });

  it('hides what comes until it is asked for', () => {
    const choices = begun(keyOf('bias', 1), 5);
    const [hidden, shown] = [table(choices), table(choices, 1, { foresight: true })];
    const of = ({ facts }: Run) =>
      facts as unknown as {
        tape: { characters: string[]; asked: number[][]; coming: number[][] };
        memory: { next: number | null }[];
      };
    expect(of(hidden).tape.coming).toEqual([]);
    expect(of(hidden).tape.characters).toHaveLength(of(hidden).tape.asked.length);
    expect(of(hidden).memory.every(({ next }) => next === null)).toBe(true);
    expect(of(shown).tape.characters).toHaveLength(64);
    expect(of(shown).tape.asked.length + of(shown).tape.coming.length).toBe(64);
    expect(of(shown).memory.every(({ next }) => next !== null)).toBe(true);
  });

  it('says whose choices they are', () => {
    const title = (run: Run) => lab.title(run, lab.findings(run));
    expect(title(table(begun(anyStretch, 0)))).toMatch(/which one goes\?$/);
    expect(title(table(begun(anyStretch, 9)))).toMatch(/played by LRU: /);
    expect(title(table(begun(anyStretch, most)))).toMatch(/^Played by LRU: /);
    expect(title(table(byCounting(1)))).toMatch(/^You found \d+ of 48 /);
    const two = table(byCounting(1).map((choice, i) => (i > 6 ? open : choice)));
    expect(title(two)).toMatch(/^(After|Four)/);
    expect(begun(anyStretch, 1).slice(0, 3)).toEqual([anyStretch, asLru, open]);
  });

  it('refuses choices that are none', () => {
    expect(() => table([1, 2])).toThrow('The choices are 49 whole numbers');
    expect(() => table(begun(keyOf('bias', 1), 0).with(1, 0.5))).toThrow(/whole numbers/);
  });
});

/** Station 15: caches, batches and queues by hand, and a router's trace on its way to them. */
import { describe, expect, it } from 'vitest';
import {
  readTogether,
  textsForArithmetic,
  tokensPerSecond,
  weightsOf,
} from '../../../src/model/accounting/reading';
import { released } from '../../../src/model/accounting/released';
import { corpusOf } from '../../../src/model/experiments/language-model/shared/corpus';
import served from '../../../src/model/experiments/serving/served';
import { cached } from '../../../src/model/experiments/serving/shared/cached';
import { traceOf } from '../../../src/model/experiments/serving/shared/tracing';
import tracing from '../../../src/model/experiments/serving/trace';
import type { Plain, SimulatingExperiment } from '../../../src/model/experiments/types';
import { configOf, house } from '../../../src/model/networks/decoder';
import * as transformer from '../../../src/model/networks/transformer';
import { policies, replay, worth } from '../../../src/model/serving/cache';
import { busiest, homesInOrder, queues, withSpares } from '../../../src/model/serving/queues';
import { expectedTouched, touchedBy } from '../../../src/model/serving/touched';
import {
  byDice,
  callsOf,
  fromModel,
  guessedShare,
  sessionOf,
  type Trace,
  toModel,
} from '../../../src/model/serving/trace';
import { uniforms } from '../../../src/tensor/random';
import * as tf from '../../../src/tensor/tf';
import { useBackend } from '../backend';
import { train } from '../training';

useBackend({ inNode: 'wasm' });

const one = (...experts: number[]) => experts.map((expert) => [expert]);

describe('a cache of experts, counted by hand', () => {
  // Room for two: 0 and 1 are fetched, 0 is found, 2 needs room, then 1, 0, 0, 2.
  const calls = one(0, 1, 0, 2, 1, 0, 0, 2);
  const found = (policy: (typeof policies)[number]) =>
    Math.round(replay(calls, { experts: 3, room: 2, policy }).hit * calls.length);

  it('gives up what was unused for longest', () => {
    // 0m 1m 0h 2m(−1) 1m(−0) 0m(−2) 0h 2m(−1)
    expect(found('lru')).toBe(2);
  });

  it('gives up what was used least often, of equals what was used longer ago', () => {
    // 0m 1m 0h 2m(−1) 1m(−2) 0h 0h 2m(−1)
    expect(found('lfu')).toBe(3);
  });

  it('gives up what a fading count says', () => {
    expect(found('fading')).toBe(3);
    // Seven uses of old weigh more than two of now; faded by a hundred tokens they do not.
    const known = { uses: 7, weight: 7, last: 0, next: 0 };
    const young = { uses: 2, weight: 2, last: 100, next: 0 };
    expect(worth('lfu', known, 101)).toBeGreaterThan(worth('lfu', young, 101));
    expect(worth('fading', known, 101)).toBeLessThan(worth('fading', young, 101));
  });

  it('gives up what is needed latest, if it knows', () => {
    // 0m 1m 0h 2m(−0: next at 5; 1 at 4) 1h 0m(−1: never again) 0h 2h
    expect(found('clairvoyant')).toBe(4);
  });

  it('never finds more than the clairvoyant, whatever is asked', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const next = uniforms(seed, 'calls');
      const topK = 1 + (seed % 3);
      const random = byDice({ experts: 7, topK }, 150, next);
      for (const room of [topK, 4, 6]) {
        const hit = (policy: (typeof policies)[number]) =>
          replay(random, { experts: 7, room, policy }).hit;
        for (const policy of policies)
          expect(hit(policy), `${policy}, room ${room}`).toBeLessThanOrEqual(hit('clairvoyant'));
      }
    }
  });

  it('is the best there is: no choice of victims finds more', () => {
    const next = uniforms(4, 'few');
    const few = byDice({ experts: 4, topK: 1 }, 11, next);
    /** Every choice of whom to give up, tried. */
    const most = (token: number, held: number[]): number => {
      if (token === few.length) return 0;
      const [expert] = few[token];
      if (held.includes(expert)) return 1 + most(token + 1, held);
      if (held.length < 2) return most(token + 1, [...held, expert]);
      return Math.max(
        ...held.map((victim) =>
          most(token + 1, [...held.filter((other) => other !== victim), expert]),
        ),
      );
    };
    const { hit } = replay(few, { experts: 4, room: 2, policy: 'clairvoyant' });
    expect(Math.round(hit * few.length)).toBe(most(0, []));
  });

  it('finds of dice the share that fits, if it does not know the future', () => {
    const dice = byDice({ experts: 16, topK: 2 }, 6000, uniforms(8, 'dice'));
    for (const policy of ['lru', 'lfu', 'fading'] as const)
      expect(replay(dice, { experts: 16, room: 4, policy }).hit).toBeCloseTo(0.25, 1);
    expect(replay(dice, { experts: 16, room: 4, policy: 'clairvoyant' }).hit).toBeGreaterThan(0.4);
  });

  it('finds everything where all fit, and keeps together what is needed together', () => {
    const pairs = [
      [0, 1],
      [2, 3],
      [0, 1],
    ];
    const tape: number[][] = [];
    const options = { experts: 4, policy: 'lru' } as const;
    expect(replay(pairs, { ...options, room: 4, warmUp: 2 }).hit).toBe(1);
    replay(pairs, { ...options, room: 2, onToken: (_token, held) => tape.push([...held].sort()) });
    expect(tape).toEqual([[], [0, 1], [2, 3]]);
    expect(() => replay(pairs, { ...options, room: 1 })).toThrow(/asks for 2 experts/);
  });

  it('waits less with right guesses and reads more with wrong ones', () => {
    const options = { experts: 3, room: 2, policy: 'lru' } as const;
    const alone = replay(calls, options);
    const right = replay(calls, { ...options, guesses: calls });
    expect([right.hit, right.waits]).toEqual([1, 0]);
    expect(right.loads).toBe(alone.loads);
    const wrong = replay(calls, {
      ...options,
      guesses: calls.map(([expert]) => [(expert + 1) % 3]),
    });
    expect(wrong.loads).toBeGreaterThan(alone.loads);
  });
});

describe('experts in use', () => {
  it('are as many as every way of choosing gives in the mean', () => {
    const pairs = [0, 1, 2, 3].flatMap((a) => [0, 1, 2, 3].filter((b) => b > a).map((b) => [a, b]));
    const sums = pairs.flatMap((first) =>
      pairs.flatMap((second) => pairs.map((third) => touchedBy([first, second, third]))),
    );
    const mean = sums.reduce((sum, touched) => sum + touched, 0) / sums.length;
    expect(mean).toBeCloseTo(expectedTouched(4, 2, 3), 12);
  });
});

describe('queues in front of devices', () => {
  it('hold what their experts compute, and the longest decides', () => {
    const homes = homesInOrder(4, 2);
    expect(homes).toEqual([[0], [0], [1], [1]]);
    const work = queues(
      [
        [0, 1],
        [0, 2],
        [0, 3],
      ],
      homes,
      2,
    );
    expect(work).toEqual([
      [3, 1, 0, 0],
      [0, 0, 1, 1],
    ]);
    expect(busiest(work)).toBeCloseTo(4 / 3, 12);
    expect(busiest([[0], [0]])).toBe(1);
  });

  it('shrink by a copy of the busiest expert, which stands where little is', () => {
    const homes = withSpares(homesInOrder(4, 2), [6, 1, 1, 1], 1);
    expect(homes).toEqual([[0, 1], [0], [1], [1]]);
    const calls = [[0], [0], [0], [0], [1], [2]];
    expect(busiest(queues(calls, homes, 2))).toBeLessThan(
      busiest(queues(calls, homesInOrder(4, 2), 2)),
    );
    // No device holds an expert twice, and there are only so many devices.
    expect(withSpares(homesInOrder(2, 2), [1, 1], 9)).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });
});

describe('weights that are read', () => {
  const of = (name: string) =>
    weightsOf(released.find((model) => model.name === name)!.architecture);
  const machine = { memory: 3.35e12, arithmetic: 1979e12 };

  it('are those of scripts that counted them by themselves', () => {
    const v3 = of('deepseek-v3');
    expect([v3.calls, v3.experts, v3.topK]).toEqual([464, 256, 8]);
    expect((v3.fixed + v3.chosen) / 1e9).toBeCloseTo(36.63, 1);
    expect(v3.expert / 1e6).toBeCloseTo(44.04, 2);
    expect(readTogether(v3, 32) / 1e9).toBeCloseTo(433, 0);
    expect(readTogether(v3, 1)).toBeCloseTo(v3.fixed + v3.chosen, 0);
    expect(of('mixtral-8x7b').calls).toBe(64);
  });

  it('bound the speed until arithmetic does', () => {
    const v3 = of('deepseek-v3');
    const active = v3.fixed + v3.chosen;
    const all = (users: number) => tokensPerSecond(readTogether(v3, users), active, users, machine);
    expect(all(16) / all(1)).toBeCloseTo(2.1, 1);
    const dense = (users: number) => tokensPerSecond(active, active, users, machine);
    expect(dense(16) / dense(1)).toBeCloseTo(16, 6);
    const limit = textsForArithmetic(v3.all, active, machine);
    expect(limit).toBeCloseTo(5403, -2);
    expect(all(2 * limit)).toBeCloseTo(all(4 * limit), 3);
  });

  it('are asked of mixtures only', () => {
    const { architecture } = released[0];
    const dense = { ...architecture, layers: architecture.layers.slice(0, 0) };
    expect(() => weightsOf(dense)).toThrow(/has no experts/);
  });
});

/** Two kinds of rows: one asks for experts 0 and 1 in turn with 2, the other for 4 and 5. */
const small = (): Trace => {
  const kinds = [0, 0, 0, 0, 1, 1, 1, 1];
  const length = 8;
  const chosen = kinds.flatMap((kind) =>
    Array.from({ length }, (_, i) => (kind ? [4, 5 + (i % 3)] : [0, 1 + (i % 3)])).flat(),
  );
  const layer = { chosen, late: chosen, early: chosen.map((expert) => (expert + 1) % 8) };
  const tokens = chosen.filter((_, i) => i % 2 === 0);
  return { experts: 8, topK: 2, length, kinds, tokens, words: [...'abcdefgh'], layers: [layer] };
};

describe('a trace', () => {
  it('is walked row by row, and guessed rightly or not', () => {
    const trace = small();
    expect(callsOf(trace, trace.layers[0].chosen, [4]).slice(0, 2)).toEqual([
      [4, 5],
      [4, 6],
    ]);
    expect(guessedShare(trace, 'late')).toBe(1);
    expect(guessedShare(trace, 'early')).toBeLessThan(0.7);
  });

  it('is a session that stays with a kind as long as is asked', () => {
    const { kinds } = small();
    const of = (stay: number) =>
      sessionOf(kinds, { stay, rows: 12, next: uniforms(1, 'session') }).map((row) => kinds[row]);
    expect(of(4).join('')).toMatch(/^(0000|1111)(0000|1111)(0000|1111)$/);
    expect(of(4)[0]).not.toBe(of(4)[4]);
    expect(of(1).every((kind, i, all) => i === 0 || kind !== all[i - 1])).toBe(true);
  });

  it('travels as a model, and nothing else does in its place', () => {
    const trace = small();
    const { experts, topK, length, kinds, layers } = trace;
    const choices = { experts, topK, length, kinds, layers: [{ chosen: layers[0].chosen }] };
    expect(fromModel(toModel(trace))).toEqual(choices);
    expect(() => fromModel({ form: 'decoder', about: {}, weights: {} })).toThrow(
      /is a decoder; a trace/,
    );
  });

  it('is replayed for each policy and room, with guesses and without', () => {
    const asked = { room: 4, policy: 'lru', ahead: 0, stay: 4 } as const;
    const found = cached(small(), asked);
    expect(found.rooms).toEqual([2, 4, 6, 8]);
    for (const policy of policies) {
      const hits = found.hits[policy];
      hits.forEach((hit, i) => {
        expect(hit).toBeLessThanOrEqual(found.hits.clairvoyant[i] + 1e-9);
      });
      expect(hits.at(-1)).toBe(1);
    }
    expect(found.now.hit).toBe(found.hits.lru[1]);
    expect(cached(small(), { ...asked, ahead: 1 }).now.waits).toBe(0);
    expect(found.tape.asked).toHaveLength(0);
  });
});

describe('many at once', () => {
  const simulation: SimulatingExperiment = served;
  const settings = { kindsAsked: 2, users: 16, devices: 8, spares: 0 };
  const open = (trace: Trace) =>
    simulation.simulate(settings, 1, { model: { model: toModel(trace) } });
  const ask = async (trace: Trace, act: string, asked: { [name: string]: Plain } = {}) =>
    (await open(trace).acts![act](asked)) as Record<string, number> & {
      users: number[];
      inRow: number[];
    };

  it('use fewer experts where all write alike', async () => {
    const mixed = await ask(small(), 'touched', { kinds: 2 });
    const alike = await ask(small(), 'touched', { kinds: 1 });
    expect(mixed.users[0]).toBe(2);
    expect(mixed.users[6]).toBeCloseTo(8, 6);
    expect(alike.users[6]).toBeCloseTo(4, 6);
    expect(mixed.inRow).toEqual(alike.inRow);
  });

  it('keep the busiest device busier where all write alike, and copies help', async () => {
    const busy = async (kinds: number, spares: number) =>
      (await ask(small(), 'served', { kinds, users: 64, spares })).busiest;
    expect(await busy(1, 0)).toBeGreaterThan(await busy(2, 0));
    expect(await busy(1, 16)).toBeLessThan(await busy(1, 0));
  });

  it('wait longer the more devices there are, each of its experts alone at last', async () => {
    const served = async (devices: number) =>
      (await open(small()).acts!.served({ kinds: 1, users: 64, devices })) as {
        busiest: number;
        dice: number;
        queues: number[][];
        homes: number[][];
      };
    const [two, four, eight] = [await served(2), await served(4), await served(8)];
    expect([two, four, eight].map(({ queues }) => queues.length)).toEqual([2, 4, 8]);
    expect(two.busiest).toBeLessThan(four.busiest);
    expect(four.busiest).toBeLessThan(eight.busiest);
    expect(two.dice).toBeLessThan(eight.dice);
    expect(eight.homes).toEqual(Array.from({ length: 8 }, (_, expert) => [expert]));
    const steps = [2, 8].map((devices) => open(small()).step({ ...settings, devices }).busiest);
    expect(steps[0]).toBeLessThan(Number(steps[1]));
  });

  it('are as dice say where nothing is handed in', async () => {
    const dice = simulation.simulate(settings, 1, {});
    const { users } = (await dice.acts!.touched({ kinds: 6 })) as { users: number[] };
    expect(users[3]).toBeCloseTo(expectedTouched(16, 2, 8), 0);
    const step = dice.step({ ...settings, users: 1 });
    expect(step.touched).toBe(2);
  });
});

describe('a decoder that is traced', () => {
  const few = {
    corpus: 'yard',
    sparse: 'but-first',
    experts: 6,
    topK: 2,
    expertHidden: 4,
    denseHidden: 8,
    balanceStrength: 0.3,
    rateSteps: 0,
    learningRate: 0.01,
  };

  it('is told its own choices, and guesses that come from earlier in the stream', async () => {
    const corpus = corpusOf({ corpus: 'yard', wagons: 768 });
    const rows = corpus.fresh.rows.slice(0, 4 * 65);
    const small = { ...corpus, fresh: { rows, groups: corpus.fresh.groups.slice(0, 4) } };
    const shape = { ...house, words: corpus.words, seed: 1, experts: 6, expertHidden: 4 };
    const config = configOf(shape);
    const params = transformer.init(config, 1);
    const biases = Array.from({ length: config.layers }, () => undefined);
    const before = tf.memory().numTensors;
    const trace = await traceOf({ shape, config, params, biases }, small);
    expect(tf.memory().numTensors).toBe(before);
    expect(trace.layers).toHaveLength(3);
    expect(trace.layers[0].chosen).toHaveLength(4 * 64 * 2);
    // Later in the stream there is more to know of what comes.
    expect(guessedShare(trace, 'late')).toBeGreaterThan(guessedShare(trace, 'early'));
    expect(guessedShare(trace, 'late')).toBeLessThan(1);
    tf.dispose(params);
  });

  it('is kept even by what it is told to be kept even by', async () => {
    const last = async (evenness: string) =>
      (await train(tracing, { ...few, evenness }, 1, 2)).at(-1)!.loss[0];
    const [none, bias, batch, sequence] = [
      await last('none'),
      await last('bias'),
      await last('batch'),
      await last('sequence'),
    ];
    expect(new Set([none, bias, batch, sequence]).size).toBe(4);
  });
});

/** Station 10: who chooses, by what, what it costs, and the routes that come of it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { equalAtWork, equalInAll } from '../../../src/labs/language-model/dense-or-mixture';
import decoder from '../../../src/model/experiments/language-model/decoder';
import routes from '../../../src/model/experiments/language-model/routes';
import { chooserOf } from '../../../src/model/experiments/language-model/shared/choosers';
import { corpusOf, length } from '../../../src/model/experiments/language-model/shared/corpus';
import whoChooses from '../../../src/model/experiments/language-model/who-chooses';
import type { Inputs, Settings, TrainingExperiment } from '../../../src/model/experiments/types';
import { binomial, byDice } from '../../../src/model/routes';
import type { Routing } from '../../../src/model/types';
import * as tf from '../../../src/tensor/tf';
import { expectNoLeaks, useBackend } from '../backend';
import { defaults } from '../training';

useBackend({ inNode: 'wasm' });

const small: Settings = {
  ...defaults,
  corpus: 'yard',
  experts: 16,
  topK: 3,
  expertHidden: 8,
  sharedExperts: 0,
  denseHidden: 24,
  rateSteps: 0,
  learningRate: 0.014,
  router: 'sigmoid-normalised',
  balancer: 'bias',
};

/** What the session says of itself. */
function factsOf(settings: Settings): Record<string, number> {
  const session = decoder.start({ ...small, ...settings }, 1, {});
  session.dispose?.();
  tf.dispose(session.state);
  return session.facts as Record<string, number>;
}

describe('equal what', () => {
  let mixture: ReturnType<typeof factsOf>;
  beforeAll(() => {
    mixture = factsOf({});
  });

  it('is exact: the small dense model at work, the large one in all', () => {
    for (const experts of [4, 16, 32]) {
      const { parameters, active } = factsOf({ experts });
      const dense = (denseHidden: number) => factsOf({ sparse: 'none', denseHidden }).active;
      expect(dense(equalAtWork(experts))).toBe(active);
      expect(dense(equalInAll(experts))).toBe(parameters);
    }
    expect([mixture.active, mixture.parameters]).toEqual([33_632, 63_584]);
  });

  it('is the same arithmetic where the numbers at work are the same', () => {
    const { flopsPerStep } = factsOf({ sparse: 'none', denseHidden: equalAtWork(16) });
    expect(flopsPerStep).toBe(mixture.flopsPerStep);
    expect(factsOf({ router: 'hash' }).active).toBe(mixture.active - 3 * 32 * 16);
  });
});

describe('who chooses', () => {
  const rows = () =>
    tf.tensor2d(
      Array.from({ length: 130 }, (_, i) => (i * 7) % 11),
      [2, 65],
      'int32',
    );

  /** What a chooser gives for two rows of characters, with inputs that differ from place to place. */
  async function choices(name: string): Promise<number[][]> {
    const mask = tf.tidy(() => maskOf(name));
    const found = (await mask.array()) as number[][];
    mask.dispose();
    return found;
  }

  function maskOf(name: string): tf.Tensor {
    const chooser = chooserOf(name, 48);
    const tokens = tf.reshape(tf.slice(rows(), [0, 0], [2, length]), [2 * length]) as tf.Tensor1D;
    const params = chooser.router.init(32, 16, 1);
    const routing = chooser.router.route({
      x: tf.randomNormal([2 * length, 32], { seed: 5, counter: tf.scalar(0, 'int32') }, 'x'),
      params,
      topK: 3,
      experts: 16,
      tokenIds: chooser.identities ? chooser.identities(rows()) : tokens,
      random: { seed: 1, counter: tf.scalar(0, 'int32') },
    }) as Routing;
    return routing.mask;
  }

  const characters = Array.from({ length: 2 }, (_, row) =>
    Array.from({ length }, (_, place) => ((row * 65 + place) * 7) % 11),
  ).flat();
  const places = characters.map((_, token) => token % length);
  const before = characters.map((_, token) => (token % length ? characters[token - 1] : 48));

  /** Whether tokens that are equal by this have the same experts, everywhere. */
  const follows = (masks: number[][], by: number[]) => {
    const sets = new Map<number, string>();
    return masks.every((mask, token) => {
      const known = sets.get(by[token]);
      sets.set(by[token], mask.join());
      return known === undefined || known === mask.join();
    });
  };

  it.each([
    ['table', characters],
    ['learned-table', characters],
    ['before', before],
    ['place', places],
  ])('%s looks at that and at nothing else', async (name, by) => {
    const masks = await choices(name);
    expect(follows(masks, by)).toBe(true);
    for (const other of [characters, before, places])
      if (other !== by) expect(follows(masks, other)).toBe(false);
  });

  it.each(['router', 'frozen', 'anew'])('%s looks at none of them', async (name) => {
    const masks = await choices(name);
    for (const by of [characters, before, places]) expect(follows(masks, by)).toBe(false);
  });

  /** How far the weights of a name moved in two steps. */
  async function moved(choiceBy: string, name: string): Promise<number> {
    const all: Settings = { ...small, choiceBy };
    const settings = Object.fromEntries(whoChooses.reads.map((key) => [key, all[key]]));
    const session = (whoChooses as TrainingExperiment).start(settings, 1, {});
    const live = Object.fromEntries(
      session.live.map((key) => [key, tf.scalar(Number(settings[key]))]),
    );
    const start = await session.state[name].data();
    let { state } = session;
    for (let step = 0; step < 2; step++) {
      const random = { seed: 1, counter: tf.scalar(step, 'int32') };
      const next = tf.tidy(() => session.step({ state, live, inputs: {}, random }));
      tf.dispose([state, next.metrics]);
      state = next.state;
    }
    const end = await state[name].data();
    session.dispose?.();
    tf.dispose([state, live]);
    return Math.max(...end.map((x, i) => Math.abs(x - start[i])));
  }

  it('a router that stays as drawn does, and its experts learn', async () => {
    expect(await moved('frozen', 'layers.1.moe.router.weight')).toBe(0);
    expect(await moved('frozen', 'layers.1.moe.experts.w1')).toBeGreaterThan(0);
    expect(await moved('router', 'layers.1.moe.router.weight')).toBeGreaterThan(0);
    expect(await moved('learned-table', 'layers.1.moe.router.weight')).toBeGreaterThan(0);
  });
});

describe('what it reads', () => {
  const yard = { corpus: 'yard', wagons: 64 };

  it('is the reader’s text where there is one', () => {
    const text = 'ab\n'.repeat(900);
    const corpus = corpusOf(yard, { text: { text } });
    expect(corpus.words).toEqual(['\n', 'a', 'b']);
    expect(corpus.prompt).toEqual([0]);
    expect(corpusOf(yard).groups).toHaveLength(6);
  });

  it('is refused in words where it is too short', () => {
    expect(() => corpusOf(yard, { text: { text: 'short' } })).toThrow(
      'learns nothing from 5 characters; paste at least 2000',
    );
  });
});

describe('routes', () => {
  it('are counted as mathematics has them', () => {
    expect(binomial(8, 2) ** 3).toBe(21_952);
    expect(binomial(256, 8)).toBe(409_663_695_276_000);
    expect(byDice(21_952, 6144)).toBeCloseTo(5359, 0);
    expect(byDice(4, 1)).toBeCloseTo(1, 12);
    // So many possible ones that no two draws meet.
    expect(byDice(1e20, 1000)).toBeCloseTo(1000, 6);
  });

  it('are counted row by row, each new one once', async () => {
    const session = (routes as TrainingExperiment).start({}, 3, {});
    let { state } = session;
    const told: number[] = [];
    for (let step = 0; step < 3; step++) {
      const random = { seed: 3, counter: tf.scalar(step, 'int32') };
      const next = tf.tidy(() => session.step({ state, live: {}, inputs: {}, random }));
      tf.dispose(state);
      state = next.state;
      told.push((await next.metrics.routes.data())[0]);
      tf.dispose(next.metrics);
    }
    const read = (await state.read.array()) as number[][];
    const seen = [1, 2, 3].map(
      (rows) => new Set(read.slice(0, rows * length).map((row) => row.join())).size,
    );
    expect(told).toEqual(seen);
    expect(seen[2]).toBeGreaterThan(seen[0]);
    expect(read[3 * length]).toEqual([-1, -1, -1]);
    session.dispose?.();
    tf.dispose(state);
  });

  it('of a dense model are refused, and of one that reads another text', async () => {
    const modelOf = async (settings: Settings, text?: string) => {
      const inputs: Inputs = text === undefined ? {} : { text: { text } };
      const session = (decoder as TrainingExperiment).start({ ...small, ...settings }, 1, inputs);
      const model = await session.model!({
        state: session.state,
        live: {},
        inputs: {},
        random: { seed: 1, counter: tf.scalar(0, 'int32') },
      });
      session.dispose?.();
      tf.dispose(session.state);
      return { model: { model } };
    };
    const start = (inputs: Awaited<ReturnType<typeof modelOf>>) =>
      (routes as TrainingExperiment).start({}, 1, inputs);
    const dense = await modelOf({ sparse: 'none' });
    const other = await modelOf({}, 'ab\n'.repeat(900));
    await expectNoLeaks(async () => {
      expect(() => start(dense)).toThrow('This model is dense: there is only one way through it.');
      expect(() => start(other)).toThrow('reads another text than the yard’s lines');
    });
  });
});

describe('what a decoder is asked', () => {
  it('says whom a table sends where: the character tells everything', async () => {
    const session = (decoder as TrainingExperiment).start({ ...small, router: 'hash' }, 1, {});
    const now = {
      state: session.state,
      live: {},
      inputs: {},
      random: { seed: 1, counter: tf.scalar(0, 'int32') },
    };
    const { foretold, percent, words } = (await session.acts!.characters(now, {})) as {
      foretold: number[];
      percent: number[][][];
      words: string[];
    };
    expect(foretold).toEqual([1, 1, 1]);
    expect(percent[0][words.indexOf('e')]).toEqual([100, 100, 100]);
    const { seen, characters } = (await session.acts!.routes(now, {})) as Record<string, number>;
    // As many routes as characters of the alphabet, at most.
    expect(seen).toBeLessThanOrEqual(words.length);
    expect(characters).toBe(6144);
    session.dispose?.();
    tf.dispose([session.state, now.random.counter]);
  });
});

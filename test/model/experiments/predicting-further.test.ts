/** Station 14: what foretells, what drafts are worth, and rules that keep or bend a distribution. */
import { describe, expect, it } from 'vitest';
import {
  begun,
  p as deskP,
  q as deskQ,
  judgedBy,
  most,
} from '../../../src/labs/predicting-further/shared/desk';
import { speculativeModels } from '../../../src/model/decoding/language-model';
import { draw } from '../../../src/model/decoding/sampling';
import { generate, type Judgement } from '../../../src/model/decoding/speculative';
import foreteller from '../../../src/model/experiments/predicting-further/foreteller';
import sameExperiment from '../../../src/model/experiments/predicting-further/same';
import { contextsOf } from '../../../src/model/experiments/predicting-further/shared/acts';
import {
  configOf,
  foretell,
  init,
  judged,
} from '../../../src/model/experiments/predicting-further/shared/foreteller';
import {
  chanceVariation,
  rules,
  totalVariation,
} from '../../../src/model/experiments/predicting-further/shared/rules';
import {
  countPasses,
  tapeOf,
} from '../../../src/model/experiments/predicting-further/shared/writing';
import type { SimulatingExperiment } from '../../../src/model/experiments/types';
import { seenAndGradients } from '../../../src/model/gradients';
import * as multiToken from '../../../src/model/networks/multi-token';
import { uniforms } from '../../../src/tensor/random';
import * as tf from '../../../src/tensor/tf';
import { expectNoLeaks, useBackend } from '../backend';
import { defaults } from '../training';

useBackend({ inNode: 'wasm' });

const same: SimulatingExperiment = sameExperiment;

const words = 5;
const config = { ...configOf(words, 1), dim: 8, hidden: 6 };
const extra = { kind: 'sequential', depths: 2 } as const;
const model = () => ({ config, extra, params: init(config, extra, 1) });

describe('a foreteller', () => {
  const rows = () =>
    tf.tensor2d(
      [
        [1, 3, 0, 2, 4, 1, 1],
        [0, 4, 2, 2, 3, 1, 0],
      ],
      undefined,
      'int32',
    );

  /** Gradients of the main loss plus the further ones; of the main loss alone without `further`. */
  async function gradients(shaped: boolean, further: boolean) {
    const { params } = model();
    const { grads } = tf.tidy(() =>
      seenAndGradients(params, (now) => {
        const foretold = foretell({ config, extra, params: now }, rows(), shaped);
        const beyond = multiToken.loss(foretold.ahead, 6, tf.scalar(1));
        return {
          loss: tf.add(foretold.main, tf.mul(beyond, further ? 1 : 0)) as tf.Scalar,
        };
      }),
    );
    const read = async (name: string) => Array.from(await grads[name].data());
    return {
      head: await read('head.weight'),
      embedding: await read('embedding.weight'),
      module: await read('mtp.0.projection'),
    };
  }

  it('leaves the model as it would be alone, unless it is to be shaped', async () => {
    const alone = await gradients(true, false);
    const onlooking = await gradients(false, true);
    const shaping = await gradients(true, true);
    const apart = (a: number[], b: number[]) => Math.max(...a.map((x, i) => Math.abs(x - b[i])));
    for (const name of ['head', 'embedding'] as const) {
      expect(apart(onlooking[name], alone[name])).toBeLessThan(1e-6);
      expect(apart(shaping[name], alone[name])).toBeGreaterThan(1e-3);
    }
    // The modules learn alike from what they see.
    expect(apart(onlooking.module, shaping.module)).toBeLessThan(1e-6);
  });

  it('is judged at the place that it speaks of: Σ min(p, q) of the same token', async () => {
    // Two rows of three places, two words: each distribution another.
    const logOdds = (all: number[]) =>
      tf.tensor2d(
        all.flatMap((x) => [x, 0]),
        [all.length, 2],
      );
    const share = (x: number) => 1 / (1 + Math.exp(-x));
    const main = [0.1, -1, 2, 0.7, -0.4, 1.5];
    const module = [0.3, 1.2, -0.8, 0.2];
    const said = tf.tidy(() => {
      const out = { logits: logOdds(main) };
      const ahead = [{ logits: logOdds(module), targets: tf.tensor1d([0, 1, 1, 0], 'int32') }];
      return judged({ out, ahead, main: tf.scalar(0) } as never, 2);
    });
    // The module's first place of each row speaks of what the model says at its second.
    const pairs = [
      [main[1], module[0]],
      [main[2], module[1]],
      [main[4], module[2]],
      [main[5], module[3]],
    ];
    const alpha =
      pairs.reduce((sum, [a, b]) => sum + 1 - Math.abs(share(a) - share(b)), 0) / pairs.length;
    expect((await said.acceptance.data())[0]).toBeCloseTo(alpha, 5);
    expect((await said.same.data())[0]).toBeCloseTo(3 / 4, 5);
  });

  it('writes on a tape what it writes without one, and says why', async () => {
    const writer = model();
    await expectNoLeaks(async () => {
      const passes = await tapeOf(writer, [1, 2, 3], {
        drafts: 2,
        temperature: 1,
        count: 20,
        seed: 4,
      });
      const models = speculativeModels(writer);
      const { tokens } = await generate(models, [1, 2, 3], {
        count: 20,
        drafts: 2,
        next: uniforms(4, 'tape 2'),
      });
      models.dispose();
      const written = passes.flatMap(({ drafts, last }) => [
        ...drafts.filter(({ accepted }) => accepted).map(({ token }) => token),
        last,
      ]);
      expect(written.slice(0, 20)).toEqual(tokens.slice(3));
      const drafts = passes.flatMap((pass) => pass.drafts);
      expect(drafts.some(({ accepted }) => !accepted)).toBe(true);
      for (const { p, q, u, accepted } of drafts) expect(u < p / q).toBe(accepted);
      for (const { drafts: read, unread } of passes) expect(read.length + unread).toBe(2);
    });
    tf.dispose(writer.params);
  });

  it('counts its passes: each yields the accepted drafts and one token more', async () => {
    const writer = model();
    let clock = 0;
    const counted = await countPasses(
      writer,
      [
        [1, 2, 3],
        [0, 4, 4],
      ],
      { drafts: 2, temperature: 1, count: 12, seed: 1 },
      () => clock++ * 500,
    );
    expect(counted.map(({ drafts }) => drafts)).toEqual([0, 1, 2]);
    for (const { drafts, written, passes, judged: read, accepted, passSeconds } of counted) {
      expect(written).toBe(passes + accepted.reduce((sum, n) => sum + n, 0));
      if (drafts) expect(read[0]).toBe(passes);
      if (drafts > 1) expect(read[1]).toBe(accepted[0]);
      expect(passSeconds).toBe(0.5);
    }
    expect(counted[0].written).toBe(24);
    tf.dispose(writer.params);
  });

  it('begins texts with fresh lines of every kind in turn', () => {
    const rowsOf = Int32Array.from({ length: 4 * 65 }, (_, i) => Math.floor(i / 65));
    const corpus = {
      words: ['a'],
      groups: ['one', 'two'],
      rows: new Int32Array(),
      fresh: { rows: rowsOf, groups: [0, 0, 1, 1] },
      prompt: [0],
    };
    expect(contextsOf(corpus, 5).map(([first]) => first)).toEqual([0, 2, 1, 3, 0]);
  });

  it('hands over what model and module say, each a distribution', async () => {
    const settings = Object.fromEntries(foreteller.reads.map((name) => [name, defaults[name]]));
    const session = foreteller.start({ ...settings, further: 1, modelLayers: 1 }, 1, {});
    const counter = tf.scalar(0, 'int32');
    const given = { state: session.state, live: {}, inputs: {}, random: { seed: 1, counter } };
    const { form, about, weights } = await session.model!(given);
    expect(form).toBe('foreteller');
    const texts = about.contexts as string[];
    for (const name of ['p', 'q']) {
      expect(weights[name].shape).toEqual([texts.length, (about.words as string[]).length]);
      const sum = weights[name].data.reduce((all, x) => all + x, 0);
      expect(sum).toBeCloseTo(texts.length, 4);
    }
    session.dispose?.();
    tf.dispose([session.state, counter]);
  });
});

describe('rules for a draft', () => {
  const p = [0.5, 0.3, 0.2];
  const q = [0.2, 0.3, 0.5];
  const drafts = 40_000;

  /** Shares of what a rule writes, and of the drafts that it accepts. */
  function written(name: string) {
    const { judge } = rules.find((rule) => rule.name === name)!;
    const next = uniforms(3, name);
    const counts = [0, 0, 0];
    let accepted = 0;
    for (let i = 0; i < drafts; i++) {
      const outcome = judge(draw(q, next()), p, q, next);
      accepted += Number(outcome.accepted);
      if (outcome.token !== undefined) counts[outcome.token] += 1;
    }
    const all = counts.reduce((sum, n) => sum + n, 0);
    return { shares: counts.map((n) => n / all), accepted: accepted / drafts, all };
  }

  // By hand: min(p, q) is 0.2, 0.3, 0.2; what is missing is all in the first token.
  it.each([
    ['right', [0.5, 0.3, 0.2], 0.7],
    ['drop', [2 / 7, 3 / 7, 2 / 7], 0.7],
    ['own', [0.5, 0.3, 0.2], 0.29],
    ['mixed', [0.1 + 0.71, 0.09, 0.1], 0.29],
  ])('%s writes what can be computed by hand', (name, shares, accepted) => {
    const found = written(name);
    // Six deviations of a share.
    const slack = 3 / Math.sqrt(drafts);
    for (const [i, share] of shares.entries())
      expect(Math.abs(found.shares[i] - share)).toBeLessThan(slack);
    expect(Math.abs(found.accepted - accepted)).toBeLessThan(slack);
    expect(found.all === drafts).toBe(name !== 'drop');
  });

  it('are held against what chance gives', () => {
    const next = uniforms(9, 'chance');
    const [texts, n] = [200, 500];
    let sum = 0;
    for (let text = 0; text < texts; text++) {
      const counts = [0, 0, 0];
      for (let i = 0; i < n; i++) counts[draw(p, next())] += 1 / n;
      sum += totalVariation(counts, p);
    }
    expect(sum / texts / chanceVariation(p, n)).toBeCloseTo(1, 1);
  });

  it('are counted beside each other, without a model on the three characters by hand', () => {
    const run = same.simulate({ context: 1 }, 1, {});
    expect([...(run.facts!.names as string[])].sort()).toEqual(['a', 'b', 'c']);
    expect(run.facts!.alpha).toBeCloseTo(0.7, 12);
    expect(run.facts!.agreement).toBeCloseTo(0.29, 12);
    let row = run.step({});
    for (let i = 1; i < 400; i++) row = run.step({});
    const [right, drop, own, mixed] = row.distance as number[];
    expect(right).toBeLessThan(0.02);
    expect(own).toBeLessThan(0.02);
    expect(drop).toBeCloseTo(3 / 14, 1);
    expect(mixed).toBeCloseTo(0.31, 1);
    const { shape, data } = run.probes!().shares;
    expect(shape).toEqual([6, 3]);
    // In the order of the names: p + q is 0.7, 0.6 and 0.7.
    const order = run.facts!.names as string[];
    const [model, module] = [data.slice(-6, -3), data.slice(-3)];
    for (const [i, name] of order.entries()) {
      expect(model[i]).toBeCloseTo(p['abc'.indexOf(name)], 6);
      expect(module[i]).toBeCloseTo(q['abc'.indexOf(name)], 6);
    }
  });

  it('refuse a model that brings no drafts along', () => {
    const model = { form: 'decoder', about: {}, weights: {} };
    expect(() => same.simulate({ context: 1 }, 1, { model: { model } })).toThrow(
      'This model is a decoder; choose a foreteller',
    );
  });
});

describe('generate', () => {
  it('tells of each pass what it judged and what came of it', async () => {
    const target = [0.6, 0.3, 0.1];
    const passes: Judgement[] = [];
    const { tokens, accepted } = await generate(
      { target: (_, places) => Array(places).fill(target), draft: () => [0.2, 0.3, 0.5] },
      [0],
      { count: 30, drafts: 2, next: uniforms(2, 'passes'), onPass: (pass) => passes.push(pass) },
    );
    expect(passes.flatMap(({ kept }) => kept).slice(0, 30)).toEqual(tokens.slice(1));
    expect(passes.reduce((sum, pass) => sum + pass.accepted, 0)).toBe(accepted);
    for (const pass of passes) {
      expect(pass.kept).toHaveLength(pass.accepted + 1);
      expect(pass.kept.slice(0, pass.accepted)).toEqual(pass.tokens.slice(0, pass.accepted));
    }
  });
});

describe('the desk', () => {
  it('accepts below p/q and writes what was too low in place of what it rejects', () => {
    const { facts } = judgedBy(begun(most));
    const judged = facts!.judged as unknown as {
      drafts: { token: number; u: number; accepted: boolean }[];
      last: number;
    }[];
    expect(judged).toHaveLength(most);
    expect(facts!.pending).toBe(-1);
    for (const {
      drafts: [draft],
      last,
    } of judged) {
      expect(draft.accepted).toBe(draft.u < deskP[draft.token] / deskQ[draft.token]);
      if (draft.accepted) expect(last).toBe(draft.token);
      else expect(deskP[last]).toBeGreaterThan(deskQ[last]);
    }
    expect(judged.some(({ drafts: [draft] }) => !draft.accepted)).toBe(true);
  });

  it('is left with two letters by the strictest verifier', () => {
    const { probes, facts } = judgedBy(begun(0).map(() => 0.99));
    expect(Array.from(probes.shares.data).slice(2, 5)).toEqual([0, 0, 0]);
    expect((facts!.judged as unknown[]).length).toBe(most);
  });

  it('waits at the first draft that is not judged', () => {
    const { facts, metrics } = judgedBy(begun(3));
    expect((facts!.judged as unknown[]).length).toBe(3);
    expect(facts!.pending).toBeGreaterThanOrEqual(0);
    expect(metrics.distance).toHaveLength(3);
    expect(judgedBy(begun(0)).metrics.distance).toEqual([]);
  });
});

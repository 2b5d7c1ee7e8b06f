/**
 * What station 16 rests on: what a reader of documents sees, when models are the same and when they
 * are not, and that a copied layer starts where the dense one stands.
 */
import { describe, expect, it } from 'vitest';
import corpora, { told } from '../../../src/model/experiments/recipes/corpora';
import merge, { joinedAt } from '../../../src/model/experiments/recipes/merge';
import {
  dim,
  documentsOf,
  length,
  unseenDocuments,
  vocabulary,
} from '../../../src/model/experiments/recipes/shared/documents';
import { chosen, since } from '../../../src/model/experiments/recipes/shared/graft';
import * as members from '../../../src/model/experiments/recipes/shared/members';
import upcycle from '../../../src/model/experiments/recipes/upcycle';
import type { Settings, TrainingExperiment } from '../../../src/model/experiments/types';
import type { Params } from '../../../src/model/types';
import * as tf from '../../../src/tensor/tf';
import { useBackend } from '../backend';
import { defaults } from '../training';

useBackend({ inNode: 'wasm' });

/** A session after some steps: its state, rows of metrics, and what its probes show. */
async function trained(
  experiment: TrainingExperiment,
  settings: Settings,
  steps: number,
  from = 0,
) {
  const all = { ...defaults, learningRate: 0.005, documents: 60, ...settings };
  const session = experiment.start(all, 1, {});
  const live = { learningRate: tf.scalar(Number(all.learningRate)) };
  const now = (state: Params, step: number) => ({
    ...{ state, live, inputs: {} },
    random: { seed: 1, counter: tf.scalar(step, 'int32') },
  });
  let state = session.state;
  const rows: Record<string, number>[] = [];
  for (let step = from; step < from + steps; step++) {
    const next = tf.tidy(() => session.step(now(state, step)));
    const row: Record<string, number> = {};
    for (const [name, metric] of Object.entries(next.metrics)) [row[name]] = await metric.data();
    rows.push(row);
    tf.dispose([state, next.metrics]);
    state = next.state;
  }
  const probe = async (name: string) => [
    ...(await tf.tidy(() => session.probes![name](now(state, from + steps))).data()),
  ];
  const values = async (name: string) => [...(await state[name].data())];
  return { rows, probe, values };
}

describe('a reader of documents', () => {
  it('sees the word, the one before and what came so far, and nothing that comes', async () => {
    const documents = documentsOf(0, 4, 1);
    const first = documents.unseen(0);
    const said = (await first.array())[0].slice(1);
    const { x, next } = documents.read(first);
    const seen = (await x.array()) as number[][];
    const place = 5;
    const one = (word: number) => Array.from({ length: vocabulary }, (_, i) => Number(i === word));
    expect(seen[place].slice(0, vocabulary)).toEqual(one(said[place]));
    expect(seen[place].slice(vocabulary, 2 * vocabulary)).toEqual(one(said[place - 1]));
    const counts = seen[place].slice(2 * vocabulary);
    counts.forEach((count, word) => {
      const times = said.slice(0, place + 1).filter((each) => each === word).length;
      expect(count).toBeCloseTo((times / (place + 1)) * Math.sqrt(vocabulary), 5);
    });
    expect([...(await next.data())].slice(0, length)).toEqual(said.slice(1));
    expect([...seen[0].slice(vocabulary, 2 * vocabulary)]).toEqual(one(-1));
    expect(x.shape).toEqual([unseenDocuments * length, dim]);
  });

  it('counts what each member has, as many as are trained', () => {
    for (const member of [members.dense(24, 3), { experts: 4, hidden: 12, topK: 2, start: 7 }]) {
      const sizes = Object.values(members.init(member, 1)).map(({ size }) => size);
      expect(members.numbersOf(member).parameters).toBe(sizes.reduce((a, b) => a + b, 0));
    }
    expect(members.numbersOf(members.dense(48, 1)).parameters).toBe(2364);
  });
});

describe('what an expert tells', () => {
  const marks = (kinds: number[], of: number) => tf.oneHotRows(tf.tensor1d(kinds, 'int32'), of);
  it('is all of what it settles, and nothing of what it does not know', async () => {
    const [a, b] = [
      [0, 0, 1, 1],
      [0, 1, 0, 1],
    ];
    expect((await told(marks(a, 2), marks(a, 3)).data())[0]).toBeCloseTo(1, 4);
    expect((await told(marks(a, 2), marks(b, 2)).data())[0]).toBeCloseTo(0, 4);
  });
});

describe('specialists', () => {
  it('are wrong about the other corpus where rules differ, and not where they are the same', async () => {
    const gap = async (overlap: number) => {
      const quick = { overlap, experts: 2, learningRate: 0.05 };
      const { probe } = await trained(corpora, quick, 8);
      const losses = await probe('unseen');
      const [told, wrong] = [4, 6];
      return losses[wrong] + losses[wrong + 1] - losses[told] - losses[told + 1];
    };
    expect(await gap(0)).toBeGreaterThan(0.5);
    expect(Math.abs(await gap(1))).toBeLessThan(0.25);
  });

  it('are one network until the fork', async () => {
    const before = await trained(merge, { overlap: 0, forkAt: 75 }, 3);
    expect(await before.values('a.experts.w1')).toEqual(await before.values('b.experts.w1'));
    const [told, , , , , averaged, , wrong] = await before.probe('ways');
    expect(averaged).toBeCloseTo(told, 5);
    expect(wrong).toBeCloseTo(told, 5);
    const past = await trained(merge, { overlap: 0, forkAt: 0 }, 3);
    expect(await past.values('a.experts.w1')).not.toEqual(await past.values('b.experts.w1'));
  });

  it('lie side by side as they are, and then go their own way', async () => {
    const halves = (all: number[]) =>
      [0, 1].map((half) => all.filter((_, i) => Math.floor((i % 48) / 24) === half));
    const first = [...(await members.init(members.dense(24, 3), 1)['experts.w1'].data())];
    const steps = async (count: number) => {
      const { values } = await trained(merge, { overlap: 0 }, count, joinedAt - 1);
      return halves(await values('joined.experts.w1'));
    };
    expect(await steps(1)).toEqual([first, first]);
    const [a, b] = await steps(2);
    expect(a).not.toEqual(first);
    expect(b).not.toEqual(a);
  });
});

describe('a copied layer', () => {
  const settings = { overlap: 0.5, copyAt: 4, experts: 4 };
  const renormalised = { ...settings, router: 'softmax-top-k-renormalised' };

  it('answers as the dense one did, while its gates sum to 1', async () => {
    const { rows, probe } = await trained(upcycle, renormalised, 8);
    for (const { loss, copied } of rows.slice(0, 4)) expect(copied).toBe(loss);
    expect(Math.abs(rows[4].jump)).toBeLessThan(1e-5);
    expect(rows[4].copied).toBeCloseTo(rows[4].loss, 5);
    expect(rows[7].jump).toBe(rows[4].jump);
    // The copies have parted.
    expect(Math.min(...(await probe('apart')))).toBeGreaterThan(1e-4);
  });

  it('starts elsewhere with gates that do not', async () => {
    const { rows } = await trained(upcycle, { ...settings, router: 'softmax-top-k' }, 6);
    expect(Math.abs(rows[4].jump)).toBeGreaterThan(1e-3);
  });

  it('has copies that are alike until then', async () => {
    const { probe } = await trained(upcycle, renormalised, 3);
    expect(Math.max(...(await probe('apart')))).toBeLessThan(1e-6);
  });
});

it('a graft takes one or the other, exactly', async () => {
  const [one, other] = [{ w: tf.tensor1d([0.1, 1e-7]) }, { w: tf.tensor1d([3, 1e7]) }];
  const at = async (step: number) => [
    ...(await chosen(since(tf.scalar(step, 'int32'), 5), one, other).w.data()),
  ];
  expect(await at(4)).toEqual([...(await other.w.data())]);
  expect(await at(5)).toEqual([...(await one.w.data())]);
});

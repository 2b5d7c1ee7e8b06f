/**
 * The step of station 06 with the library's router and with a reader's copy of it, textually
 * different and equal in meaning: what it costs that the copy's plain lines run where the library's
 * go through a kernel. Rounds in turn, from the same seed. Runs in a worker of its own.
 */
import { trainerFor } from '../src/engine/rungs/trainer-for';
import type { Trainer } from '../src/engine/trainer';
import { openSession } from '../src/model/experiments/session';
import { workOf } from '../src/model/experiments/train';
import type { Settings, TrainingExperiment } from '../src/model/experiments/types';
import { settingsTable } from '../src/model/settings';
import { evaluated } from '../src/notebook/evaluate';
import { library } from '../src/notebook/library';
import * as tf from '../src/tensor/tf';

export interface EditedRow {
  backend: 'webgpu' | 'wasm';
  builtInMs: number;
  editedMs: number;
  /** Of the quickest rounds: what else a machine does only ever adds time. */
  ratio: number;
  /** Largest relative difference of the losses of the first steps. */
  apart: number;
  /** Why the copy is not replayed, where it is not. */
  refusal?: string;
}

export interface EditedAsk {
  backend: EditedRow['backend'];
  rounds: number;
}

const seed = 1;
/** Steps whose losses are compared: rounding takes two mixtures apart later. */
const compared = 10;
const perRound = 10;

const experimentFile = 'src/model/experiments/collapse/moe-balance.ts';
const file = 'src/model/routers/softmax-top-k.ts';
const [from, to] = ['tf.mul(scores, mask)', 'tf.mul(mask, scores)'];

const settings = Object.fromEntries(
  Object.entries(settingsTable).map(([name, entry]) => [name, entry.default]),
) as Settings;

async function run({ backend, rounds }: EditedAsk): Promise<EditedRow> {
  await tf.loadBackend[backend]();
  await tf.setBackend(backend);
  const text = (await library.read(file)) ?? '';
  const start = text.indexOf(from);
  if (start < 0) throw new Error(`${file} holds no ${from} to write otherwise.`);
  const place = { file, name: 'route', start, end: start + from.length, indent: 0, firstLine: 1 };
  const edits = [{ ...place, source: to }];
  const compile = (names: string[], body: string) =>
    new Function(...names, `'use strict';${body}`) as (...given: unknown[]) => void;

  const builtIn = (await library.load(experimentFile)).default as TrainingExperiment;
  const edited = await evaluated(experimentFile, edits, library, compile);
  const opened = [builtIn, edited].map((experiment) =>
    openSession(experiment as TrainingExperiment, settings, seed),
  );
  const made: { trainer: Trainer; refusal?: string }[] = [];
  for (const each of opened) made.push(await trainerFor(workOf(each)));

  const losses: number[][] = [];
  for (const { trainer } of made) {
    await trainer.advance(compared, Number.POSITIVE_INFINITY).done;
    losses.push([...(await trainer.read(false)).metrics.loss.data]);
  }
  const times: number[][] = [[], []];
  for (let round = 0; round < rounds; round++)
    for (const [i, { trainer }] of made.entries()) {
      const started = performance.now();
      await trainer.advance(perRound, Number.POSITIVE_INFINITY).done;
      await trainer.read(false);
      times[i].push((performance.now() - started) / perRound);
    }
  for (const { trainer } of made) trainer.dispose();
  for (const each of opened) each.close();
  const [builtInMs, editedMs] = times.map((each) => Math.min(...each));
  return {
    backend,
    builtInMs,
    editedMs,
    ratio: editedMs / builtInMs,
    apart: Math.max(...losses[0].map((loss, i) => Math.abs(losses[1][i] - loss) / loss)),
    ...(made[1].refusal && { refusal: made[1].refusal }),
  };
}

addEventListener('message', ({ data }: MessageEvent<EditedAsk>) => {
  run(data).then(
    (row) => postMessage({ row }),
    (error) => postMessage({ error: String(error) }),
  );
});

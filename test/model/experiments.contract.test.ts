/** What the engine relies on, held by every experiment: a new file is tested without further ado. */
import { describe, expect, it } from 'vitest';
import {
  type Experiment,
  numbersOf,
  type Settings,
  type StepInput,
  type TrainingExperiment,
} from '../../src/model/experiments/types';
import type { Params } from '../../src/model/types';
import * as tf from '../../src/tensor/tf';
import { expectNoLeaks, useBackend } from './backend';
import { defaults } from './training';

useBackend();

const experiments = Object.values(
  import.meta.glob<Experiment>('../../src/model/experiments/*/*.ts', {
    eager: true,
    import: 'default',
  }),
).filter((experiment): experiment is TrainingExperiment => 'start' in experiment);

/** What an experiment cannot do without, where the table's defaults do not give it. */
const needed: Record<string, Settings> = { 'balance-sweep': { balancer: 'switch' } };

/** A session with everything a step is given. */
function open(experiment: TrainingExperiment, seed = 1) {
  const all: Settings = { ...defaults, ...needed[experiment.name] };
  const settings = Object.fromEntries(experiment.reads.map((name) => [name, all[name]]));
  const given = experiment.defaultInputs?.(settings) ?? {};
  const session = experiment.start(settings, seed, given);
  const inputs = Object.fromEntries(
    Object.entries(numbersOf(given)).map(([name, { shape, data }]) => [
      name,
      tf.tensor(data, shape),
    ]),
  );
  const live = Object.fromEntries(
    session.live.map((name) => [name, tf.scalar(Number(settings[name]))]),
  );
  const counter = tf.scalar(3, 'int32');
  const input = (state: Params): StepInput => ({ state, live, inputs, random: { seed, counter } });
  const close = () => {
    session.dispose?.();
    tf.dispose([session.state, inputs, live, counter]);
  };
  return { session, input, close };
}

/** The metric that tells whether a run is sound. */
const finiteOf = ({ finite = 'loss' }: TrainingExperiment) => finite;

const shapes = (record: Params) =>
  Object.fromEntries(
    Object.entries(record).map(([name, { shape, dtype }]) => [name, { shape, dtype }]),
  );

describe.each(experiments)('experiment $name', (experiment) => {
  it('reads live only what it declares, and what is a number', () => {
    const { session, close } = open(experiment);
    for (const name of session.live) {
      expect(experiment.reads).toContain(name);
      expect(typeof defaults[name], name).toBe('number');
    }
    close();
  });

  it('steps from a state to one of the same names, shapes and types', () => {
    const { session, input, close } = open(experiment);
    const next = tf.tidy(() => session.step(input(session.state)));
    expect(shapes(next.state)).toEqual(shapes(session.state));
    tf.dispose([next.state, next.metrics]);
    close();
  });

  it('measures what it declares: finite scalars and vectors of constant width', async () => {
    const { session, input, close } = open(experiment);
    const first = tf.tidy(() => session.step(input(session.state)));
    const second = tf.tidy(() => session.step(input(first.state)));
    expect(Object.keys(first.metrics)).toEqual(Object.keys(experiment.metrics));
    expect(Object.keys(experiment.metrics)).toContain(finiteOf(experiment));
    expect(shapes(second.metrics)).toEqual(shapes(first.metrics));
    for (const [name, metric] of Object.entries(first.metrics)) {
      expect(metric.rank, name).toBeLessThan(2);
      expect(metric.dtype, name).toBe('float32');
      expect([...(await metric.data())].every(Number.isFinite), name).toBe(true);
    }
    tf.dispose([first, second].flatMap(({ state, metrics }) => [state, metrics]));
    close();
  });

  it('probes finite numbers, and leaves the state alone', async () => {
    const { session, input, close } = open(experiment);
    for (const [name, probe] of Object.entries(session.probes ?? {})) {
      const values = tf.tidy(() => probe(input(session.state)));
      expect([...(await values.data())].every(Number.isFinite), name).toBe(true);
      values.dispose();
    }
    for (const [name, tensor] of Object.entries(session.state))
      expect(tensor.isDisposed, name).toBe(false);
    close();
  });

  it('does the same again for the same seed, and something else for another', async () => {
    const loss = async (seed: number) => {
      const { session, input, close } = open(experiment, seed);
      const next = tf.tidy(() => session.step(input(session.state)));
      const [value] = await next.metrics[finiteOf(experiment)].data();
      tf.dispose([next.state, next.metrics]);
      close();
      return value;
    };
    expect(await loss(1)).toBe(await loss(1));
    expect(await loss(2)).not.toBe(await loss(1));
  });

  it('leaves no tensor behind', () =>
    expectNoLeaks(() => {
      const { session, input, close } = open(experiment);
      const next = tf.tidy(() => session.step(input(session.state)));
      tf.dispose([next.state, next.metrics]);
      close();
    }));
});

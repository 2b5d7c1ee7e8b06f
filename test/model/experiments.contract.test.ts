/** What the engine relies on, held by every experiment: a new file is tested without further ado. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discard, makeReady } from '../../src/engine/ready';
import {
  type Experiment,
  numbersOf,
  type Session,
  type Settings,
  type StepInput,
  type TrainingExperiment,
} from '../../src/model/experiments/types';
import type { Params } from '../../src/model/types';
import { webgpuBackend } from '../../src/tensor/internals';
import * as tf from '../../src/tensor/tf';
import { backend, useBackend } from './backend';
import { defaults } from './training';
import { type Uncompiled, uncompiled } from './uncompiled';

useBackend({ inNode: 'wasm' });

const experiments = Object.values(
  import.meta.glob<Experiment>('../../src/model/experiments/*/*.ts', {
    eager: true,
    import: 'default',
  }),
).filter((experiment): experiment is TrainingExperiment => 'start' in experiment);

/** What an experiment cannot do without, where the table's defaults do not give it. */
const needed: Record<string, Settings> = {
  'balance-sweep': { balancer: 'switch' },
  dice: { router: 'reinforce' },
};

/**
 * On WebGPU these compute; of the others shaders are checked and steps captured. That kernels
 * compute what they should is held kernel by kernel (test/tensor), by models beside their references
 * (test/model), and by decoders that lose there what they lose on the CPU (transformer-step and
 * rungs under test/tensor and test/engine).
 */
const computing = new Set(['moe-balance', 'one-hidden-layer', 'boosting']);

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
  const finite = finiteOf(experiment);
  const computes = backend === 'cpu' || computing.has(experiment.name);
  let unfinished: Uncompiled | undefined;
  let opened: ReturnType<typeof open>;
  let first: ReturnType<Session['step']>;
  let second: ReturnType<Session['step']>;
  beforeAll(() => {
    if (!computes) unfinished = uncompiled(webgpuBackend()!);
    opened = open(experiment);
    const { session, input } = opened;
    first = tf.tidy(() => session.step(input(session.state)));
    second = tf.tidy(() => session.step(input(first.state)));
  });
  afterAll(() => {
    tf.dispose([first, second].flatMap(({ state, metrics }) => [state, metrics]));
    opened.close();
    unfinished?.end();
  });

  /** Loss of the first step with this seed, and nothing left behind. */
  const loss = async (seed: number) => {
    const { session, input, close } = open(experiment, seed);
    const next = tf.tidy(() => session.step(input(session.state)));
    const [value] = await next.metrics[finite].data();
    tf.dispose([next.state, next.metrics]);
    close();
    return value;
  };

  it('reads live only what it declares, and what is a number', () => {
    for (const name of opened.session.live) {
      expect(experiment.reads).toContain(name);
      expect(typeof defaults[name], name).toBe('number');
    }
  });

  it('steps from a state to one of the same names, shapes and types', () => {
    expect(shapes(first.state)).toEqual(shapes(opened.session.state));
  });

  it('measures what it declares: finite scalars and vectors of constant width', async () => {
    expect(Object.keys(first.metrics)).toEqual(Object.keys(experiment.metrics));
    expect(Object.keys(experiment.metrics)).toContain(finite);
    expect(shapes(second.metrics)).toEqual(shapes(first.metrics));
    for (const [name, metric] of Object.entries(first.metrics)) {
      expect(metric.rank, name).toBeLessThan(2);
      expect(metric.dtype, name).toBe('float32');
      expect([...(await metric.data())].every(Number.isFinite), name).toBe(true);
    }
  });

  it('probes finite numbers, and leaves the state alone', async () => {
    const { session, input } = opened;
    for (const [name, probe] of Object.entries(session.probes ?? {})) {
      const values = tf.tidy(() => probe(input(session.state)));
      // Of nothing computed, a share is 0 of 0.
      if (computes) expect([...(await values.data())].every(Number.isFinite), name).toBe(true);
      values.dispose();
    }
    for (const [name, tensor] of Object.entries(session.state))
      expect(tensor.isDisposed, name).toBe(false);
  });

  // Draws are ours, and the same on every backend: once is enough, in the faster of the two runs.
  it.runIf(backend === 'cpu')(
    'does the same again for the same seed, something else for another, and leaves nothing',
    async () => {
      const [before] = await first.metrics[finite].data();
      // What is kept once is there since the first session was opened.
      const kept = tf.memory().numTensors;
      expect(await loss(1)).toBe(before);
      expect(tf.memory().numTensors - kept, 'tensors left behind').toBe(0);
      expect((await loss(2)) === before).toBe(experiment.seedless ?? false);
    },
  );

  it.runIf(backend === 'webgpu')('is captured, so that its steps are replayed', async () => {
    const { reads, defaultInputs } = experiment;
    const all: Settings = { ...defaults, ...needed[experiment.name] };
    const settings = Object.fromEntries(reads.map((name) => [name, all[name]]));
    const made = { settings, seed: 1, inputs: defaultInputs?.(settings) ?? {} };
    const ready = await makeReady(experiment, made);
    expect(ready.refusal).toBeUndefined();
    discard(ready);
    expect(await unfinished?.faults()).toEqual(unfinished && []);
  });

  it('says facts that are plain data', () => {
    const { facts = {} } = opened.session;
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
  });
});

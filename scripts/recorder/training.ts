/** A session that is trained, every step through TensorFlow.js. */
import { EagerTrainer } from '../../src/engine/rungs/eager';
import {
  carryOver,
  type Opened,
  openSession,
  stepInputOf,
  workOf,
} from '../../src/engine/worker/session';
import { append, startRun } from '../../src/lab/run';
import type {
  SettingValue,
  StepInput,
  TrainingExperiment,
} from '../../src/model/experiments/types';
import {
  answered,
  answersOf,
  changed,
  changesAt,
  type Route,
  speed,
  stopsOf,
  type Underway,
  withFacts,
} from './underway';

/** Metrics wait on the device for so many steps at most. */
const readEvery = 50;

export function train(experiment: TrainingExperiment, route: Route): Underway {
  const { lab, seed } = route;
  const finite = experiment.finite ?? 'loss';
  const stops = stopsOf(route);
  let opened: Opened = openSession(experiment, route.settings, seed, route.inputs);
  let trainer = trainerOf(opened, 0);
  let spent = 0;

  const underway: Underway = {
    run: withFacts(startRun(route.settings, seed), opened.session.facts),
    seconds: [],
    over: route.steps < 1,

    async step() {
      for (const { name, value } of changesAt(route, trainer.step)) await change(name, value);
      const begun = performance.now();
      await trainer.advance(1, Infinity).done;
      spent += performance.now() - begun;
      underway.seconds.push(spent / 1000);
      const { step } = trainer;
      const [probed, asked] = [stops.probes.has(step), stops.questions.has(step)];
      underway.over = step >= route.steps;
      if (!probed && !asked && step % readEvery) return;
      const reading = await trainer.read(probed);
      underway.run = append(underway.run, { ...reading, speed });
      // A run ends where its loss is no longer a number, here as on the page.
      const rows = reading.metrics[finite]?.data ?? [];
      if (rows.some((value) => !Number.isFinite(value))) underway.over = true;
      if (asked && lab.asks) underway.run = answered(underway.run, await ask());
    },

    async model() {
      const { model } = opened.session;
      if (!model)
        throw new Error(
          `The experiment ${experiment.name} gives no model for another lab to take.`,
        );
      return lend(model);
    },

    close() {
      trainer.dispose();
      opened.close();
    },
  };
  return underway;

  async function change(name: string, value: SettingValue): Promise<void> {
    underway.run = changed(underway.run, lab, name, value);
    const settings = { ...opened.settings, [name]: value };
    if (opened.session.live.includes(name)) {
      trainer.setLive(name, Number(value));
      opened.settings = settings;
      return;
    }
    const { step, state } = await trainer.state();
    trainer.dispose();
    opened.close();
    opened = openSession(experiment, settings, seed, route.inputs);
    carryOver(opened, state);
    trainer = trainerOf(opened, step);
    underway.run = withFacts(underway.run, opened.session.facts);
  }

  function ask() {
    return answersOf(lab, opened.settings, opened.session.acts, (act, asked) =>
      lend((now) => act(now, asked)),
    );
  }

  /** What the next step would be given, as tensors of its own, for as long as `use` takes. */
  async function lend<T>(use: (now: StepInput) => Promise<T>): Promise<T> {
    const { step, state } = await trainer.state();
    const { now, dispose } = stepInputOf(opened, step, state);
    try {
      return await use(now);
    } finally {
      dispose();
    }
  }
}

const trainerOf = (opened: Opened, step: number) => new EagerTrainer(workOf(opened, step));

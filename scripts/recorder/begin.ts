/** One run of a recording, trained without a capture or replayed without a gradient. */
import { answerOf, modelOf } from '../../src/engine/ask';
import { discard, makeReady } from '../../src/engine/ready';
import { append, startRun } from '../../src/lab/run';
import { madeOf } from '../../src/model/experiments/session';
import { change } from '../../src/model/experiments/train';
import type { Experiment } from '../../src/model/experiments/types';
import {
  changed,
  changesAt,
  ofLab,
  questioned,
  type Route,
  speed,
  stopsOf,
  type Underway,
  withFacts,
} from './underway';

/** Metrics wait for so many steps at most. */
const readEvery = 50;

export async function begin(experiment: Experiment, route: Route): Promise<Underway> {
  const { lab, seed } = route;
  const finite = 'start' in experiment ? (experiment.finite ?? 'loss') : undefined;
  const stops = stopsOf(route);
  let ready = await makeReady(experiment, madeOf(experiment, route.settings, seed, route.inputs));
  const last = Math.min(route.steps, ready.opened.lastStep ?? route.steps);
  // Where a run is broken off, nothing is to be shown or asked.
  const whole = route.steps >= route.lastStep;
  let spent = 0;

  const underway: Underway = {
    run: withFacts(startRun(route.settings, seed), ready.opened.facts),
    seconds: [],
    over: last < 1,

    async step() {
      for (const { name, value } of changesAt(route, ready.trainer.step)) {
        underway.run = changed(underway.run, route, name, value);
        ready = await change(ready, name, value, (made, from) => makeReady(experiment, made, from));
        underway.run = withFacts(underway.run, ready.opened.facts);
      }
      const { trainer } = ready;
      const begun = performance.now();
      await trainer.advance(1, Infinity).done;
      spent += performance.now() - begun;
      underway.seconds.push(spent / 1000);
      const { step } = trainer;
      underway.over = step >= last;
      const ends = underway.over && whole;
      const probed = stops.probes.has(step) || ends;
      const asked = stops.questions.has(step) || ends;
      if (!probed && !asked && !underway.over && step % readEvery) return;
      const reading = await trainer.read(probed);
      underway.run = append(underway.run, { ...reading, speed });
      // A run ends where its loss is no longer a number, here as on the page.
      const rows = reading.metrics[finite ?? '']?.data ?? [];
      if (rows.some((value) => !Number.isFinite(value))) underway.over = true;
      if (asked && lab.asks)
        underway.run = await questioned(underway.run, lab, ready.opened.settings, (act, given) =>
          answerOf(ready, act, given),
        );
    },

    model: () => ofLab(lab.name, modelOf(ready)),
    close: () => discard(ready),
  };
  return underway;
}

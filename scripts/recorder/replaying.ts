/** A simulation: rows without a gradient. */
import { append, startRun } from '../../src/lab/run';
import type { Settings, SimulatingExperiment, Simulation } from '../../src/model/experiments/types';
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

export function replay(experiment: SimulatingExperiment, route: Route): Underway {
  const { lab, settings, seed } = route;
  const stops = stopsOf(route);
  const inputs = route.inputs ?? experiment.defaultInputs?.(settings) ?? {};
  const simulation = experiment.simulate(settings, seed, inputs);
  const last = Math.min(route.steps, simulation.lastStep ?? route.steps);
  let spent = 0;

  const underway: Underway = {
    run: withFacts(startRun(settings, seed), simulation.facts),
    seconds: [],
    over: last < 1,

    async step() {
      for (const { name, value } of changesAt(route, underway.run.step)) {
        if (!simulation.live?.includes(name))
          throw new Error(
            `Lab ${lab.name} records a change of ${name}, which its simulation does not look up again on the way.`,
          );
        underway.run = changed(underway.run, lab, name, value);
      }
      const begun = performance.now();
      const row = simulation.step(liveOf(simulation, underway.run.settings));
      spent += performance.now() - begun;
      underway.seconds.push(spent / 1000);
      const step = underway.run.step + 1;
      underway.over = step >= last;
      underway.run = append(underway.run, {
        step,
        steps: [step],
        metrics: Object.fromEntries(
          Object.entries(row).map(([name, value]) => [name, cell(value)]),
        ),
        probes: stops.probes.has(step) || underway.over ? (simulation.probes?.() ?? {}) : {},
        speed,
      });
      if (lab.asks && (stops.questions.has(step) || underway.over))
        underway.run = answered(underway.run, await ask());
    },

    model: () => Promise.reject(new Error(`The experiment ${experiment.name} trains nothing.`)),
    close() {},
  };
  return underway;

  function ask() {
    return answersOf(lab, underway.run.settings, simulation.acts, async (act, asked) => act(asked));
  }
}

const liveOf = ({ live = [] }: Simulation, settings: Settings) =>
  Object.fromEntries(live.map((name) => [name, Number(settings[name])]));

/** One row of a metric, in the numbers that a frame of the engine has. */
function cell(value: number | ArrayLike<number>): { width: number; data: Float32Array } {
  const data = typeof value === 'number' ? Float32Array.of(value) : Float32Array.from(value);
  return { width: data.length, data };
}

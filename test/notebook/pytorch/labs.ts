/** What the tests of the PyTorch exports ask of every lab: runs to be written down and compared. */

import { controlsOf, resolveSettings } from '../../../src/lab/controls';
import { labNames, loadLab } from '../../../src/lab/labs';
import { members } from '../../../src/lab/members';
import { lanesOf } from '../../../src/lab/plans';
import { type Control, settle } from '../../../src/lab/settings';
import type { LabDescription } from '../../../src/lab/types';
import { loadExperiment } from '../../../src/model/experiments';
import { madeOf, openSession } from '../../../src/model/experiments/session';
import { Training, workOf } from '../../../src/model/experiments/train';
import type { Inputs, Settings, TrainingExperiment } from '../../../src/model/experiments/types';
import type { Asked } from '../../../src/notebook/pytorch';
import * as tf from '../../../src/tensor/tf';

export const labs = await Promise.all(labNames.map(loadLab));

/** A run of a lab, or of one of its lanes, with one thing other than its defaults. */
export interface Variant {
  name: string;
  settings: Settings;
  seed: number;
  inputs?: Inputs;
}

/** The lab as it stands, and as it stands with one choice or switch turned, or another seed. */
export function variantsOf(lab: LabDescription): Variant[] {
  const controls = controlsOf(lab, members);
  const usual = settle(controls, resolveSettings(lab));
  const inputs = lab.presets?.[0]?.inputs();
  const changed = controls
    .flatMap((control) => others(control).map((value) => [control.name, value] as const))
    .map(([name, value]) => ({
      name: `${lab.name}, ${name} ${value}`,
      settings: settle(controls, { ...usual, [name]: value }),
      seed: 1,
      inputs,
    }));
  const presets = (lab.presets ?? []).slice(1).map((preset) => ({
    name: `${lab.name}, ${preset.name}`,
    settings: usual,
    seed: 1,
    inputs: preset.inputs(),
  }));
  const one = { name: lab.name, settings: usual, seed: 1, inputs };
  const varied = [{ ...one, name: `${lab.name}, seed 2`, seed: 2 }, ...changed, ...presets];
  const told = also[lab.name];
  if (told) varied.push({ ...one, name: `${lab.name}, as told`, settings: { ...usual, ...told } });
  /** The runs of a race, or the one run; of many, those that are tried. */
  const lanes = (variant: Variant) =>
    lanesOf(lab, variant)
      .map(({ settings, seed }, lane) => ({
        ...variant,
        settings,
        seed,
        name: lane ? `${variant.name}, lane ${lane + 1}` : variant.name,
      }))
      .filter((_, lane) => tried[lab.name]?.includes(lane + 1) ?? true);
  if (unvaried.includes(lab.name)) return lanes(one);
  return [...lanes(one), ...varied.map((variant) => lanes(variant).at(-1)!)];
}

/** Lanes of labs that have many, or long ones, of one program: the first, and one unlike it. */
const tried: Record<string, number[]> = {
  'dense-or-mixture': [1, 4],
  'sparse-layers': [1, 4],
  'two-maps': [1, 7],
  'equal-size': [1],
  'few-pairs': [1, 4],
  recall: [1, 3, 5],
  clock: [1],
  'one-out': [2, 5, 6, 7, 10, 11],
};

/** Labs whose choices another lab turns, in the same program. */
const unvaried = [
  'dense-or-mixture',
  'sparse-layers',
  'who-chooses',
  'settle',
  'equal-size',
  'ahead',
  'clock',
  'tape',
  'whole',
  'one-out',
  'ladder',
];

/** Numbers without which a part of a lab's program would count for nothing. */
const also: Record<string, Settings> = {
  'three-losses': { expertLoss: 0.3, deviceLoss: 0.5, trafficLoss: 0.7 },
};

function others(control: Control): (string | boolean | number)[] {
  if (control.kind === 'choice')
    return control.options.map(({ value }) => value).filter((value) => value !== control.default);
  if (control.kind === 'switch') return [!control.default];
  return [];
}

export const askedOf = (
  lab: LabDescription,
  { settings, seed, inputs }: Variant,
  steps: number,
): Asked => ({
  lab: lab.name,
  experiment: lab.experiment ?? '',
  caption: lab.caption,
  settings,
  seed,
  steps,
  inputs,
});

/** Values of metrics in the first steps, or the sentence with which the experiment refuses. */
export async function firstRows(
  lab: LabDescription,
  { settings, seed, inputs }: Variant,
  compared: string | string[],
  steps: number,
): Promise<number[][] | string> {
  const names = [compared].flat();
  const experiment = await loadExperiment(lab.experiment);
  if ('simulate' in experiment) {
    const made = madeOf(experiment as never, settings, seed, inputs);
    const simulation = experiment.simulate(settings, seed, made.inputs);
    const live = Object.fromEntries(
      (simulation.live ?? []).map((name) => [name, Number(settings[name])]),
    );
    return Array.from({ length: steps }, () => {
      const row = simulation.step(live);
      return names.flatMap((name) => row[name] as number | number[]);
    });
  }
  let opened: ReturnType<typeof openSession>;
  try {
    opened = openSession(experiment as TrainingExperiment, settings, seed, inputs);
  } catch (error) {
    return (error as Error).message;
  }
  const training = new Training(workOf(opened));
  const rows: number[][] = [];
  for (let step = 0; step < steps; step++) {
    const metrics = training.take();
    const row = await Promise.all(names.map((name) => metrics[name].data()));
    rows.push(row.flatMap((values) => [...values]));
    tf.dispose(metrics);
  }
  training.dispose();
  opened.close();
  return rows;
}

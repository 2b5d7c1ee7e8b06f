/** The recorded runs of a lab, each in full: what `npm run record` executes, one file a variant. */
import type { Inputs } from '../model/experiments/types';
import { type Members, resolveSettings } from './controls';
import type { LabDescription, Recording } from './types';

export interface FullRecording extends Required<Omit<Recording, 'preset' | 'model' | 'code'>> {
  code?: Recording['code'];
  /** Absent where the experiment's own default is meant. */
  inputs?: Inputs;
  model?: Recording['model'];
}

type Lab = Pick<
  LabDescription,
  'name' | 'controls' | 'fixed' | 'recorded' | 'lastStep' | 'presets' | 'plan'
>;

/** Findings are taken of so many seeds unless a recording says otherwise. */
const usualSeeds = 8;

/**
 * Variant → recording, with all settings, inputs, seed and number of steps filled in. Where a task
 * is among the settings, its options are filled in from the members.
 */
export function recordingsOf(lab: Lab, members?: Members): Record<string, FullRecording> {
  return Object.fromEntries(
    Object.entries(lab.recorded).map(([variant, entry]) => {
      const { settings, preset, ...rest } = isRecording(entry) ? entry : { settings: entry };
      const inputs = inputsOf(lab, preset);
      return [
        variant,
        {
          changes: [],
          seed: 1,
          // What is computed at once draws nothing, unless a recording says otherwise.
          seeds: lab.plan?.kind === 'table' ? 1 : usualSeeds,
          lastStep: (lab.plan?.kind === 'sweep' && lab.plan.lastStep) || lab.lastStep,
          ...rest,
          settings: resolveSettings(lab, settings, members),
          ...(inputs && { inputs }),
        },
      ];
    }),
  );
}

/**
 * The seeds of a recording: its own first, then the smallest others. Two recordings of a lab thus
 * share seeds and can be compared pair by pair, whichever of them each keeps whole.
 */
export function seedsOf({ seed, seeds }: Pick<FullRecording, 'seed' | 'seeds'>): number[] {
  const others = Array.from({ length: seeds }, (_, i) => i + 1).filter((other) => other !== seed);
  return [seed, ...others].slice(0, seeds);
}

/** A preset's inputs, the first one's unless named. */
function inputsOf(lab: Lab, name?: string): Inputs | undefined {
  const presets = lab.presets ?? [];
  const preset = name ? presets.find((each) => each.name === name) : presets[0];
  if (name && !preset)
    throw new Error(
      `Lab ${lab.name} has no preset ${name}; it has ${presets.map((each) => each.name).join(', ')}.`,
    );
  return preset?.inputs();
}

/** A setting's value is never an object, so a `settings` that is one marks a recording. */
function isRecording(entry: LabDescription['recorded'][string]): entry is Recording {
  return typeof entry.settings === 'object';
}

/** The recorded runs of a lab, each in full: what `npm run record` executes, one file a variant. */
import type { Inputs } from '../model/experiments/types';
import { resolveSettings } from './settings';
import type { LabDescription, Recording } from './types';

export interface FullRecording extends Required<Omit<Recording, 'preset' | 'seeds'>> {
  /** Absent where the experiment's own default is meant. */
  inputs?: Inputs;
}

type Lab = Pick<
  LabDescription,
  'name' | 'controls' | 'fixed' | 'recorded' | 'lastStep' | 'presets'
>;

/** Variant → recording, with all settings, inputs, seed and number of steps filled in. */
export function recordingsOf(lab: Lab): Record<string, FullRecording> {
  return Object.fromEntries(
    Object.entries(lab.recorded).map(([variant, entry]) => {
      const { settings, preset, ...rest } = isRecording(entry) ? entry : { settings: entry };
      const inputs = inputsOf(lab, preset);
      return [
        variant,
        {
          changes: [],
          seed: 1,
          lastStep: lab.lastStep,
          ...rest,
          settings: resolveSettings(lab, settings),
          ...(inputs && { inputs }),
        },
      ];
    }),
  );
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

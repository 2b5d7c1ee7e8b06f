/** The recorded runs of a lab, each in full: what `npm run record` executes, one file a variant. */
import type { LabDescription, Recording } from './types';

/** Variant → recording, with the seed and the number of steps filled in. */
export function recordingsOf(
  lab: Pick<LabDescription, 'recorded' | 'lastStep'>,
): Record<string, Required<Recording>> {
  return Object.fromEntries(
    Object.entries(lab.recorded).map(([variant, entry]) => {
      const recording = isRecording(entry) ? entry : { settings: entry };
      return [variant, { changes: [], seed: 1, lastStep: lab.lastStep, ...recording }];
    }),
  );
}

/** A setting's value is never an object, so a `settings` that is one marks a recording. */
function isRecording(entry: LabDescription['recorded'][string]): entry is Recording {
  return typeof entry.settings === 'object';
}

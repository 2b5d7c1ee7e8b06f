/** Target curves to choose from, the numbers of the task itself. */

import type { LabDescription } from '../../../lab/types';
import { points, sample } from '../../../model/tasks/curves';

const labels: Record<string, string> = {
  wave: 'a wave',
  step: 'two steps',
  chirp: 'a wave that quickens',
  tent3: 'a tent folded 3 times',
  tent5: 'a tent folded 5 times',
};

/** The named curves as presets, in the order given. */
export const targets = (...names: string[]): NonNullable<LabDescription['presets']> =>
  names.map((name) => ({
    name,
    label: labels[name],
    inputs: () => ({ target: { shape: [points], data: sample(name) } }),
  }));

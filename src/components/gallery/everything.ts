import { existsSync } from 'node:fs';
import type { Example } from '../../../test/views/examples/types';
import { labNames, loadLab } from '../../lab/labs';
import { recordingsOf } from '../../lab/recordings';
import type { RunData, View } from '../../lab/types';
import { recordedRun } from '../lab/prepare';

export interface Shown {
  view: View;
  state: string;
  run: RunData;
  past?: RunData[];
  axis?: Example['axis'];
  lastStep?: number;
  half?: boolean;
}

/** Views with what they show: all recorded runs of all labs, then the examples that the tests draw. */
export async function everything(): Promise<Shown[]> {
  const recorded = await Promise.all(
    labNames.map(async (name) => {
      const lab = await loadLab(name);
      return Object.keys(recordingsOf(lab))
        .filter((variant) => existsSync(`public/runs/${name}/${variant}.json`))
        .flatMap((variant) =>
          lab.views.map(
            ({ view, size }): Shown => ({
              view,
              state: `${name}, ${variant}`,
              run: recordedRun(lab, variant, 'public/runs'),
              lastStep: lab.lastStep,
              half: size === 'half',
            }),
          ),
        );
    }),
  );
  const examples = Object.values(
    import.meta.glob<{ examples: Example[] }>('../../../test/views/examples/*.ts', { eager: true }),
  ).flatMap(({ examples = [] }) => examples);
  return [...recorded.flat(), ...examples];
}

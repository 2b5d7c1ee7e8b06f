/** What every lab must keep of the contract: a new file is tested without further ado. */
import { describe, expect, it } from 'vitest';
import { labNames, loadLab } from '../../src/lab/labs';
import { resolveSettings } from '../../src/lab/settings';
import { loadExperiment } from '../../src/model/experiments';

const labs = await Promise.all(labNames.map(loadLab));

describe.each(labs)('lab $name', (lab) => {
  it.skipIf(lab.plan?.kind === 'table')(
    'sets what its experiment reads, and nothing else',
    async () => {
      const { reads } = await loadExperiment(lab.experiment);
      expect(Object.keys(resolveSettings(lab)).sort()).toEqual([...reads].sort());
    },
  );

  it.skipIf(lab.plan?.kind === 'table')('hands in what its experiment takes', async () => {
    const { takes = {} } = await loadExperiment(lab.experiment);
    for (const preset of lab.presets ?? [])
      expect(Object.keys(takes), preset.name).toEqual(
        expect.arrayContaining(Object.keys(preset.inputs())),
      );
  });

  it('gives each of its goals a name of its own', () => {
    const names = (lab.goals ?? []).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

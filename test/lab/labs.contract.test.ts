/** What every lab must keep of the contract: a new file is tested without further ado. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveSettings } from '../../src/lab/controls';
import { findingsOf } from '../../src/lab/findings';
import { labNames, loadLab } from '../../src/lab/labs';
import { recordingsOf } from '../../src/lab/recordings';
import { startRun } from '../../src/lab/run';
import type { RecordedRun } from '../../src/lab/types';
import { loadExperiment } from '../../src/model/experiments';

const labs = await Promise.all(labNames.map(loadLab));
const folder = join(import.meta.dirname, '../../public/runs');

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

  it('speaks before its first step', () => {
    const run = startRun(resolveSettings(lab), 1);
    const findings = findingsOf(lab, run);
    const title = lab.title(run, findings);
    for (const words of [title, lab.describe(run, findings)])
      expect(words).not.toMatch(/NaN|undefined|Infinity/);
    expect(title).toMatch(/^[A-Z0-9].{10,}/);
    expect(lab.caption).toMatch(/\.$/);
  });

  it.each(Object.keys(recordingsOf(lab)))('speaks of its recorded run %s', (variant) => {
    const file = join(folder, lab.name, `${variant}.json`);
    const run: RecordedRun = JSON.parse(readFileSync(file, 'utf8'));
    const findings = findingsOf(lab, run);
    const title = lab.title(run, findings);
    for (const words of [title, lab.describe(run, findings)])
      expect(words).not.toMatch(/NaN|undefined|Infinity/);
    // A finding as a title is no sentence.
    expect(title).not.toMatch(/\.$/);
    for (const [name, number] of Object.entries(lab.findings(run)))
      expect(Number.isFinite(number), name).toBe(true);
  });

  it('gives each of its goals a name of its own', () => {
    const names = (lab.goals ?? []).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

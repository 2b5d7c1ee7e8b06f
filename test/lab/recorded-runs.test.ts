/**
 * Recorded runs are what the code of today gives: each one's first steps are taken again. Another
 * backend adds in another order, and a mixture's choices may tip on that: a few steps and one
 * part in a thousand tell a changed experiment from another rounding.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { perform } from '../../scripts/recorder';
import { labNames, loadLab } from '../../src/lab/labs';
import { recordingsOf } from '../../src/lab/recordings';
import type { RecordedRun } from '../../src/lab/types';
import * as tf from '../../src/tensor/tf';

const folder = join(import.meta.dirname, '../../public/runs');
const steps = 40;
const tolerance = 1e-3;

beforeAll(async () => {
  await tf.loadBackend.cpu();
  await tf.setBackend('cpu');
});

it('are of labs that exist', () => {
  expect(readdirSync(folder).sort()).toEqual([...labNames].sort());
});

const labs = await Promise.all(labNames.map(loadLab));

for (const lab of labs)
  describe(lab.name, () => {
    const { name } = lab;
    const recordings = recordingsOf(lab);

    it('has a file for each recording that the lab names, and no other', () => {
      const files = readdirSync(join(folder, name)).map((file) => file.replace('.json', ''));
      expect(files.sort()).toEqual(Object.keys(recordings).sort());
    });

    it.each(Object.keys(recordings))('%s begins as recorded', async (variant) => {
      const recording = recordings[variant];
      const kept: RecordedRun = JSON.parse(
        readFileSync(join(folder, name, `${variant}.json`), 'utf8'),
      );
      const again = await perform(lab, { ...recording, changes: [] }, steps);
      expect(kept.seed).toBe(recording.seed);
      expect(kept.step).toBe(recording.lastStep);
      if (!recording.changes.length) expect(kept.settings).toEqual(recording.settings);
      const common = kept.steps.filter((step) => step <= steps);
      expect(common.length).toBeGreaterThan(1);
      for (const step of common) {
        const [then] = kept.metrics.loss[kept.steps.indexOf(step)];
        const [now] = again.metrics.loss[again.steps.indexOf(step)];
        expect(
          Math.abs(now - then) / then,
          `loss at step ${step}: ${now}, was ${then}`,
        ).toBeLessThan(tolerance);
      }
    });
  });

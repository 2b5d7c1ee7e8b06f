/**
 * Recorded runs are what the code of today gives: each one's first steps are taken again, on the
 * backend that recorded them. Another one adds in another order, and a mixture whose scores start
 * almost equal goes its own way within ten steps. A file keeps four digits: hence the tolerance.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keptModel } from '../../scripts/recorder/models';
import { perform } from '../../scripts/recorder/perform';
import { labNames, loadLab } from '../../src/lab/labs';
import { members } from '../../src/lab/members';
import { type FullRecording, recordingsOf, seedsOf } from '../../src/lab/recordings';
import type { RecordedRun, RunData } from '../../src/lab/types';
import { loadExperiment } from '../../src/model/experiments';
import type { Model } from '../../src/model/experiments/types';
import { useWasm } from '../engine/fixtures/wasm';

const folder = join(import.meta.dirname, '../../public/runs');
/** After three of them forward pass, gradients and what an optimizer remembers have had their turn. */
const steps = 3;
const tolerance = 1e-3;

useWasm();

it('are of labs that exist', () => {
  expect(readdirSync(folder).sort()).toEqual([...labNames].sort());
});

const labs = await Promise.all(labNames.map(loadLab));

it('keep the models that other labs take, and no others', () => {
  const models = join(import.meta.dirname, '../../public/models');
  const wanted = labs
    .flatMap((lab) => Object.values(recordingsOf(lab)))
    .flatMap(({ model }) =>
      model ? `${model.lab}/${model.variant ?? 'default'}.safetensors` : [],
    );
  const files = existsSync(models)
    ? readdirSync(models, { recursive: true })
        .map(String)
        .filter((name) => name.includes('.'))
    : [];
  expect(files.sort()).toEqual([...new Set(wanted)].sort());
});

for (const lab of labs)
  describe(lab.name, () => {
    const { name } = lab;
    const recordings = recordingsOf(lab, members);

    it('has a file for each recording that the lab names, and no other', () => {
      const files = readdirSync(join(folder, name)).map((file) => file.replace('.json', ''));
      expect(files.sort()).toEqual(Object.keys(recordings).sort());
    });

    if (!Object.keys(recordings).length) return;

    it.each(Object.keys(recordings))('%s begins as recorded', async (variant) => {
      const recording = recordings[variant];
      const then = keptRun(name, variant);
      // A long run keeps its second row late.
      const second = Math.max(...lanesOf(then).map((lane) => lane.steps[1] ?? 0));
      const { run } = await perform(lab, recording, {
        steps: Math.max(steps, second),
        model: await keptFor(recording),
      });
      expect(then.seed).toBe(recording.seed);
      const lanes = lanesOf(run);
      expect(lanesOf(then).length).toBe(lanes.length);
      for (const [i, lane] of lanesOf(then).entries()) {
        // A change on the way shows in the settings that a run ends with.
        if (!recording.changes.length) expect(lane.settings).toEqual(lanes[i].settings);
        expectSameBeginning(lane, lanes[i], await comparable(lab.experiment, run));
      }
    });

    it.each(Object.keys(recordings))('%s was run to its end, with all its seeds', (variant) => {
      const recording = recordings[variant];
      const kept = keptRun(name, variant);
      // A simulation may end by itself, a diverging run must.
      for (const lane of lanesOf(kept))
        if (lab.plan?.kind !== 'table' && lab.plan?.kind !== 'simulate' && staysFinite(lane))
          expect(lane.step).toBe(recording.lastStep);
      const { seeds = [], findings } = kept;
      expect(seeds.map(({ seed }) => seed)).toEqual(seedsOf(recording));
      expect(seeds[0].findings).toEqual(findings);
      // Every seed says the same things, under the names that the lab gives today.
      const names = Object.keys(lab.findings(kept));
      for (const each of seeds) expect(Object.keys(each.findings)).toEqual(names);
      if (seeds.length > 1)
        expect(new Set(seeds.map(({ findings }) => JSON.stringify(findings))).size).toBeGreaterThan(
          1,
        );
    });
  });

/** Another lab's model, as it was kept. */
async function keptFor({ model: wish }: FullRecording): Promise<Model | undefined> {
  if (!wish) return undefined;
  const { variant = 'default' } = wish;
  const model = keptModel(wish, recordingsOf(await loadLab(wish.lab), members)[variant]);
  expect(
    model,
    `public/models/${wish.lab}/${variant} is missing or stale: record it`,
  ).toBeDefined();
  return model;
}

const keptRun = (lab: string, variant: string): RecordedRun =>
  JSON.parse(readFileSync(join(folder, lab, `${variant}.json`), 'utf8'));

const staysFinite = (run: RunData) =>
  Object.values(run.metrics).every((rows) => rows.at(-1)?.every(Number.isFinite));

const lanesOf = (run: RunData): RunData[] => run.lanes ?? [run];

/** Of training, the metric that must stay a number; of what computes plain numbers, all. */
async function comparable(experiment: string | undefined, run: RunData): Promise<string[]> {
  const found = experiment && (await loadExperiment(experiment));
  if (found && 'start' in found) return [found.finite ?? 'loss'];
  return Object.keys(run.metrics);
}

function expectSameBeginning(then: RunData, now: RunData, metrics: string[]): void {
  const common = then.steps.filter((step) => now.steps.includes(step));
  expect(common.length).toBeGreaterThan(metrics.length ? 1 : -1);
  for (const metric of metrics)
    for (const step of common) {
      const [was, is] = [then, now].map((run) => run.metrics[metric][run.steps.indexOf(step)]);
      was.forEach((value, i) => {
        expect(
          Math.abs(is[i] - value),
          `${metric}[${i}] at step ${step}: ${is[i]}, was ${value}`,
        ).toBeLessThanOrEqual(tolerance * Math.abs(value));
      });
    }
}

/** What newcomers read: the README, CONTRIBUTING and their first lab, held to the tree as it is. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readme, withOpenStations } from '../../scripts/open-stations.mjs';
import { resolveSettings } from '../../src/lab/controls';
import { findingsOf } from '../../src/lab/findings';
import { append, startRun } from '../../src/lab/run';
import type { LabDescription } from '../../src/lab/types';
import { openSession } from '../../src/model/experiments/session';
import { Training, workOf } from '../../src/model/experiments/train';
import type { TrainingExperiment } from '../../src/model/experiments/types';
import * as tf from '../../src/tensor/tf';

const root = join(import.meta.dirname, '../..');
const text = (path: string) => readFileSync(join(root, path), 'utf8');
const papers = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'docs/authoring.md',
  'docs/decisions.md',
];
const { scripts, engines, devDependencies } = JSON.parse(text('package.json')) as {
  scripts: Record<string, string>;
  engines: { node: string };
  devDependencies: Record<string, string>;
};

describe('the README', () => {
  it('says how much of the course is open; if not, run npm run contents', () => {
    expect(text('README.md')).toBe(withOpenStations(readFileSync(readme, 'utf8')));
  });

  it('opens with a picture, two sentences, what is open, and the two commands', () => {
    const [picture, words, mark] = text('README.md').split('\n\n');
    expect(picture).toMatch(/^!\[.{20,}\]\(docs\/readme\.png\)$/);
    expect(words.match(/\.(?=\s|$)/g)).toHaveLength(2);
    expect(mark).toBe('<!-- open stations -->');
    expect(text('README.md')).toMatch(/```sh\nnpm ci && npm start .*\nnpm ci && npm test .*\n```/);
  });

  it('names the Nodes that package.json asks for and brings', () => {
    expect(text('README.md')).toContain(`Node ${engines.node.replace('>=', '')} or later`);
    expect(text('README.md')).toContain(`Node ${devDependencies.node}`);
    expect(text('.npmrc')).toContain(`Node ${devDependencies.node}`);
  });
});

describe('every paper', () => {
  it.each(papers)('%s names commands that exist', (paper) => {
    for (const [, name] of text(paper).matchAll(/\bnpm run ([\w:]+)/g))
      expect(Object.keys(scripts)).toContain(name);
    for (const [, name] of text(paper).matchAll(/\bnpm (start|test|build|bench)\b/g))
      expect(Object.keys(scripts)).toContain(name);
  });

  it.each(papers)('%s links to files that exist', (paper) => {
    for (const [, link] of text(paper).matchAll(/\]\((?!https?:|#|\/)([^)#]+)[^)]*\)/g))
      expect(() => text(join(dirname(paper), link))).not.toThrow(/ENOENT/);
  });
});

describe('CONTRIBUTING.md', () => {
  const contributing = text('CONTRIBUTING.md');

  it('names every command', () => {
    for (const name of Object.keys(scripts))
      expect(contributing).toContain(
        /^(start|test)$/.test(name) ? `npm ${name}` : `npm run ${name}`,
      );
  });

  it('draws the floors as the borders are kept', () => {
    const picture = /```\n( what a reader sees[\s\S]*?)```/.exec(contributing)![1];
    const drawn = picture
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(22, 69).trim().split(/\s+/));
    const kept = /const floors = (\[[\s\S]*?\n\]);/.exec(text('test/site/borders.test.ts'))![1];
    const floors = JSON.parse(kept.replaceAll("'", '"').replace(/,(\s*\])/g, '$1'));
    expect(drawn.toReversed()).toEqual(floors);
  });

  it('leads to a first lab that trains as it says', async () => {
    const files = [...contributing.matchAll(/```ts (src\/\S+)\n([\s\S]*?)```/g)];
    expect(files).toHaveLength(2);
    const [experiment, lab] = (await Promise.all(
      files.map(async ([, path, code]) => {
        // Somewhere else, where no list of labs finds it.
        const file = join(root, '.cache/first-lab', path);
        mkdirSync(dirname(file), { recursive: true });
        const base = dirname(join(root, path));
        const moved = code.replace(/'(\.\.?\/[^']+)'/g, (_, to) => JSON.stringify(join(base, to)));
        writeFileSync(file, moved);
        return (await import(/* @vite-ignore */ file)).default;
      }),
    )) as [TrainingExperiment, LabDescription];

    expect(lab.experiment).toBe(experiment.name);
    const settings = resolveSettings(lab);
    expect(Object.keys(settings)).toEqual([...experiment.reads]);

    await tf.loadBackend.cpu();
    await tf.setBackend('cpu');
    const opened = openSession(experiment, settings, 1);
    const training = new Training(workOf(opened));
    let run = startRun(settings, 1);
    for (let step = 1; step <= 300; step++) {
      const metrics = training.take();
      const rows = Object.fromEntries(
        Object.entries(metrics).map(([name, metric]) => [
          name,
          { width: 1, data: Float32Array.from(metric.dataSync()) },
        ]),
      );
      tf.dispose(metrics);
      const speed = { stepsPerSecond: 0, msPerStep: 0, jsMsPerStep: 0, dispatches: 0 };
      const frame = { step, steps: [step], metrics: rows, probes: {} };
      run = append(run, { ...frame, speed: { ...speed, captured: false } });
    }
    training.dispose();
    opened.close();

    expect(Object.keys(run.metrics)).toEqual(Object.keys(experiment.metrics));
    const { loss } = run.metrics;
    expect(loss.at(-1)![0]).toBeLessThan(loss[0][0] / 10);
    const findings = findingsOf(lab, run);
    expect(lab.title(run, findings)).toMatch(/^A router alone leaves a mean squared error of 0\.0/);
    expect(lab.goals![0].met(run, {}, findings)).toBe(false);
    expect(lab.goals![0].met(run, {}, { ...findings, steepness: 11 })).toBe(true);
    for (const { view } of lab.views) {
      expect(Object.keys(run.metrics)).toEqual(expect.arrayContaining(view.reads.metrics!));
      expect(view.describe(run)).toMatch(/\d.*\.$/);
    }
  });
});

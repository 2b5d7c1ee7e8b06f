/** Runs what the labs say should be recorded, and writes what their figures and prose need. */
import { mkdir, writeFile } from 'node:fs/promises';
import { EagerTrainer } from '../src/engine/rungs/eager';
import { carryOver, type Opened, openSession, workOf } from '../src/engine/worker/session';
import { labNames, loadLab } from '../src/lab/labs';
import { members } from '../src/lab/members';
import { type FullRecording, recordingsOf } from '../src/lab/recordings';
import { append, compact, mark, mostKeyframes, startRun, thin } from '../src/lab/run';
import { controlsOf, valueInWords } from '../src/lab/settings';
import type { LabDescription, RecordedRun, RunData } from '../src/lab/types';
import { loadTraining } from '../src/model/experiments';
import type { SettingValue } from '../src/model/experiments/types';
import * as tf from '../src/tensor/tf';

/** Rows of metrics kept in a file; figures show fewer. */
const rows = 240;

export async function record(names: string[]): Promise<void> {
  const unknown = names.filter((name) => !labNames.includes(name));
  if (unknown.length)
    throw new Error(
      `There is no lab called ${unknown.join(', ')}; there are ${labNames.join(', ')}.`,
    );
  await tf.loadBackend.wasm();
  if (!(await tf.setBackend('wasm'))) throw new Error('WebAssembly could not be started.');
  for (const name of names.length ? names : labNames) {
    const lab = await loadLab(name);
    for (const [variant, recording] of Object.entries(recordingsOf(lab))) {
      const started = performance.now();
      const run = await perform(lab, recording);
      const kept: RecordedRun = {
        ...thinned(run),
        lab: name,
        variant,
        findings: lab.findings(run),
        backend: tf.getBackend(),
      };
      await mkdir(`public/runs/${name}`, { recursive: true });
      const file = `public/runs/${name}/${variant}.json`;
      await writeFile(file, `${JSON.stringify(compact(kept, 4))}\n`);
      const seconds = (performance.now() - started) / 1000;
      console.log(`${file}: ${run.step} steps, ${seconds.toFixed(1)} s`, kept.findings);
    }
  }
}

/** The whole run, or its first `steps` steps: each step once, all its metrics, a few keyframes. */
export async function perform(
  lab: LabDescription,
  { settings, seed, inputs, changes, lastStep }: FullRecording,
  steps = lastStep,
): Promise<RunData> {
  const experiment = await loadTraining(lab.experiment);
  let opened: Opened = openSession(experiment, settings, seed, inputs);
  let trainer = trainerOf(opened, 0);
  let run = startRun(settings, seed);
  const stops = new Set([1, ...changes.map(({ step }) => step), steps]);
  for (let i = 1; i < mostKeyframes; i++) stops.add(Math.round((lastStep * i) / mostKeyframes));
  for (let step = 0; step < steps; step++) {
    for (const { name, value } of changes.filter((change) => change.step === step)) {
      run = mark(run, wordsOfChange(lab, name, value));
      run = { ...run, settings: { ...run.settings, [name]: value } };
      if (opened.session.live.includes(name)) trainer.setLive(name, Number(value));
      else {
        const { state } = await trainer.state();
        trainer.dispose();
        opened.close();
        opened = openSession(experiment, { ...opened.settings, [name]: value }, seed, inputs);
        carryOver(opened, state);
        trainer = trainerOf(opened, step);
      }
    }
    trainer.advance(1, Infinity);
    const atStop = stops.has(step + 1);
    if (atStop || step % 50 === 49) {
      const reading = await trainer.read(atStop);
      run = append(run, { ...reading, speed });
    }
  }
  trainer.dispose();
  opened.close();
  return run;
}

/** The remark that the page would put on the time axis for the same change. */
function wordsOfChange(lab: LabDescription, name: string, value: SettingValue): string {
  const control = controlsOf(lab, members).find((each) => each.name === name);
  if (!control)
    throw new Error(`Lab ${lab.name} records a change of ${name}, which it cannot set.`);
  return `${control.symbol ?? control.label}: ${valueInWords(control, value)}`;
}

const trainerOf = (opened: Opened, step: number) => new EagerTrainer(workOf(opened, step));

/** A recording says nothing about speed. */
const speed = { stepsPerSecond: 0, msPerStep: 0, jsMsPerStep: 0, dispatches: 0, captured: false };

/** Fewer rows; probes and keyframes stay. */
function thinned(run: RunData): RunData {
  const { steps, metrics } = thin(run, rows);
  return { ...run, steps, metrics };
}

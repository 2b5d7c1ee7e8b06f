/** Runs what the labs say should be recorded, and writes what their figures and prose need. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { labNames, loadLab } from '../../src/lab/labs';
import { members } from '../../src/lab/members';
import { recordingsOf, seedsOf } from '../../src/lab/recordings';
import { compact } from '../../src/lab/run';
import type { SeedFindings } from '../../src/lab/seeds';
import type { LabDescription, RecordedRun, RunData } from '../../src/lab/types';
import * as tf from '../../src/tensor/tf';
import { inShort } from './in-short';
import { kept } from './kept';
import { keepModel, modelFor, placeOf, takersOf } from './models';
import { perform } from './perform';

/**
 * What is asked for as "lab" or "lab/variant"; of every lab where nothing is. Throws a sentence
 * for a name that does not exist before anything is trained.
 */
export async function record(names: string[]): Promise<void> {
  const asked = await wanted(names);
  await tf.loadBackend.wasm();
  if (!(await tf.setBackend('wasm'))) throw new Error('WebAssembly could not be started.');
  for (const { lab, variants, whole } of asked) {
    await mkdir(folderOf(lab), { recursive: true });
    if (whole) await removeOthers(lab, variants);
    for (const variant of variants) await recordOne(lab, variant);
  }
}

interface Wanted {
  lab: LabDescription;
  variants: string[];
  /** The lab as a whole: files of variants that it no longer names go. */
  whole: boolean;
}

async function wanted(names: string[]): Promise<Wanted[]> {
  const all: Wanted[] = [];
  for (const name of names.length ? names : labNames) {
    const [labName, variant] = name.split('/');
    const lab = await loadLab(labName);
    const known = Object.keys(lab.recorded);
    if (variant !== undefined && !known.includes(variant))
      throw new Error(
        `Lab ${labName} records no run ${variant}; it records ${known.join(', ') || 'none'}.`,
      );
    all.push({
      lab,
      variants: variant === undefined ? known : [variant],
      whole: variant === undefined,
    });
  }
  return all;
}

const folderOf = (lab: LabDescription) => `public/runs/${lab.name}`;

async function removeOthers(lab: LabDescription, variants: string[]): Promise<void> {
  for (const file of await readdir(folderOf(lab)))
    if (!variants.includes(file.replace(/\.json$/, ''))) {
      await rm(`${folderOf(lab)}/${file}`);
      console.log(`${folderOf(lab)}/${file}: removed, the lab no longer records it.`);
    }
}

/** Every seed trained from its first step; the first one's run is kept whole. */
async function recordOne(lab: LabDescription, variant: string): Promise<void> {
  const recording = recordingsOf(lab, members)[variant];
  const { seeds: count, model: wish } = recording;
  const started = performance.now();
  const takers = await takersOf(lab.name, variant);
  const seeds: SeedFindings[] = [];
  let first: RunData | undefined;
  for (const seed of seedsOf(recording)) {
    const model =
      wish && (await modelFor(wish, undefined, undefined, wish.eachSeed ? seed : undefined));
    const one = { ...recording, seed };
    const done = await perform(lab, one, { model, wantsModel: takers.length > 0 });
    const { model: made } = done;
    const code = recording.code?.map(({ file }) => file);
    const run: RunData = { ...done.run, ...(code && { code }) };
    if (made) await keepModel({ lab: lab.name, variant }, one, made, placeOf(recording, seed));
    first ??= run;
    seeds.push({ seed, findings: lab.findings(run) });
    if (count > 1) console.log(`  seed ${seed}`, inShort(seeds.at(-1)!.findings));
  }
  const whole: RecordedRun = {
    ...compact(kept(first!), 4),
    lab: lab.name,
    variant,
    findings: inFull(seeds[0].findings),
    seeds: seeds.map(({ seed, findings }) => ({ seed, findings: inFull(findings) })),
    backend: tf.getBackend(),
  };
  const file = `${folderOf(lab)}/${variant}.json`;
  await writeFile(file, `${JSON.stringify(whole)}\n`);
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `${file}: ${first!.step} steps × ${count} ${count === 1 ? 'seed' : 'seeds'}, ${seconds.toFixed(1)} s (${(seconds / count).toFixed(1)} s a seed)`,
  );
  if (takers.length)
    console.log(`  Its model is taken by ${takers.join(', ')}: record those anew, too.`);
}

/** More digits than a figure needs: differences between seeds are taken of findings. */
const inFull = (findings: RecordedRun['findings']) =>
  Object.fromEntries(
    Object.entries(findings).map(([name, value]) => [name, Number(value.toPrecision(7))]),
  );

/** Tries a lab with settings of one's own over seeds: what an exercise promises is looked up here. */
import { readAddress } from '../../src/lab/address';
import { controlsOf } from '../../src/lab/controls';
import { loadLab } from '../../src/lab/labs';
import { members } from '../../src/lab/members';
import { recordingsOf, seedsOf } from '../../src/lab/recordings';
import type { LabDescription, Recording } from '../../src/lab/types';
import type { Settings } from '../../src/model/experiments/types';
import * as tf from '../../src/tensor/tf';
import { inShort } from './in-short';
import { perform } from './perform';

/** Settings that say how it is tried, not what. */
const about = ['seeds', 'seed', 'steps', 'preset'];

/** Trains what the words say and prints what comes of each seed. `words` begin with a lab's name. */
export async function attempt([name, ...words]: string[]): Promise<void> {
  if (!name) throw new Error('Which lab? For example: npm run try collapse topK=1 seeds=5');
  const lab = await loadLab(name);
  const recording = recordingsOf({ ...lab, recorded: { asked: asked(lab, words) } }, members).asked;
  await tf.loadBackend.wasm();
  if (!(await tf.setBackend('wasm'))) throw new Error('WebAssembly could not be started.');
  for (const seed of seedsOf(recording)) {
    const { run } = await perform(lab, { ...recording, seed });
    const findings = lab.findings(run);
    const reached = (lab.goals ?? []).filter((goal) => goal.met(run, {}, findings));
    console.log(`seed ${seed}: ${lab.title(run, findings)}`);
    console.log(`  ${inShort(findings)}`);
    console.log(`  goals: ${reached.map((goal) => goal.name).join(', ') || 'none'}`);
  }
}

/**
 * The recording that words ask for: `setting=value`, `setting=value@step` for a change while it
 * runs, and `seeds`, `seed`, `steps` and `preset` for how it is tried. Throws a sentence for what
 * the lab does not know.
 */
export function asked(lab: LabDescription, words: string[]): Recording {
  const entries = words.map(entryOf);
  const how = Object.fromEntries(
    entries.filter(({ name }) => about.includes(name)).map(({ name, value }) => [name, value]),
  );
  const what = entries.filter(({ name }) => !about.includes(name));
  const changes = what
    .filter(({ step }) => step !== undefined)
    .map((entry) => ({
      step: entry.step!,
      name: entry.name,
      value: settingsOf(lab, [entry])[entry.name],
    }))
    .sort((a, b) => a.step - b.step);
  return {
    settings: settingsOf(
      lab,
      what.filter(({ step }) => step === undefined),
    ),
    ...(changes.length && { changes }),
    ...(how.preset && { preset: how.preset }),
    ...(how.steps && { lastStep: whole('steps', how.steps) }),
    ...(how.seed && { seed: whole('seed', how.seed) }),
    seeds: whole('seeds', how.seeds ?? '1'),
  };
}

/** Read as an address would be: the same sentences refuse what no address may say. */
function settingsOf(lab: LabDescription, entries: Entry[]): Settings {
  const query = new URLSearchParams(
    entries.map(({ name, value }) => [`${lab.name}.${name}`, value]),
  );
  const { settings, words } = readAddress(lab.name, controlsOf(lab, members), query);
  // Here nothing is used instead, and nothing left out.
  if (words.length)
    throw new Error(
      words
        .map((sentence) => `${sentence.replace(' in the address', '').replace(/; [^;]*$/, '')}.`)
        .join('\n')
        .replaceAll('The address', 'The command'),
    );
  return settings;
}

function whole(name: string, value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1)
    throw new Error(`${name}=${value} is not a whole number from 1.`);
  return number;
}

interface Entry {
  name: string;
  value: string;
  step?: number;
}

function entryOf(word: string): Entry {
  const [, name, value, step] = word.match(/^([^=]+)=([^@]*)(?:@(\d+))?$/) ?? [];
  if (!name) throw new Error(`${word} is not a setting: write name=value, or name=value@step.`);
  return { name, value, ...(step && { step: Number(step) }) };
}

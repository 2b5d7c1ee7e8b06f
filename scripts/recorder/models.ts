/**
 * Trained models that one lab's recording hands to another's, kept under public/models: pages
 * stand on the same file. A file says which recording it is of, so that a stale one is noticed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { decodeModel, encodeModel, remarksOf } from '../../src/lab/inputs/safetensors';
import { labNames, loadLab } from '../../src/lab/labs';
import { members } from '../../src/lab/members';
import { type FullRecording, recordingsOf } from '../../src/lab/recordings';
import type { LabDescription } from '../../src/lab/types';
import type { Model } from '../../src/model/experiments/types';
import { perform } from './perform';

type Wish = NonNullable<FullRecording['model']>;

const nameOf = ({ lab, variant = 'default' }: Wish) => `${lab}/${variant}`;
const publicModels = join('public', 'models');
/** Models of a recording's other seeds: for findings over seeds, not for pages. */
const ofOtherSeeds = join('.cache', 'models');

/** Where the model of a seed is kept: pages stand on that of the recording's own. */
export const placeOf = (recording: FullRecording, seed: number, folder = publicModels) =>
  seed === recording.seed
    ? folder
    : join(folder === publicModels ? ofOtherSeeds : folder, `seed-${seed}`);

const fileOf = (wish: Wish, folder: string) => join(folder, `${nameOf(wish)}.safetensors`);

/** What a model comes from: equal words, equal models. */
function originOf({ settings, seed, changes, lastStep, model }: FullRecording): string {
  return JSON.stringify({ settings, seed, changes, lastStep, model });
}

/** Writes the model of a recording, in 16 bits a number. */
export async function keepModel(
  wish: Wish,
  recording: FullRecording,
  model: Model,
  folder = publicModels,
): Promise<void> {
  const file = fileOf(wish, folder);
  await mkdir(dirname(file), { recursive: true });
  const remarks = {
    lab: wish.lab,
    variant: wish.variant ?? 'default',
    origin: originOf(recording),
  };
  await writeFile(file, encodeModel(model, { half: true, remarks }));
  console.log(`${file}: kept.`);
}

/** The kept model of a recording; undefined where there is none, or one of another recording. */
export function keptModel(
  wish: Wish,
  recording: FullRecording,
  folder = publicModels,
): Model | undefined {
  const file = fileOf(wish, folder);
  if (!existsSync(file)) return undefined;
  const bytes = readFileSync(file);
  return remarksOf(bytes).origin === originOf(recording) ? decodeModel(bytes) : undefined;
}

/**
 * The model of another lab's recording, trained and kept first where that was not done yet; of
 * another seed than the recording's own where one is given.
 */
export async function modelFor(
  wish: Wish,
  folder = publicModels,
  load: (name: string) => Promise<LabDescription> = loadLab,
  seed?: number,
): Promise<Model> {
  const variant = wish.variant ?? 'default';
  const lab = await load(wish.lab);
  const recordings = recordingsOf(lab, members);
  const own = recordings[variant];
  if (!own)
    throw new Error(
      `Lab ${wish.lab} records no run ${variant}, whose model is asked for; it records ${Object.keys(recordings).join(', ') || 'none'}.`,
    );
  const recording = { ...own, seed: seed ?? own.seed };
  const place = placeOf(own, recording.seed, folder);
  const kept = keptModel(wish, recording, place);
  if (kept) return kept;
  const whose = recording.seed === own.seed ? '' : `, seed ${recording.seed},`;
  console.log(
    `The model of ${nameOf(wish)}${whose} is trained first: ${recording.lastStep} steps.`,
  );
  const handed = recording.model && (await modelFor(recording.model, folder, load));
  const { model } = await perform(lab, recording, { model: handed, wantsModel: true });
  await keepModel(wish, recording, model!, place);
  // As the file has it: what is handed over is the same today and tomorrow.
  return keptModel(wish, recording, place)!;
}

/** The recordings, as "lab/variant", that take the model of this one. */
export async function takersOf(lab: string, variant: string): Promise<string[]> {
  const takers: string[] = [];
  for (const name of labNames)
    for (const [own, { model }] of Object.entries(recordingsOf(await loadLab(name))))
      if (model && nameOf(model) === `${lab}/${variant}`) takers.push(`${name}/${own}`);
  return takers;
}

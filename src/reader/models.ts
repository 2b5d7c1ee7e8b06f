/**
 * Models that the reader keeps in this browser under names: each as a safetensors file, the form in
 * which it also leaves and comes back. Every function that fails rejects with a sentence.
 */
import { createStore, del, entries, get, set, type UseStore } from 'idb-keyval';
import { decodeModel, encodeModel, remarksOf } from '../lab/inputs/safetensors';
import type { KeptModel } from '../lab/inputs/types';
import type { Model } from '../model/experiments/types';

interface Kept extends KeptModel {
  file: Uint8Array<ArrayBuffer>;
}

const longestName = 60;

let opened: UseStore | undefined;

async function inStore<T>(work: (store: UseStore) => Promise<T>): Promise<T> {
  try {
    opened ??= createStore('switchyard-models', 'models');
    return await work(opened);
  } catch (error) {
    opened = undefined;
    if ((error as Error).name === 'QuotaExceededError')
      throw new Error(
        'There is no room left for this model in what the browser lets the page keep. Delete one, or save this one as a file.',
      );
    throw new Error(
      'This browser does not let the page keep models, as in a private window. A model can still be saved as a file.',
    );
  }
}

/** The kept models, the latest first. What is kept and is none is left out. */
export async function keptModels(): Promise<KeptModel[]> {
  const all = await inStore((store) => entries<string, Kept>(store));
  return all
    .flatMap(([name, kept]) => (isKept(kept) ? [{ ...infoOf(kept), name }] : []))
    .toSorted((a, b) => b.kept.localeCompare(a.kept));
}

const isKept = (kept: Partial<Kept> | undefined): kept is Kept =>
  kept?.file instanceof Uint8Array &&
  typeof kept.form === 'string' &&
  typeof kept.kept === 'string';

const infoOf = ({ file, ...info }: Kept): KeptModel => ({ ...info, bytes: file.length });

/** Keeps a model under a name, or that name with a number where another has it. */
export async function keepModel(name: string, model: Model, lab?: string): Promise<KeptModel> {
  const file = encodeModel(model, lab === undefined ? {} : { remarks: { lab } });
  return keepFile(name, file, model.form, lab);
}

/** The same of a file. Rejects with a sentence where it holds no model that is whole. */
export async function importModel(name: string, file: Uint8Array): Promise<KeptModel> {
  const { form } = decodeModel(file);
  const { lab } = remarksOf(file);
  return keepFile(name, file, form, typeof lab === 'string' ? lab : undefined);
}

async function keepFile(
  wanted: string,
  file: Uint8Array,
  form: string,
  lab?: string,
): Promise<KeptModel> {
  const name = freeName(
    checkedName(wanted),
    (await keptModels()).map((kept) => kept.name),
  );
  const kept: Kept = {
    name,
    form,
    ...(lab !== undefined && { lab }),
    bytes: file.length,
    kept: new Date().toISOString(),
    file: new Uint8Array(file),
  };
  await inStore((store) => set(name, kept, store));
  return infoOf(kept);
}

function checkedName(wanted: string): string {
  const name = wanted.replace(/\s+/g, ' ').trim();
  if (!name) throw new Error('A model is kept under a name; give it one.');
  if (name.length > longestName)
    throw new Error(
      `The name has ${name.length} characters; a model’s name has at most ${longestName}.`,
    );
  return name;
}

function freeName(name: string, taken: string[]): string {
  if (!taken.includes(name)) return name;
  let number = 2;
  while (taken.includes(`${name} (${number})`)) number++;
  return `${name} (${number})`;
}

/** The file of a kept model; undefined where there is none of that name. */
export const fileOf = async (name: string): Promise<Uint8Array<ArrayBuffer> | undefined> => {
  const kept = await inStore((store) => get<Kept>(name, store));
  return isKept(kept) ? kept.file : undefined;
};

/** Rejects with a sentence where what is kept can no longer be read. */
export async function findModel(name: string): Promise<Model | undefined> {
  const file = await fileOf(name);
  return file && decodeModel(file);
}

export const dropModel = (name: string): Promise<void> => inStore((store) => del(name, store));

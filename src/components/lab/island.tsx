/** Hydrates one lab that has come into view. */
import { hydrate } from 'preact';
import type { CodeEngines, LoadEngine } from '../../lab/engine';
import { kindsFor } from '../../lab/inputs';
import { loadLab } from '../../lab/labs';
import { restored } from '../../lab/restored';
import type { Model } from '../../model/experiments/types';
import { keeper } from '../../reader/keeper';
import { Shell, type ShellData } from './Shell';

/** TensorFlow.js is behind this import, and the reader's Play before it. */
const loadEngine: LoadEngine = async () => (await import('../../engine/client')).engine();

/** The model that a recording was handed, as the recorder kept it. Rejects with a sentence. */
async function modelFrom(path: string): Promise<Model> {
  const root = new URL(document.documentElement.dataset.root ?? '/', location.href);
  const fetched = async () => {
    const file = await fetch(new URL(`models/${path}.safetensors`, root));
    return file.ok ? new Uint8Array(await file.arrayBuffer()) : undefined;
  };
  const file = await fetched().catch(() => undefined);
  if (!file)
    throw new Error(
      `The recorded model (${path}) did not arrive. Try again, or once you are online.`,
    );
  const { decodeModel } = await import('../../lab/inputs/safetensors');
  try {
    return decodeModel(file);
  } catch (error) {
    throw new Error(`The recorded model (${path}) arrived damaged: ${(error as Error).message}`);
  }
}

/** A reader's code, its worker and the library's texts are behind this one. */
const codeEngines: CodeEngines = {
  // What does not come now is asked for again, with words, on "Train with this".
  near: (near) =>
    void import('../../notebook/client').then(
      ({ standReady }) => standReady(near),
      () => {},
    ),
  engineFor: async (edits, rung) => (await import('../../notebook/client')).engineFor(edits, rung),
};

/** `before` is called once all has arrived, when the lab is about to come to life. */
export async function wake(root: Element, data: ShellData, before: () => void): Promise<void> {
  const [lab, kinds] = await Promise.all([loadLab(data.name), kindsFor(data.takes)]);
  const recorded = data.recorded && restored(data.recorded);
  const behind = data.behind?.map(restored);
  const run = { recorded, behind };
  const { model } = data;
  const recordedModel = model === undefined ? undefined : () => modelFrom(model);
  before();
  hydrate(
    <Shell
      {...data}
      {...run}
      {...{ lab, kinds, keeper, recordedModel, loadEngine, codeEngines }}
    />,
    root,
  );
}

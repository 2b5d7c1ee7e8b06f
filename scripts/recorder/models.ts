/** Trained models that one lab's recording hands to another's. */
import { labNames, loadLab } from '../../src/lab/labs';
import { type FullRecording, recordingsOf } from '../../src/lab/recordings';
import type { Model } from '../../src/model/experiments/types';
import { perform } from './perform';

type Wish = NonNullable<FullRecording['model']>;

/** Those made since the recorder was started. */
const made = new Map<string, Model>();

const nameOf = ({ lab, variant = 'default' }: Wish) => `${lab}/${variant}`;

export const keepModel = (wish: Wish, model: Model): void => {
  made.set(nameOf(wish), model);
};

/** The model of another lab's recording, trained here where it was not recorded just now. */
export async function modelFor(wish: Wish): Promise<Model> {
  const name = nameOf(wish);
  const known = made.get(name);
  if (known) return known;
  const lab = await loadLab(wish.lab);
  const recordings = recordingsOf(lab);
  const recording = recordings[wish.variant ?? 'default'];
  if (!recording)
    throw new Error(
      `Lab ${wish.lab} records no run ${wish.variant ?? 'default'}, whose model is asked for; it records ${Object.keys(recordings).join(', ') || 'none'}.`,
    );
  console.log(`The model of ${name} is trained first: ${recording.lastStep} steps.`);
  const handed = recording.model && (await modelFor(recording.model));
  const { model } = await perform(lab, recording, { model: handed, wantsModel: true });
  keepModel(wish, model!);
  return model!;
}

/** The recordings, as "lab/variant", that take the model of this one. */
export async function takersOf(lab: string, variant: string): Promise<string[]> {
  const takers: string[] = [];
  for (const name of labNames)
    for (const [own, { model }] of Object.entries(recordingsOf(await loadLab(name))))
      if (model && nameOf(model) === `${lab}/${variant}`) takers.push(`${name}/${own}`);
  return takers;
}

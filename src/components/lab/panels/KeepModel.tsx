/** The model inside a lab's session: kept in this browser for other labs, or saved as a file. */
import { useState } from 'preact/hooks';
import { save } from '../../../lab/export';
import { lengthOf } from '../../../lab/run';
import type { LabStore } from '../../../lab/store';
import { LanePicker } from './LanePicker';

export function KeepModel({ store }: { store: LabStore }) {
  const run = store.run.value;
  const lanes = run.lanes ?? [];
  const [lane, setLane] = useState(0);
  const [name, setName] = useState('');
  const [words, setWords] = useState('');
  const open = store.isOpen.value;
  const usual = `${lanes[lane]?.label ?? store.lab.name}, step ${lengthOf(run)}`;
  const attempt = (work: () => Promise<string>) => async () => {
    try {
      setWords(await work());
    } catch (error) {
      setWords((error as Error).message);
    }
  };
  const keep = attempt(async () => {
    const model = await store.player.link.model(lane);
    const { keepModel } = await import('../../../reader/models');
    const kept = await keepModel(name.trim() || usual, model, store.lab.name);
    return `Kept as “${kept.name}”.`;
  });
  const download = attempt(async () => {
    const model = await store.player.link.model(lane);
    const { encodeModel } = await import('../../../lab/inputs/safetensors');
    const file = new Blob([encodeModel(model) as Uint8Array<ArrayBuffer>]);
    save(`switchyard-${store.lab.name}-step-${lengthOf(run)}.safetensors`, file);
    return 'Saved.';
  });
  const id = `${store.id}-model-name`;
  return (
    <fieldset class="lab-keep" aria-label="The model" disabled={!open}>
      <LanePicker words="model of" lanes={lanes} chosen={lane} onChoose={setLane} />
      <label class="lab-inline" for={id}>
        <span>model’s name</span>
        <input
          id={id}
          type="text"
          maxLength={60}
          placeholder={usual}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <button type="button" onClick={keep}>
        Keep the model here
      </button>
      <button type="button" onClick={download}>
        Model as safetensors
      </button>
      <a href={yourModels()}>Your models</a>
      <span role="status">
        {open ? words : 'Press Play first: the recorded run has no model in it.'}
      </span>
    </fieldset>
  );
}

/** From wherever the page stands, in whatever folder. */
const yourModels = () => `${document.documentElement.dataset.root ?? '/'}your-models/`;

/** The picture, the numbers and the model, as files or kept in this browser. */
import type { RefObject } from 'preact';
import { useState } from 'preact/hooks';
import { csvOf, pngOf, save, settingsInWords, svgOf } from '../../../lab/export';
import { lengthOf } from '../../../lab/run';
import type { LabStore } from '../../../lab/store';
import { KeepModel } from './KeepModel';
import { PyTorch } from './PyTorch';

export function Files({ store, root }: { store: LabStore; root: RefObject<HTMLElement> }) {
  const [words, setWords] = useState('');
  const run = store.shown.value;
  const canSave = store.isOpen.value && !run.lanes;
  const name = `switchyard-${store.lab.name}-step-${lengthOf(run)}`;
  const picture = () => {
    const svg = root.current?.querySelector<SVGSVGElement>('.lab-svg');
    if (!svg) throw new Error('There is no picture to save yet.');
    const names = store.active.value.map((control) => control.name);
    const settings = `${settingsInWords(run.settings, names)}  seed=${run.seed}  step=${run.step}`;
    return svgOf(svg, store.told.title.value, settings);
  };
  const attempt = (work: () => void | Promise<void>) => async () => {
    try {
      setWords('');
      await work();
    } catch (error) {
      setWords(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      <button
        type="button"
        onClick={attempt(() => save(`${name}.svg`, picture(), 'image/svg+xml'))}
      >
        Picture as SVG
      </button>
      <button
        type="button"
        onClick={attempt(async () => save(`${name}.png`, await pngOf(picture())))}
      >
        Picture as PNG
      </button>
      <button type="button" onClick={attempt(() => save(`${name}.csv`, csvOf(run), 'text/csv'))}>
        Numbers as CSV
      </button>
      <button
        type="button"
        disabled={!canSave}
        onClick={attempt(async () =>
          save(`${name}.json`, weightsJson(await store.player.link.snapshot())),
        )}
      >
        Weights as JSON
      </button>
      <span role="status">{words}</span>
      <PyTorch store={store} />
      {store.lab.model && <KeepModel store={store} />}
    </>
  );
}

const weightsJson = (snapshot: object) =>
  JSON.stringify(snapshot, (_, entry) =>
    ArrayBuffer.isView(entry) ? Array.from(entry as Float32Array) : entry,
  );

/** The models kept in this browser: what each is, where it came from; saved, deleted, taken in. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { save } from '../../lab/export';
import type { KeptModel } from '../../lab/inputs/types';
import { onEachVisit } from '../../reader/each-visit';
import { dropModel, fileOf, importModel, keptModels } from '../../reader/models';

export function YourModels() {
  const [models, setModels] = useState<KeptModel[]>();
  const [words, setWords] = useState('');
  const [doubted, setDoubted] = useState<string>();
  const takes = useRef<HTMLInputElement>(null);
  const keeps = useRef<HTMLButtonElement>(null);
  const deletes = useRef(new Map<string, HTMLButtonElement>());
  /** The button that was pressed goes: who gets the focus once the others stand. */
  const heir = useRef<() => HTMLElement | null | undefined>();
  useLayoutEffect(() => {
    heir.current?.()?.focus();
    heir.current = undefined;
  }, [doubted]);
  const doubt = (name: string) => {
    heir.current = () => keeps.current;
    setDoubted(name);
  };
  const keep = (name: string) => {
    heir.current = () => deletes.current.get(name);
    setDoubted(undefined);
  };

  const attempt = async (work: () => Promise<string>) => {
    try {
      setWords(await work());
    } catch (error) {
      setWords((error as Error).message);
    }
    setModels(await keptModels().catch(() => []));
  };
  useEffect(() => onEachVisit(() => void attempt(async () => '')), []);

  const download = (name: string) =>
    attempt(async () => {
      const file = await fileOf(name);
      if (!file) throw new Error(`“${name}” is no longer kept here.`);
      save(fileNameOf(name), new Blob([file]), 'application/octet-stream');
      return `“${name}” was saved as a file.`;
    });
  const drop = (name: string) =>
    attempt(async () => {
      heir.current = () => takes.current;
      setDoubted(undefined);
      await dropModel(name);
      return `“${name}” was deleted.`;
    });
  const take = (file: File) =>
    attempt(async () => {
      const name = file.name.replace(/\.safetensors$/i, '').slice(0, 60);
      const kept = await importModel(name, new Uint8Array(await file.arrayBuffer()));
      return `“${kept.name}” is kept now.`;
    });

  return (
    <>
      <p class="models-take">
        <label class="button">
          <span>Open a safetensors file</span>
          <input
            ref={takes}
            type="file"
            accept=".safetensors"
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              event.currentTarget.value = '';
              if (file) void take(file);
            }}
          />
        </label>
      </p>
      <p class="models-words" role="status">
        {words}
      </p>
      {models?.length === 0 && (
        <p>
          No model is kept yet. To keep one, train it in a lab, press Save below the figure, and
          then Keep the model here.
        </p>
      )}
      <ul class="kept-models">
        {models?.map((model) => (
          <li key={model.name}>
            <h2>{model.name}</h2>
            <p>{about(model)}</p>
            <p class="models-bar">
              <button type="button" class="button" onClick={() => void download(model.name)}>
                Save as a file
              </button>
              {doubted === model.name ? (
                <>
                  <button type="button" class="button" onClick={() => void drop(model.name)}>
                    Delete it for good
                  </button>
                  <button ref={keeps} type="button" class="button" onClick={() => keep(model.name)}>
                    Keep it
                  </button>
                </>
              ) : (
                <button
                  ref={(button) => {
                    if (button) deletes.current.set(model.name, button);
                    else deletes.current.delete(model.name);
                  }}
                  type="button"
                  class="button"
                  onClick={() => doubt(model.name)}
                >
                  Delete
                </button>
              )}
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}

/** "decoder, from the lab “speak”, 371 kB, kept on 27 November 2026". */
function about({ form, lab, bytes, kept }: KeptModel): string {
  const day = new Date(kept).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
  const from = lab === undefined ? 'from a file' : `from the lab “${lab}”`;
  return `${form}, ${from}, ${sizeInWords(bytes)}, kept on ${day}`;
}

const sizeInWords = (bytes: number) =>
  bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

/** Letters that every system takes in a file's name. */
const fileNameOf = (name: string) =>
  `${name.replace(/[^\p{Letter}\p{Number}._ ()-]+/gu, '-')}.safetensors`;

/**
 * What goes in beside the settings: presets by name, kept models, and the reader's own. The editors
 * are fetched when one is opened.
 */
import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { KeptModel } from '../../lab/inputs/types';
import type { Option } from '../../lab/settings';
import type { LabStore } from '../../lab/store';
import type { InputKind } from '../../model/experiments/types';
import { dressed } from '../inputs/dressed';
import type { EditorProps } from '../inputs/Editor';
import { Select } from './Select';

const editorWords: Record<Exclude<InputKind, 'model'>, string> = {
  curve: 'Enter heights',
  points: 'Enter points',
  numbers: 'Enter numbers',
  text: 'Enter a text',
  configuration: 'Paste a configuration',
};

/** Values of the menu that are no preset's name. */
const ownValue = 'own';
const modelValue = (name: string) => `model ${name}`;

export function InputControls({ store, ready }: { store: LabStore; ready: boolean }) {
  const { inputs } = store;
  const names = inputs.names();
  const models = useModels(store, ready);
  const [edited, setEdited] = useState<string>();
  const openers = useRef<Record<string, HTMLButtonElement | null>>({});
  /** The focus goes back to where the editor was opened. */
  const close = () => {
    openers.current[edited!]?.focus();
    setEdited(undefined);
  };
  if (!names.length && !inputs.presets.length) return null;
  return (
    <>
      <Menu store={store} models={models} label={names.length === 1 ? names[0] : 'input'} />
      {names.map((name) => {
        const kind = inputs.takes[name];
        if (kind === 'model') return null;
        return (
          <button
            key={name}
            type="button"
            class="lab-quiet lab-edit"
            ref={(button) => {
              openers.current[name] = button;
            }}
            aria-expanded={edited === name}
            onClick={() => setEdited(edited === name ? undefined : name)}
          >
            {names.length === 1 ? editorWords[kind] : `${editorWords[kind]}: ${name}`}
          </button>
        );
      })}
      {edited && <Editing key={edited} store={store} name={edited} close={close} />}
    </>
  );
}

interface MenuProps {
  store: LabStore;
  models: KeptModel[];
  label: string;
}

function Menu({ store, models, label }: MenuProps) {
  const { inputs } = store;
  const { modelInput } = inputs;
  const options: Option[] = [
    ...inputs.presets.map(({ name, label: words }) => ({ value: name, label: words })),
    ...(modelInput && !inputs.presets.length ? [{ value: '', label: 'the recorded model' }] : []),
    ...(modelInput
      ? models.map(({ name }) => ({ value: modelValue(name), label: `your model “${name}”` }))
      : []),
  ];
  const chosen = inputs.own.value[modelInput ?? '']?.name;
  const value =
    chosen !== undefined ? modelValue(chosen) : inputs.isOwn.value ? ownValue : inputs.preset.value;
  if (value === ownValue) options.push({ value: ownValue, label: inputs.ownInWords() });
  if (!options.length) return null;
  const id = `${store.id}-input`;
  return (
    <div class="lab-control">
      <label class="lab-name" for={id}>
        {label}
      </label>
      <Select
        id={id}
        value={value}
        options={options}
        set={(word) => {
          const model = models.find(({ name }) => modelValue(name) === word);
          if (model && modelInput) void store.chooseModel(modelInput, model.name);
          else store.choosePreset(word);
        }}
      />
    </div>
  );
}

/** The kept models, for a lab that takes one. */
function useModels(store: LabStore, ready: boolean): KeptModel[] {
  const [models, setModels] = useState<KeptModel[]>([]);
  useEffect(() => {
    if (!ready || !Object.values(store.inputs.takes).includes('model')) return;
    let left = false;
    void store.inputs.models().then((found) => {
      if (!left) setModels(found);
    });
    return () => {
      left = true;
    };
  }, [ready]);
  return models;
}

interface EditingProps {
  store: LabStore;
  name: string;
  close(): void;
}

function Editing({ store, name, close }: EditingProps) {
  const [Editor, setEditor] = useState<ComponentType<EditorProps>>();
  const [trouble, setTrouble] = useState(false);
  useEffect(() => {
    Promise.all([import('../inputs/Editor'), dressed()]).then(
      ([module]) => setEditor(() => module.Editor),
      () => setTrouble(true),
    );
  }, []);
  if (trouble)
    return (
      <p class="lab-editor" role="alert">
        The editor did not arrive. Close it and open it again to try once more.
      </p>
    );
  const kind = store.inputs.kindOf(name);
  if (!Editor || !kind) return null;
  return (
    <Editor
      id={`${store.id}-edit-${name}`}
      kind={kind}
      written={store.inputs.written(name)}
      read={(text) => store.inputs.read(name, text)}
      use={(input) => {
        store.setInputs({ [name]: input });
        close();
      }}
      close={close}
    />
  );
}

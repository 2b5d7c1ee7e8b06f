/** The lab in PyTorch, as a notebook or a script: what makes them is loaded with this panel. */
import { useEffect, useState } from 'preact/hooks';
import { arriving } from '../../../lab/arrives';
import { save } from '../../../lab/export';
import { emptyRun, lanesOf, lastStepOf } from '../../../lab/plans';
import type { LabStore } from '../../../lab/store';
import type { Asked, NoWriter, Writer } from '../../../notebook/pytorch/types';
import { addressOf } from '../hooks';
import { LanePicker } from './LanePicker';

const load = () => arriving(() => import('../../../notebook/pytorch'));

export function PyTorch({ store }: { store: LabStore }) {
  const [writer, setWriter] = useState<Writer | NoWriter>();
  const [lane, setLane] = useState(0);
  const [words, setWords] = useState('');
  const { lab } = store;
  useEffect(() => {
    let shown = true;
    load()
      .then(({ writerOf }) => writerOf(lab.experiment))
      .then((found) => shown && setWriter(found))
      .catch((error: Error) => shown && setWords(error.message));
    return () => {
      shown = false;
    };
  }, [lab]);
  if (!writer) return words ? <span role="status">{words}</span> : null;
  if ('none' in writer) return <p class="lab-whole">{writer.none}</p>;

  const lanes = emptyRun(lab, madeOf(store)).lanes ?? [];
  const chosen = Math.min(lane, Math.max(0, lanes.length - 1));
  const name = ['switchyard', lab.name, lanes[chosen]?.name].filter(Boolean).join('-');
  const written = (kind: 'notebookOf' | 'scriptOf', ending: string, type: string) => async () => {
    try {
      setWords('');
      const pytorch = await load();
      const cells = await pytorch.writtenCells(askedOf(store, chosen));
      save(`${name}.${ending}`, pytorch[kind](cells), type);
    } catch (error) {
      setWords((error as Error).message);
    }
  };
  return (
    <fieldset class="lab-keep" aria-label="PyTorch">
      <LanePicker words="run of" lanes={lanes} chosen={chosen} onChoose={setLane} />
      <button type="button" onClick={written('notebookOf', 'ipynb', 'application/x-ipynb+json')}>
        PyTorch notebook (.ipynb)
      </button>
      <button type="button" onClick={written('scriptOf', 'py', 'text/x-python')}>
        PyTorch script (.py)
      </button>
      <span role="status">{words || writer.leavesOut}</span>
    </fieldset>
  );
}

/** As the reader has set it, which is what Play would start. */
const madeOf = (store: LabStore) => ({
  settings: store.settings.value,
  seed: store.seed.value,
  inputs: store.inputs.values.value,
});

function askedOf(store: LabStore, lane: number): Asked {
  const { lab, code } = store;
  const made = madeOf(store);
  const { settings, seed, inputs } = lanesOf(lab, made)[lane];
  const run = store.run.value;
  return {
    lab: lab.name,
    experiment: lab.experiment ?? '',
    caption: lab.caption,
    settings,
    seed,
    inputs,
    steps: lastStepOf(lab),
    address: addressOf(store).href,
    lane: emptyRun(lab, made).lanes?.[lane]?.label,
    edits: code.value,
    events: run.origin === 'here' ? (run.lanes?.[lane] ?? run).events : [],
  };
}

/** The reader's own past runs: what came of each, and how it differs from the one that is shown. */
import { hasRows } from '../../../lab/findings';
import { count, value } from '../../../lab/format';
import { latest, lengthOf } from '../../../lab/run';
import { differences } from '../../../lab/settings';
import type { LabStore } from '../../../lab/store';
import type { Run } from '../../../lab/types';

interface Props {
  store: LabStore;
  /** The list is gone, and with it the button that was pressed. */
  cleared(): void;
}

export function PastRuns({ store, cleared }: Props) {
  if (!store.history.own.value.length) return <p>No run of yours is kept any more.</p>;
  const clear = () => {
    cleared();
    store.clearPast();
  };
  return (
    <>
      <ol class="lab-runs">
        {store.history.own.value.map((run) => (
          <li key={run.id}>{`${outcome(store, run)} ${difference(store, run)}`}</li>
        ))}
      </ol>
      <button type="button" class="lab-quiet" onClick={clear}>
        Clear past runs
      </button>
    </>
  );
}

/** What was found, where it was kept; else the loss. */
function outcome({ lab }: LabStore, run: Run): string {
  const steps = `${count(lengthOf(run))} steps`;
  if (run.findings && hasRows(run)) return `${steps}. ${lab.describe(run, run.findings)}`;
  const loss = latest(run, 'loss');
  return Number.isFinite(loss) ? `${steps}, loss ${value(loss)}.` : `${steps}.`;
}

function difference(store: LabStore, then: Run): string {
  const now = store.run.value;
  const words = differences(store.controls, now.settings, then.settings);
  if (now.seed !== then.seed) words.push(`seed ${now.seed} → ${then.seed}`);
  const [before, after] = [inputsOf(now), inputsOf(then)];
  if (before !== after) words.push(after ? 'other inputs' : 'the inputs of the recorded run');
  if (then.events.length)
    words.push(`changed on the way: ${then.events.map((event) => event.words).join(', ')}`);
  return words.length ? `Unlike the run shown: ${words.join(' · ')}.` : 'The same settings.';
}

const inputsOf = ({ inputWords }: Run) => Object.values(inputWords ?? {}).join();

/** The lab's controls on one grid: inputs, sliders with their value, menus, switches, texts. */
import { useState } from 'preact/hooks';
import {
  type Control,
  type NumberControl,
  nearestStop,
  stops,
  valueInWords,
} from '../../lab/settings';
import type { LabStore } from '../../lab/store';
import type { SettingValue } from '../../model/experiments/types';
import { InputControls } from './InputControls';
import { Select } from './Select';

interface Props {
  store: LabStore;
  ready: boolean;
  /** Names a teacher's link leaves out, or shows without letting them change. */
  hidden: string[];
  locked: string[];
}

export function Controls({ store, ready, hidden, locked }: Props) {
  const shown = store.active.value.filter((control) => !hidden.includes(control.name));
  const { presets } = store.inputs;
  if (!shown.length && !presets.length && !store.inputs.names().length) return null;
  return (
    <fieldset class="lab-controls" aria-label="Settings" disabled={!ready}>
      <InputControls store={store} ready={ready} />
      {shown.map((control) => (
        <One
          key={control.name}
          control={control}
          id={`${store.id}-${control.name}`}
          value={store.settings.value[control.name]}
          disabled={locked.includes(control.name)}
          set={(value) => store.set(control.name, value)}
        />
      ))}
    </fieldset>
  );
}

interface OneProps {
  control: Control;
  id: string;
  value: SettingValue;
  disabled: boolean;
  set(value: SettingValue): void;
}

function One(props: OneProps) {
  const { control } = props;
  if (control.kind === 'number') return <Slider {...props} control={control} />;
  if (control.kind === 'choice') return <Menu {...props} control={control} />;
  if (control.kind === 'text') return <TextField {...props} control={control} />;
  return (
    <label class="lab-control lab-switch" title={control.help}>
      <Name control={control} />
      <input
        type="checkbox"
        role="switch"
        aria-checked={props.value === true}
        disabled={props.disabled}
        checked={props.value === true}
        onChange={(event) => props.set(event.currentTarget.checked)}
      />
    </label>
  );
}

const Name = ({ control }: { control: Control }) => (
  <span class="lab-name">
    {control.label} {control.symbol && <i>{control.symbol}</i>}
  </span>
);

/**
 * A slider's position is the index of a stop. What starts training anew waits until the hand lets
 * go; everything else follows the hand.
 */
function Slider({ control, id, value, disabled, set }: OneProps & { control: NumberControl }) {
  const all = stops(control);
  const [dragged, setDragged] = useState<number>();
  const now = dragged ?? (value as number);
  const patient = control.change === 'restart';
  const commit = (index: number) => {
    setDragged(undefined);
    set(all[index]);
  };
  return (
    <div class="lab-control" title={control.help}>
      <label for={id}>
        <Name control={control} />
      </label>
      <output for={id}>{valueInWords(control, now)}</output>
      <input
        id={id}
        type="range"
        min="0"
        max={all.length - 1}
        step="1"
        disabled={disabled}
        value={nearestStop(control, now)}
        aria-valuetext={valueInWords(control, now)}
        onInput={(event) => {
          const index = Number(event.currentTarget.value);
          if (patient) setDragged(all[index]);
          else commit(index);
        }}
        onChange={(event) => patient && commit(Number(event.currentTarget.value))}
      />
    </div>
  );
}

function Menu({
  control,
  id,
  value,
  disabled,
  set,
}: OneProps & { control: Control & { kind: 'choice' } }) {
  return (
    <div class="lab-control" title={control.help}>
      <label for={id}>
        <Name control={control} />
      </label>
      <Select
        id={id}
        value={value as string}
        disabled={disabled}
        set={set}
        options={control.options}
      />
    </div>
  );
}

/** A line of text counts once it is finished: on Enter, or when the field is left. */
function TextField({
  control,
  id,
  value,
  disabled,
  set,
}: OneProps & { control: Control & { kind: 'text' } }) {
  return (
    <div class="lab-control" title={control.help}>
      <label for={id}>
        <Name control={control} />
      </label>
      <input
        id={id}
        type="text"
        maxLength={control.most ?? 200}
        disabled={disabled}
        value={value as string}
        onChange={(event) => set(event.currentTarget.value)}
      />
    </div>
  );
}

/**
 * The controls of a lab: the table of src/model/settings, narrowed by the lab. At build, in tests and
 * where runs are recorded; a page receives what this makes.
 */
import type { Settings } from '../model/experiments/types';
import { settingsTable } from '../model/settings';
import type { ChoiceSetting, Setting } from '../model/settings/types';
import { type Control, check, type Option, settle } from './settings';
import type { LabDescription } from './types';

/** The members of folders of src/model that a choice may offer, by folder. */
export type Members = Partial<Record<string, Option[]>>;

type Lab = Pick<LabDescription, 'name' | 'controls' | 'fixed'>;

const table: Record<string, Setting> = settingsTable;

/**
 * The controls of a lab in the order it lists them. Throws a sentence if the lab names a setting
 * that does not exist, or gives a default that its own range refuses.
 */
export function controlsOf(lab: Lab, members: Members = {}): Control[] {
  return Object.entries(lab.controls).map(([name, narrowed]) => {
    const base = table[name];
    if (!base) throw new Error(`Lab ${lab.name} has a control ${name}, ${noSuchSetting}`);
    const { only, items, ...rest } = narrowed ?? {};
    const control = { ...base, ...rest, name } as Control;
    if (control.kind === 'choice')
      control.options = optionsOf(control, members, lab.name, only).map((option) =>
        narrowItems(option, items),
      );
    const checked = check(control, control.default);
    if (checked.words)
      throw new Error(`Lab ${lab.name}: the default ${name}=${control.default} ${checked.words}.`);
    return control;
  });
}

/** Of a task's options only those that the lab lets a reader set. */
function narrowItems(option: Option, names?: string[]): Option {
  if (!names || !option.items) return option;
  const items = option.items.filter(({ name }) => names.includes(name.split('.')[1]));
  return { ...option, items };
}

const noSuchSetting = `which is not in the table of settings (${Object.keys(table).join(', ')}).`;

function optionsOf(control: Control, members: Members, lab: string, only?: string[]): Option[] {
  if (control.kind !== 'choice') return [];
  const options = control.options as ChoiceSetting['options'];
  const all = Array.isArray(options) ? options : members[options.members];
  if (!all?.length)
    throw new Error(
      `Lab ${lab}: the choice ${control.name} has nothing to choose from; its members were not handed in.`,
    );
  if (!only) return all;
  return only.map((value) => {
    const option = all.find((candidate) => candidate.value === value);
    if (option) return option;
    throw new Error(
      `Lab ${lab}: ${control.name} cannot be ${value}; it can be ${all.map((each) => each.value).join(', ')}.`,
    );
  });
}

/**
 * Every setting of the lab and no other: the defaults of its controls, its fixed values, then what
 * differs from them. A test holds that these are the settings that the experiment reads. The
 * options of a chosen task are among them where the members are handed in.
 */
export function resolveSettings(lab: Lab, overrides: Settings = {}, members?: Members): Settings {
  const settings: Settings = {};
  for (const [name, narrowed] of Object.entries(lab.controls)) {
    if (!table[name]) throw new Error(`Lab ${lab.name} has a control ${name}, ${noSuchSetting}`);
    settings[name] = narrowed?.default ?? table[name].default;
  }
  const all = { ...settings, ...lab.fixed, ...overrides };
  return members ? settle(controlsOf(lab, members), all) : all;
}

/**
 * What a lab lets a reader set. Controls are plain JSON that the page receives ready-made (from
 * controls.ts, which needs every station's settings and so stays out of the page), and every value
 * is checked in one place, wherever it comes from: an address, a slider, a lab file.
 */

import type { Settings, SettingValue } from '../model/experiments/types';
import type {
  ChoiceSetting,
  NumberSetting,
  SwitchSetting,
  TextSetting,
} from '../model/settings/types';
import { plain } from './format';

export interface Option {
  value: string;
  label: string;
  /** Controls that come with this choice: a task's own options, named "task.items". */
  items?: Control[];
}

/** One control, with nothing left to look up. */
export type Control = { name: string; group?: string } & (
  | NumberSetting
  | (Omit<ChoiceSetting, 'options'> & { options: Option[] })
  | SwitchSetting
  | TextSetting
);
export type NumberControl = Control & { kind: 'number' };

/** The controls that stand on the page now: those of the lab, and after a choice what comes with it. */
export const activeControls = (controls: Control[], settings: Settings): Control[] =>
  controls.flatMap((control) => [control, ...itemsOf(control, settings[control.name])]);

const itemsOf = (control: Control, value: SettingValue | undefined): Control[] =>
  (control.kind === 'choice' && control.options.find((option) => option.value === value)?.items) ||
  [];

/** The settings with the options of the tasks chosen, and without those of tasks that are not. */
export function settle(controls: Control[], settings: Settings): Settings {
  const next = { ...settings };
  for (const control of controls) {
    if (control.kind !== 'choice' || !control.options.some(({ items }) => items)) continue;
    for (const name of Object.keys(next))
      if (name.startsWith(`${control.name}.`)) delete next[name];
    for (const item of itemsOf(control, next[control.name]))
      next[item.name] = check(item, settings[item.name] ?? item.default).value;
  }
  return next;
}

/** Every setting of a lab: the defaults of its controls, its fixed values, then what differs. */
export const settingsOf = (
  controls: Control[],
  fixed: Settings = {},
  overrides: Settings = {},
): Settings =>
  settle(controls, {
    ...Object.fromEntries(controls.map((control) => [control.name, control.default])),
    ...fixed,
    ...overrides,
  });

/**
 * One value against its control. `words` says what is wrong, to follow "topK=99 "; the value is
 * then the default.
 */
export function check(control: Control, value: unknown): { value: SettingValue; words?: string } {
  const refuse = (words: string) => ({ value: control.default, words });
  if (control.kind === 'switch') {
    if (typeof value === 'boolean') return { value };
    return refuse('is neither true nor false');
  }
  if (control.kind === 'choice') {
    const known = control.options.some((option) => option.value === value);
    if (known) return { value: value as string };
    return refuse(`is none of ${control.options.map((option) => option.value).join(', ')}`);
  }
  if (control.kind === 'text') {
    if (typeof value !== 'string') return refuse('is not a text');
    const most = control.most ?? 200;
    if (value.length > most) return refuse(`is longer than ${most} characters`);
    return { value };
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) return refuse('is not a number');
  if (control.zero && value === 0) return { value };
  if (value < control.min) return refuse(`is less than ${plain(control.min)}`);
  if (value > control.max) return refuse(`is more than ${plain(control.max)}`);
  if (control.integer && !Number.isInteger(value)) return refuse('is not a whole number');
  return { value };
}

/** The value that a word in an address means to this control, before it is checked. */
export function parse(control: Control, word: string): unknown {
  if (control.kind === 'number') return word.trim() === '' ? Number.NaN : Number(word);
  if (control.kind === 'switch') return word === 'true' ? true : word === 'false' ? false : word;
  return word;
}

/** The stops of a slider, ascending: what a reader can reach by dragging. */
export function stops(control: NumberControl): number[] {
  const { min, max, step } = control;
  const values: number[] = control.zero && min > 0 ? [0] : [];
  const log = control.scale === 'log';
  const count = Math.floor((log ? Math.log10(max / min) * step : (max - min) / step) + 1e-6);
  for (let i = 0; i <= count; i++)
    values.push(log ? tidy(min * 10 ** (i / step), 2) : tidy(min + i * step, 6));
  // A range need not end on a stop: 0.3 is no whole number of sixths of a decade from 0.0001.
  if (values.at(-1)! < max) values.push(max);
  return control.integer ? [...new Set(values.map(Math.round))] : values;
}

/** Index of the stop nearest to a value, on the slider's own scale. */
export function nearestStop(control: NumberControl, value: number): number {
  const all = stops(control);
  const place = (x: number) => (control.scale === 'log' ? Math.log(Math.max(x, 1e-12)) : x);
  let best = 0;
  for (let i = 1; i < all.length; i++)
    if (Math.abs(place(all[i]) - place(value)) < Math.abs(place(all[best]) - place(value)))
      best = i;
  return best;
}

const tidy = (x: number, digits: number) => Number(x.toPrecision(digits));

/** A value as a reader sees it: "Switch loss", "on", "0.01". */
export function valueInWords(control: Control, value: SettingValue): string {
  if (control.kind === 'switch') return value ? 'on' : 'off';
  if (control.kind === 'choice')
    return control.options.find((option) => option.value === value)?.label ?? String(value);
  if (control.kind === 'text') return `“${value}”`;
  if (control.zero && value === 0) return '0 (off)';
  return plain(value as number) + (control.unit ? ` ${control.unit}` : '');
}

/** How two runs' settings differ, in words: "balancer: none → Switch loss · k: 1 → 2". */
export function differences(controls: Control[], from: Settings, to: Settings): string[] {
  return activeControls(controls, to)
    .filter(({ name }) => from[name] !== to[name])
    .map((control) => {
      const { name, label, symbol } = control;
      const value = (settings: Settings) =>
        settings[name] === undefined ? 'unset' : valueInWords(control, settings[name]);
      return `${symbol ?? label} ${value(from)} → ${value(to)}`;
    });
}

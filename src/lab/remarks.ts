/** What the reader changed while a run went on: a mark on the time axis, and the new setting. */
import type { SettingValue } from '../model/experiments/types';
import { withLanes } from './run';
import { type Control, valueInWords } from './settings';
import type { RunData } from './types';

/**
 * The run with a setting changed, and each of its lanes that follows. Dragging a slider leaves one mark: a
 * newer one of the same setting takes the place of those a fiftieth of the run before it.
 */
export function remarked<R extends RunData>(
  run: R,
  control: Control,
  value: SettingValue,
  lastStep: number,
  follows: (lane: number) => boolean = () => true,
): R {
  const changed = { ...run, settings: { ...run.settings, [control.name]: value } };
  if (run.lanes)
    return withLanes(changed, (lane, place) =>
      follows(place) ? remarked(lane, control, value, lastStep) : lane,
    );
  if (run.step === 0) return changed;
  const name = control.symbol ?? control.label;
  const events = run.events.filter(
    ({ step, words }) => step < run.step - lastStep / 50 || !words.startsWith(`${name}: `),
  );
  const words = `${name}: ${valueInWords(control, value)}`;
  return { ...changed, events: [...events, { step: run.step, words }] };
}

/** The run without a change that was refused: settings and marks as before, all else as it is now. */
export function unremarked<R extends RunData>(run: R, before: RunData): R {
  const { settings, events, lanes } = before;
  const undone = { ...run, settings, events };
  return run.lanes && lanes
    ? withLanes(undone, (lane, place) => unremarked(lane, lanes[place]))
    : undone;
}

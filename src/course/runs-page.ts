/** What the page of recorded runs says of each: its seeds, what they found, how to repeat them. */
import { writeAddress } from '../lab/address';
import { controlsOf, type Members, resolveSettings } from '../lab/controls';
import { type FullRecording, recordingsOf } from '../lab/recordings';
import { median } from '../lab/seeds';
import { activeControls, type Control, check, settle, valueInWords } from '../lab/settings';
import type { LabDescription, RecordedRun } from '../lab/types';
import { written } from './numbers';
import type { ShownLab } from './outline';
import { seedsInWords } from './recorded';
import { loadRuns } from './runs';

/** A lab in an open chapter. */
export interface LabPlace extends ShownLab {
  chapter: string;
}

export interface RunInWords {
  variant: string;
  /** "seeds 1 to 8" */
  seeds: string;
  /** The seed whose run is kept whole. */
  kept: number;
  steps: string;
  backend: string;
  /** The median where there are several seeds, then each seed; it opens its lab where it can. */
  columns: { words: string; href?: string }[];
  rows: { finding: string; cells: string[] }[];
  /** Settings, and what was changed on the way. */
  how: string;
}

export function runsInWords(
  lab: LabDescription,
  members: Members,
  places: readonly LabPlace[],
  folder?: string,
): RunInWords[] {
  const controls = controlsOf(lab, members);
  return loadRuns(lab.name, folder).map((run) => {
    const { findings, seed, seeds = [{ seed, findings }] } = run;
    const several = seeds.length > 1;
    return {
      variant: run.variant,
      seeds: seedsInWords(seeds.map((each) => each.seed)),
      kept: seed,
      steps: stepsInWords(run),
      backend: run.backend,
      columns: [
        ...(several ? [{ words: 'Median' }] : []),
        ...seeds.map((each) => ({
          words: `Seed ${each.seed}`,
          href: addressOf(lab, run.variant, each.seed, controls, places),
        })),
      ],
      rows: Object.keys(findings).map((finding) => {
        const values = seeds.map((each) => each.findings[finding] ?? Number.NaN);
        return { finding, cells: (several ? [median(values), ...values] : values).map(cell) };
      }),
      how: howOf(lab, run, controls),
    };
  });
}

const cell = (value: number) => (Number.isFinite(value) ? written(value) : '–');

function stepsInWords({ step, lanes }: RecordedRun): string {
  const steps = (n: number) => `${n.toLocaleString('en')} ${n === 1 ? 'step' : 'steps'}`;
  if (!lanes) return steps(step);
  return `${lanes.length} models, ${steps(Math.max(...lanes.map((lane) => lane.step)))} each`;
}

/** Where a reader can repeat it: only a run that an address can say in full. */
function addressOf(
  lab: LabDescription,
  variant: string,
  seed: number,
  controls: Control[],
  places: readonly LabPlace[],
): string | undefined {
  const place = places.find((each) => each.lab === lab.name && !each.altered);
  const recording = recordingsOf(lab)[variant];
  if (!place || !recording || !canBeSaid(lab, recording, controls)) return undefined;
  const entry = lab.recorded[variant];
  const inputs = { ...(typeof entry.preset === 'string' && { '': entry.preset }) };
  const query = writeAddress(place.id, controls, {
    settings: settle(controls, recording.settings),
    seed,
    inputs,
  });
  return `/${place.chapter}/${query.size ? `?${query}` : ''}#${place.id}`;
}

/** An address sets controls within their ranges: no change on the way, nothing that is fixed. */
function canBeSaid(lab: LabDescription, recording: FullRecording, controls: Control[]): boolean {
  if (recording.changes.length || recording.model) return false;
  const usual = resolveSettings(lab);
  const settings = settle(controls, recording.settings);
  const active = activeControls(controls, settings);
  return Object.entries(settings).every(([name, value]) => {
    const control = active.find((each) => each.name === name);
    return control ? !check(control, value).words : value === usual[name];
  });
}

function howOf(lab: LabDescription, run: RecordedRun, controls: Control[]): string {
  const recording = recordingsOf(lab)[run.variant];
  const { settings, changes = [] } = recording ?? run;
  const set = Object.entries(settle(controls, settings)).map(([name, value]) => `${name} ${value}`);
  const changed = changes.map(({ step, name, value }) => {
    const control = controls.find((each) => each.name === name);
    return `after ${step.toLocaleString('en')} steps ${name} ${control ? valueInWords(control, value) : value}`;
  });
  return `Settings: ${[...set, ...changed].join(', ')}.`;
}

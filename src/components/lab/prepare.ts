/** At build: a lab's name becomes everything its shell needs, as plain JSON, or a sentence. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadLab } from './labs';
import { recordingsOf } from './recordings';
import { compact, spread, thin } from './run';
import type { ShellData } from './Shell';
import { check, controlsOf, type Members } from './settings';
import type { LabDescription, RecordedRun } from './types';

/** Enough rows for a figure as wide as a page; the whole recording stays in public/runs. */
const rows = 160;
/** Numbers that keyframes may add to a page; beyond, scrubbing keeps the probes of the end. */
const mostKeyframeNumbers = 6000;

export interface LabRequest {
  name: string;
  id?: string;
  /** Which recorded run the figure shows. */
  run?: string;
  number?: string;
  views?: string[];
  caption?: string;
  settings?: ShellData['settings'];
}

export async function prepare(
  request: LabRequest,
  members: Members,
  folder = join(process.cwd(), 'public', 'runs'),
): Promise<{ lab: LabDescription; data: ShellData }> {
  const lab = await loadLab(request.name);
  const controls = controlsOf(lab, members);
  const unknownView = request.views?.find(
    (name) => !lab.views.some(({ view }) => view.name === name),
  );
  if (unknownView)
    throw new Error(
      `Lab ${lab.name} has no view ${unknownView}; it has ${lab.views.map(({ view }) => view.name).join(', ')}.`,
    );
  for (const [name, value] of Object.entries(request.settings ?? {})) {
    const control = controls.find((candidate) => candidate.name === name);
    if (!control)
      throw new Error(
        `Lab ${lab.name} has no setting ${name}; it has ${controls.map((each) => each.name).join(', ')}.`,
      );
    const { words } = check(control, value);
    if (words) throw new Error(`Lab ${lab.name}: ${name}=${value} ${words}.`);
  }
  const { run, name: _, ...rest } = request;
  const recorded = forPage(recordedRun(lab, run ?? 'default', folder));
  return { lab, data: { ...rest, id: request.id ?? lab.name, name: lab.name, controls, recorded } };
}

/** One run under public/runs. */
export function recordedRun(lab: LabDescription, variant: string, folder: string): RecordedRun {
  const known = Object.keys(recordingsOf(lab));
  if (!known.includes(variant))
    throw new Error(`Lab ${lab.name} records no run ${variant}; it records ${known.join(', ')}.`);
  const file = join(folder, lab.name, `${variant}.json`);
  if (!existsSync(file))
    throw new Error(
      `The recorded run public/runs/${lab.name}/${variant}.json is missing; npm run record makes it.`,
    );
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** The same run, small enough to stand in the page. */
function forPage(run: RecordedRun): RecordedRun {
  const frames = run.keyframes ?? [];
  const each = Object.values(run.probes).reduce((sum, { data }) => sum + data.length, 0);
  const most = Math.min(20, Math.floor(mostKeyframeNumbers / Math.max(1, each)));
  const kept =
    most < 3
      ? []
      : spread(
          frames.map((frame) => frame.step),
          most,
        );
  const small = thin(run, rows);
  return compact(
    { ...run, steps: small.steps, metrics: small.metrics, keyframes: kept.map((i) => frames[i]) },
    4,
  );
}

/** At build: a lab's name becomes everything its shell needs, as plain JSON, or a sentence. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadLab } from '../../lab/labs';
import { recordingsOf } from '../../lab/recordings';
import { compact, spread, thin } from '../../lab/run';
import { check, controlsOf, type Members } from '../../lab/settings';
import { named } from '../../lab/store';
import type { LabDescription, RecordedRun, RunData } from '../../lab/types';
import { binned } from '../../views/scale';
import type { ShellData } from './Shell';

/** Enough rows for a figure as wide as a page; the whole recording stays in public/runs. */
const rows = 160;
/** Numbers that keyframes may add to a page. */
const mostKeyframeNumbers = 3000;

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
  const read = (variant: string) =>
    named(lab, forPage(recordedRun(lab, variant, folder), variant === (run ?? 'default')));
  const behind = (lab.behind ?? []).filter((variant) => variant !== run).map(read);
  const recorded = read(run ?? 'default');
  const entry = lab.recorded[run ?? 'default'];
  const preset = typeof entry.preset === 'string' ? entry.preset : undefined;
  return {
    lab,
    data: {
      ...rest,
      preset,
      id: request.id ?? lab.name,
      name: lab.name,
      controls,
      recorded,
      behind,
    },
  };
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

/** The same run, small enough to stand in the page; one that stands behind needs no keyframes. */
function forPage(run: RecordedRun, front: boolean): RecordedRun {
  const small = averaged(run);
  if (!front) return compact(thin(small, rows), 4);
  const frames = run.keyframes ?? [];
  const each = Math.max(1, ...frames.map(({ probes }) => numbersIn(probes)));
  const most = Math.min(16, Math.floor(mostKeyframeNumbers / each));
  const at = frames.map(({ step }) => step);
  const keyframes = most < 3 ? [] : spread(at, most).map((i) => frames[i]);
  return compact({ ...small, probes: run.probes, keyframes }, 4);
}

/** One row for the mean of several: a page's figure is as smooth as the one that the run itself gives. */
function averaged(run: RecordedRun): RecordedRun {
  const bins = Object.entries(run.metrics).map(
    ([name, all]) => [name, binned(run.steps, all, run.step, rows)] as const,
  );
  return {
    ...run,
    steps: (bins[0]?.[1].steps ?? []).map(Math.round),
    metrics: Object.fromEntries(bins.map(([name, bin]) => [name, bin.rows])),
  };
}

const numbersIn = (probes: RunData['probes']) =>
  Object.values(probes).reduce((sum, { data }) => sum + data.length, 0);

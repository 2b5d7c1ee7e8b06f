/** At build: a lab's name becomes everything its shell needs, as plain JSON, or a sentence. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { controlsOf, type Members } from '../../lab/controls';
import { loadLab } from '../../lab/labs';
import { planOf } from '../../lab/plans';
import { recordingsOf } from '../../lab/recordings';
import { restored } from '../../lab/restored';
import { compact, spread, thin } from '../../lab/run';
import { named } from '../../lab/runs';
import { check } from '../../lab/settings';
import type { LabDescription, RecordedRun, Recording, RunData } from '../../lab/types';
import { loadExperiment } from '../../model/experiments';
import { binned } from '../../views/bins';
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
  const { run = 'default', name: _, ...rest } = request;
  const takes = await takesOf(lab);
  const shared = { ...rest, id: request.id ?? lab.name, name: lab.name, controls, takes };
  // A table is computed at once: nothing was recorded.
  if (planOf(lab).kind === 'table') return { lab, data: shared };
  const read = (variant: string) =>
    named(lab, forPage(lab, recordedRun(lab, variant, folder), variant === run));
  const behind = (lab.behind ?? []).filter((variant) => variant !== run).map(read);
  const { preset, model } = { ...lab.recorded[run] } as Partial<Recording>;
  return {
    lab,
    data: {
      ...shared,
      ...(typeof preset === 'string' && { preset }),
      ...(typeof model === 'object' && { model: `${model.lab}/${model.variant ?? 'default'}` }),
      recorded: read(run),
      behind,
    },
  };
}

async function takesOf(lab: LabDescription): Promise<ShellData['takes']> {
  const plan = planOf(lab);
  if (plan.kind === 'table') return plan.takes;
  return (await loadExperiment(lab.experiment)).takes;
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
  return calledAsPlanned(lab, restored(JSON.parse(readFileSync(file, 'utf8')) as RecordedRun));
}

/** Lanes called as the lab calls them now: a file keeps the words that it was recorded with. */
function calledAsPlanned(lab: LabDescription, run: RecordedRun): RecordedRun {
  const plan = planOf(lab);
  if (!run.lanes || (plan.kind !== 'race' && plan.kind !== 'sweep')) return run;
  const labels = new Map(plan.lanes(run.settings).map(({ name, label }) => [name, label]));
  const lanes = run.lanes.map((lane) => ({ ...lane, label: labels.get(lane.name) ?? lane.label }));
  return { ...run, lanes };
}

/** The same run, small enough to stand in the page; one that stands behind needs no keyframes. */
function forPage(lab: LabDescription, run: RecordedRun, front: boolean): RecordedRun {
  const numbers = lab.drawsKeyframes ? 'all' : mostKeyframeNumbers;
  return compact(smaller(run, front, { rows, numbers }), 4);
}

/** How much of a run a page takes. */
interface Room {
  rows: number;
  /** Of its keyframes in all; "all" takes every keyframe. */
  numbers: number | 'all';
}

/** Lanes share what there is room for; each stays a curve. */
function smaller<R extends RunData>(run: R, front: boolean, room: Room): R {
  const small = { ...averaged(run, room.rows), ...lanesFor(run, front, room) };
  if (!front) return thin(small, room.rows);
  const frames = run.keyframes ?? [];
  const each = Math.max(1, ...frames.map(({ probes }) => numbersIn(probes)));
  const most =
    room.numbers === 'all' ? frames.length : Math.min(16, Math.floor(room.numbers / each));
  const at = frames.map(({ step }) => step);
  const keyframes = most < 3 ? [] : spread(at, most).map((i) => frames[i]);
  return { ...small, probes: run.probes, keyframes };
}

function lanesFor({ lanes }: RunData, front: boolean, room: Room): Pick<RunData, 'lanes'> {
  if (!lanes) return {};
  const each: Room = {
    rows: Math.min(room.rows, Math.max(16, Math.floor((3 * room.rows) / lanes.length))),
    numbers: room.numbers === 'all' ? 'all' : Math.floor(room.numbers / lanes.length),
  };
  return { lanes: lanes.map((lane) => smaller(lane, front, each)) };
}

/** One row for the mean of several: a page's figure is as smooth as the one that the run itself gives. */
function averaged<R extends RunData>(run: R, rows: number): R {
  // The first few rows stay as they are: a log axis of time gives each its place.
  const first = run.steps.length > rows ? Math.floor(rows / 5) : 0;
  const bin = (all: number[][]) => {
    const rest = binned(run.steps.slice(first), all.slice(first), run.step, rows - first);
    if (all.length < run.steps.length) return rest;
    return {
      steps: [...run.steps.slice(0, first), ...rest.steps],
      rows: [...all.slice(0, first), ...rest.rows],
    };
  };
  const bins = Object.entries(run.metrics).map(([name, all]) => [name, bin(all)] as const);
  const seconds = run.seconds && bin(run.seconds.map((second) => [second])).rows.flat();
  return {
    ...run,
    steps: (bins[0]?.[1].steps ?? []).map(Math.round),
    ...(seconds && { seconds }),
    metrics: Object.fromEntries(bins.map(([name, each]) => [name, each.rows])),
  };
}

const numbersIn = (probes: RunData['probes']) =>
  Object.values(probes).reduce((sum, { data }) => sum + data.length, 0);

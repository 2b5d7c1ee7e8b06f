/** One-dimensional data and what models make of it, read from the probes of a run. */
import type { RunData, ViewProps } from '../lab/types';
import { numbers } from '../model/experiments/types';
import { type Names, namesOf } from './names';
import { panelsOf, rowsOf } from './probes';

export interface LineOf {
  /** Probe [points], or [panels, points], on an even grid of x. */
  probe: string;
  name: string;
}

export interface MembersOf {
  /** Probe [members, points], or [panels, members, points]. */
  probe: string;
  /** Probe of the same shape: how much each counts there, 0 to 1. */
  gates?: string;
  /** Probe [members]: a band of as much above and below its curve. */
  deviations?: string;
  /** Experts with their bullets unless said. */
  names?: Names;
  /** Thin lines below the answer, rather than as strong as it. */
  faint?: boolean;
  /** Lines without names at their ends: many of one kind. */
  unnamed?: boolean;
}

export interface FittedOptions {
  x: { from: number; to: number; label: string };
  target?: LineOf;
  /**
   * Probe [points, 2], or two facts [points]: what was seen, unless the page hands in `points` that
   * fit the frame.
   */
  points?: string | { x: string; y: string };
  /** Probe [points, members], or [panels, points, members]: whose each point is, summing to 1. */
  shares?: string;
  members?: MembersOf;
  answer?: LineOf;
  /** Names of panels, where probes have one dimension more. */
  panels?: Names;
}

export interface Point {
  x: number;
  y: number;
  member: number;
  /** How much the member counts there. */
  gate: number;
}

/** A point that was seen, the member it belongs to most, and how much of it is that one's. */
export interface Seen {
  x: number;
  y: number;
  member?: number;
  share?: number;
}

/** What one panel shows. */
export interface Fitted {
  name: string;
  target: Point[];
  seen: Seen[];
  members: Point[][];
  names: string[];
  deviations?: number[];
  answer: Point[];
}

/** One a panel; a single one without a name where there are no panels. */
export function fittedOf(
  options: FittedOptions,
  { run, inputs }: Pick<ViewProps, 'run' | 'inputs'>,
): Fitted[] {
  const { target, points, members, answer } = options;
  const given = points ? handedIn(options, inputs) : undefined;
  const names = options.panels ? namesOf(run, options.panels, panelsIn(options, run)) : [''];
  return names.map((name, panel) => {
    const own = <Part>(all: Part[]): Part | undefined => all[all.length > 1 ? panel : 0];
    const drawn = target && numbers(inputs, target.probe)?.data;
    const gates = members?.gates ? own(panelsOf(run, members.gates)) : undefined;
    const lines = (members && own(panelsOf(run, members.probe))) ?? [];
    const shares = options.shares ? own(panelsOf(run, options.shares)) : undefined;
    return {
      name,
      target: given ? [] : onGrid(options, drawn ?? (target && own(rowsOf(run, target.probe)))),
      seen: given ?? seenIn(run, points).map((point, i) => ({ ...point, ...ownerOf(shares?.[i]) })),
      members: lines.map((line, i) => onGrid(options, line, i, gates?.[i])),
      names: namesOf(run, members?.names ?? 'experts', lines.length),
      deviations: members?.deviations ? rowsOf(run, members.deviations)[0] : undefined,
      answer: onGrid(options, answer && own(rowsOf(run, answer.probe))),
    };
  });
}

/** The reader's own points, before anything has learned them; those beyond the frame wait for that. */
function handedIn({ x }: FittedOptions, inputs: ViewProps['inputs']) {
  const points = numbers(inputs, 'points');
  if (!points) return undefined;
  const [rows, width] = points.shape;
  const all = Array.from({ length: rows }, (_, row) => ({
    x: points.data[row * width],
    y: points.data[row * width + 1],
  }));
  return all.every((point) => point.x >= x.from && point.x <= x.to) ? all : undefined;
}

function seenIn(run: RunData, points: FittedOptions['points']): { x: number; y: number }[] {
  if (!points) return [];
  if (typeof points === 'string') return rowsOf(run, points).map(([x, y]) => ({ x, y }));
  const numbersOf = (fact?: unknown) => (Array.isArray(fact) ? fact.map(Number) : []);
  const ys = numbersOf(run.facts?.[points.y]);
  return numbersOf(run.facts?.[points.x]).map((x, i) => ({ x, y: ys[i] }));
}

/** Whose a point is most; of no one where all have the same. */
function ownerOf(shares: number[] = []): Pick<Seen, 'member' | 'share'> {
  const share = Math.max(...shares);
  const even = share - Math.min(...shares) < 1e-6;
  return shares.length && !even ? { member: shares.indexOf(share), share } : {};
}

function panelsIn({ answer, members, target }: FittedOptions, run: RunData): number {
  if (members) return panelsOf(run, members.probe).length;
  return rowsOf(run, (answer ?? target)?.probe ?? '').length;
}

const onGrid = (
  { x: { from, to } }: FittedOptions,
  heights: ArrayLike<number> = [],
  member = 0,
  gates?: number[],
): Point[] =>
  Array.from(heights, (y, i) => ({
    x: from + ((to - from) * i) / Math.max(1, heights.length - 1),
    y,
    member,
    gate: gates?.[i] ?? 1,
  }));

/** Whether a member has the largest gate at its nth point. */
export const leads = (members: Point[][], member: number, i: number): boolean =>
  members.every((other) => other[i].gate <= members[member][i].gate);

/**
 * Where to compute: WebGPU, else WASM, else CPU, judged by really training a small mixture of
 * experts on each and checking its loss. A software WebGPU adapter takes seconds to prepare and
 * loses to WASM by a factor of a hundred, so WASM is tried before it.
 */
import * as tf from '../../tensor/tf';
import type { Patience } from '../clock';
import { mark } from '../marks';
import type { Ladder, Rung, RungReport } from '../protocol';
import { type Graphics, lookForAdapter } from './adapter';
import { attempt, judge, names, start } from './attempt';
import { type ComputingRung, use } from './backend';

const computing: ComputingRung[] = ['webgpu', 'wasm', 'cpu'];

/** A WebGPU step below this many milliseconds needs no comparison with WASM. */
const fastEnough = 1.5;

/** What was found on each rung so far: a rung is measured once a page. */
const found = new Map<ComputingRung, RungReport>();
/** Rungs that compute rightly, whatever their pace. */
const right = new Set<ComputingRung>();
/** The adapter that the browser told of; asked for once a page, too. */
let graphics: Promise<Graphics> | undefined;
/** Two that climb at once would measure each other. */
let climbing: Promise<unknown> = Promise.resolve();

/**
 * Tries the rungs and makes the best one current. `byHand` is honoured if it can be used; one that
 * failed before is tried anew. With `later` it only has to start: `judgeLater` then says whether it
 * computes rightly.
 */
export function climb(
  byHand: Rung | undefined,
  patience: Patience,
  { later = false } = {},
): Promise<Ladder> {
  return inTurn(() => climbNow(byHand, patience, later));
}

/** True of a rung that was chosen by hand and has not shown yet that it computes rightly. */
export function isUnjudged(rung: ComputingRung): boolean {
  const report = found.get(rung);
  return report?.usable === true && report.stepMs === undefined && !right.has(rung);
}

/**
 * Whether a rung computes rightly, while labs may train on it: its pace is not measured then. What
 * speaks against it, where anything does; it is up to the caller to give it up.
 */
export function judgeLater(rung: ComputingRung, patience: Patience): Promise<string | undefined> {
  return inTurn(async () => {
    if (!isUnjudged(rung)) return undefined;
    const { usable, reason } = await judge(rung, await graphicsOf(patience), patience);
    if (!usable) return reason;
    right.add(rung);
    const words = `${names[rung]}: chosen by hand, and it computes rightly.`;
    found.set(rung, { ...found.get(rung)!, reason: words });
    return undefined;
  });
}

/** What was found on a rung. */
export const reportOf = (rung: ComputingRung): RungReport | undefined => found.get(rung);

function inTurn<T>(task: () => Promise<T>): Promise<T> {
  const next = climbing.then(task);
  climbing = next.catch(() => {});
  return next;
}

async function graphicsOf(patience: Patience): Promise<Graphics> {
  graphics ??= lookForAdapter(patience);
  const seen = await graphics;
  mark('adapter there');
  return seen;
}

async function climbNow(
  byHand: Rung | undefined,
  patience: Patience,
  later: boolean,
): Promise<Ladder> {
  if (byHand && byHand !== 'recorded' && !found.get(byHand)?.usable) forget(byHand);
  // Its code comes while the browser looks for an adapter. A failure shows when it is started.
  if (byHand && byHand !== 'recorded' && !found.has(byHand))
    tf.loadBackend[byHand]().catch(() => {});
  const seen = await graphicsOf(patience);
  const noted = async (rung: ComputingRung, finding: Promise<RungReport>) => {
    const report = await finding;
    found.set(rung, report);
    return report;
  };
  const started = async (rung: ComputingRung) =>
    found.get(rung) ?? noted(rung, start(rung, seen, patience));
  const measured = async (rung: ComputingRung) => {
    const report = found.get(rung);
    if (!report) return noted(rung, attempt(rung, seen, patience));
    // It was started, and at most looked at while it trained.
    const isKnown = !report.usable || report.stepMs !== undefined;
    return isKnown ? report : noted(rung, judge(rung, seen, patience));
  };
  if (byHand === 'recorded') return { chosen: 'recorded', byHand: true, reports: reports(seen) };
  if (byHand && (await (later ? started : measured)(byHand)).usable) {
    await use(byHand);
    return { chosen: byHand, byHand: true, reports: reports(seen, byHand) };
  }
  for (const rung of seen.software ? (['wasm', 'webgpu', 'cpu'] as const) : computing) {
    await measured(rung);
    const best = fastest();
    if (best?.rung === 'wasm' || (best && best.stepMs! < fastEnough)) break;
  }
  const chosen = (fastest()?.rung ?? 'recorded') as ComputingRung | 'recorded';
  if (chosen !== 'recorded') await use(chosen);
  return { chosen, byHand: false, reports: reports(seen, chosen) };
}

/** From now on the rung counts as unusable: its device is gone. */
export function giveUp(rung: ComputingRung, reason: string): void {
  found.set(rung, { rung, usable: false, reason });
  right.delete(rung);
}

/** What was found on a rung holds no more. An adapter gives its device once. */
export function forget(rung: ComputingRung): void {
  found.delete(rung);
  right.delete(rung);
  if (rung === 'webgpu') graphics = undefined;
}

function fastest(): RungReport | undefined {
  return [...found.values()]
    .filter(({ usable, stepMs }) => usable && stepMs !== undefined)
    .sort((a, b) => a.stepMs! - b.stepMs!)[0];
}

function reports({ name, software, missing }: Graphics, chosen?: Rung): RungReport[] {
  const used = chosen && chosen !== 'recorded' ? `: ${names[chosen]} is used.` : '.';
  const untried = (rung: ComputingRung): RungReport => {
    if (rung !== 'webgpu') return { rung, usable: true, reason: `Not tried${used}` };
    if (missing) return { rung, usable: false, reason: missing };
    const reason = software
      ? 'Not tried: the graphics adapter is software, which WebAssembly outruns.'
      : `Not tried${used}`;
    return { rung, usable: true, device: name, reason };
  };
  const all = computing.map((rung) => found.get(rung) ?? untried(rung));
  const reason = 'Nothing is computed: a run made earlier is played back.';
  return [...all, { rung: 'recorded', usable: true, reason }];
}

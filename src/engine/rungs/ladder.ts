/**
 * Where to compute: WebGPU, else WASM, else CPU, judged by really training a small mixture of
 * experts on each and checking its loss. A software WebGPU adapter takes seconds to prepare and
 * loses to WASM by a factor of a hundred, so WASM is tried before it.
 */
import type { Patience } from '../clock';
import { mark } from '../marks';
import type { Ladder, Rung, RungReport } from '../protocol';
import { type Graphics, lookForAdapter } from './adapter';
import { attempt, names } from './attempt';
import { type ComputingRung, use } from './backend';

const computing: ComputingRung[] = ['webgpu', 'wasm', 'cpu'];

/** A WebGPU step below this many milliseconds needs no comparison with WASM. */
const fastEnough = 1.5;

/** What was found on each rung so far: a rung is measured once a page. */
const found = new Map<ComputingRung, RungReport>();
/** The adapter that the browser told of; asked for once a page, too. */
let graphics: Promise<Graphics> | undefined;
/** Two that climb at once would measure each other. */
let climbing: Promise<unknown> = Promise.resolve();

/**
 * Tries the rungs and makes the best one current. `byHand` is honoured if it can be used; one that
 * failed before is tried anew.
 */
export function climb(byHand: Rung | undefined, patience: Patience): Promise<Ladder> {
  const ladder = climbing.then(() => climbNow(byHand, patience));
  climbing = ladder.catch(() => {});
  return ladder;
}

async function climbNow(byHand: Rung | undefined, patience: Patience): Promise<Ladder> {
  if (byHand && byHand !== 'recorded' && !found.get(byHand)?.usable) forget(byHand);
  graphics ??= lookForAdapter(patience);
  const seen = await graphics;
  mark('adapter there');
  const measured = async (rung: ComputingRung) => {
    const report = found.get(rung) ?? (await attempt(rung, seen, patience));
    found.set(rung, report);
    return report;
  };
  if (byHand === 'recorded') return { chosen: 'recorded', byHand: true, reports: reports(seen) };
  if (byHand && (await measured(byHand)).usable) {
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
}

/** What was found on a rung holds no more. An adapter gives its device once. */
export function forget(rung: ComputingRung): void {
  found.delete(rung);
  if (rung === 'webgpu') graphics = undefined;
}

function fastest(): RungReport | undefined {
  return [...found.values()]
    .filter(({ usable }) => usable)
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

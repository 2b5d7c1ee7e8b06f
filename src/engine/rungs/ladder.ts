/**
 * Where to compute: WebGPU, else WASM, else CPU, judged by really training a small mixture of
 * experts on each and checking its loss. A software WebGPU adapter takes seconds to prepare and
 * loses to WASM by a factor of a hundred, so WASM is tried before it.
 */

import type { Session } from '../../model/experiments/types';
import { Refusal, webgpuBackend } from '../../tensor/internals';
import * as tf from '../../tensor/tf';
import { CapturedTrainer } from '../capture/captured';
import type { Ladder, Rung, RungReport } from '../protocol';
import type { Trainer } from '../trainer';
import { sentence } from '../worker/words';
import { EagerTrainer } from './eager';

export type ComputingRung = Exclude<Rung, 'recorded'>;
const computing: ComputingRung[] = ['webgpu', 'wasm', 'cpu'];

/** Steps timed on each rung, after as many untimed ones. */
const steps = 8;
/** A WebGPU step below this many milliseconds needs no comparison with WASM. */
const fastEnough = 1.5;

/** What was found on each rung so far: a rung is measured once a page. */
const found = new Map<ComputingRung, RungReport>();

/** Tries the rungs and makes the best one current; `byHand` is honoured if it can be used. */
export async function climb(byHand?: Rung): Promise<Ladder> {
  if (byHand === 'recorded') return { chosen: 'recorded', byHand: true, reports: await reports() };
  if (byHand && (await measured(byHand)).usable) {
    await use(byHand);
    return { chosen: byHand, byHand: true, reports: await reports(byHand) };
  }
  const { software } = await adapter();
  const order: ComputingRung[] = software ? ['wasm', 'webgpu', 'cpu'] : computing;
  for (const rung of order) {
    await measured(rung);
    const best = fastest();
    if (best?.rung === 'wasm' || (best && best.stepMs! < fastEnough)) break;
  }
  const chosen = (fastest()?.rung ?? 'recorded') as ComputingRung | 'recorded';
  if (chosen !== 'recorded') await use(chosen);
  return { chosen, byHand: false, reports: await reports(chosen) };
}

/** From now on the rung counts as unusable: its device is gone. */
export function giveUp(rung: ComputingRung, reason: string): void {
  found.set(rung, { rung, usable: false, reason });
}

async function measured(rung: ComputingRung): Promise<RungReport> {
  const report = found.get(rung) ?? (await attempt(rung));
  found.set(rung, report);
  return report;
}

function fastest(): RungReport | undefined {
  return [...found.values()]
    .filter(({ usable }) => usable)
    .sort((a, b) => a.stepMs! - b.stepMs!)[0];
}

async function reports(chosen?: Rung): Promise<RungReport[]> {
  const { name, software, missing } = await adapter();
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

/** Makes the rung's backend current; it must have been tried before. */
export async function use(rung: ComputingRung): Promise<void> {
  if (tf.getBackend() !== rung) await tf.setBackend(rung);
}

/**
 * Does something at once on a rung's backend, and leaves the current one as it was: somebody may be
 * waiting for it. What needs no device has no rung.
 */
export function on<T>(rung: ComputingRung | undefined, work: () => T): T {
  const before = tf.getBackend() as ComputingRung | '';
  if (!rung || before === rung) return work();
  // Of backends that were tried before, the first part of this is all there is to it.
  void use(rung);
  try {
    return work();
  } finally {
    if (before) void use(before);
  }
}

const names: Record<ComputingRung, string> = {
  webgpu: 'WebGPU',
  wasm: 'WebAssembly',
  cpu: 'JavaScript',
};

/** Trains the reference session on one rung. A rung that fails in any way is refused in words. */
export async function attempt(rung: ComputingRung): Promise<RungReport> {
  let device: string | undefined;
  try {
    if (rung === 'webgpu') {
      const { name, missing } = await adapter();
      if (missing) return { rung, usable: false, reason: missing };
      device = name;
    }
    await tf.loadBackend[rung]();
    if (!(await tf.setBackend(rung)))
      return { rung, usable: false, reason: `${names[rung]} could not be started.` };
    const { stepMs, loss } = await trial();
    if (!(Math.abs(loss - expectedLoss) < 1e-3))
      return {
        rung,
        usable: false,
        device,
        reason: `${names[rung]} computes wrongly here: a loss of ${loss} where ${expectedLoss} is right.`,
      };
    const words = `${names[rung]}: ${Number(stepMs.toPrecision(2))} ms per small training step.`;
    return { rung, usable: true, stepMs, device, reason: words };
  } catch (error) {
    const reason = `${names[rung]} failed: ${sentence(error)}`;
    return { rung, usable: false, device, reason };
  }
}

async function trial(): Promise<{ stepMs: number; loss: number }> {
  const session = referenceSession();
  const work = { session, seed: 1, live: {}, inputs: {}, step: 0 };
  const { trainer } = await trainerFor(work);
  try {
    await trainer.advance(steps, Number.POSITIVE_INFINITY).done;
    await trainer.read(false);
    const started = performance.now();
    await trainer.advance(steps, Number.POSITIVE_INFINITY).done;
    const stepMs = (performance.now() - started) / steps;
    const { metrics } = await trainer.read(false);
    return { stepMs, loss: metrics.loss.data.at(-1)! };
  } finally {
    trainer.dispose();
    for (const tensor of Object.values(session.state)) tensor.dispose();
    session.dispose?.();
  }
}

/** A captured trainer where the backend is WebGPU and the step allows it, else an eager one. */
export async function trainerFor(
  work: ConstructorParameters<typeof EagerTrainer>[0],
): Promise<{ trainer: Trainer; refusal?: string }> {
  const backend = webgpuBackend();
  if (!backend) return { trainer: new EagerTrainer(work) };
  try {
    return { trainer: await CapturedTrainer.of(backend, work) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { trainer: new EagerTrainer(work), refusal: error.message };
  }
}

/** The graphics adapter: its name, and whether it is one; or why there is none. */
async function adapter(): Promise<{ name?: string; software?: boolean; missing?: string }> {
  const gpu = (globalThis.navigator as Navigator | undefined)?.gpu;
  if (!gpu) return { missing: 'This browser offers no WebGPU here.' };
  const found = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!found) return { missing: 'This browser has WebGPU, but found no graphics adapter.' };
  const { vendor, architecture, description } = found.info ?? {};
  const name = description || [vendor, architecture].filter(Boolean).join(' ') || 'unnamed adapter';
  const software = /swiftshader|llvmpipe|software|basic render|\bwarp\b/i.test(
    `${name} ${architecture}`,
  );
  return { name: software ? `${name}, software` : name, software };
}

const tokens = 64;
const dim = 8;
const experts = 4;
const hidden = 16;

/**
 * A mixture of experts that learns sin of a sum, by plain gradient descent, from numbers without
 * any randomness: its loss after `2 · steps` steps is the same everywhere.
 */
export function referenceSession(): Session {
  const wave = (shape: number[], scale: number, phase: number) =>
    tf.tidy(() => {
      const size = tf.util.sizeFromShape(shape);
      const values = Float32Array.from(
        { length: size },
        (_, i) => scale * Math.sin(1 + 2.7 * i + phase),
      );
      return tf.tensor(values, shape);
    });
  const x = wave([tokens, dim], 1, 0) as tf.Tensor2D;
  const y = tf.tidy(() => tf.sin(tf.sum(x, 1, true)));
  const names = ['router', 'up', 'down'];
  return {
    state: {
      router: wave([dim, experts], 0.5, 1),
      up: wave([dim, experts * hidden], 0.4, 2),
      down: wave([experts * hidden, 1], 0.3, 3),
    },
    live: [],
    step({ state }) {
      const loss = (router: tf.Tensor, up: tf.Tensor, down: tf.Tensor) => {
        const gates = tf.softmax(tf.matMul(x, router as tf.Tensor2D)); // [tokens, experts]
        const inner = tf.relu(tf.matMul(x, up as tf.Tensor2D)); // [tokens, experts · hidden]
        const weighed = tf.mul(
          tf.reshape(inner, [tokens, experts, hidden]),
          tf.expandDims(gates, 2),
        );
        const flat = tf.reshape(weighed, [tokens, experts * hidden]) as tf.Tensor2D;
        return tf.mean(tf.square(tf.sub(tf.matMul(flat, down as tf.Tensor2D), y))) as tf.Scalar;
      };
      const { value, grads } = tf.valueAndGrads(loss as (...all: tf.Tensor[]) => tf.Scalar)(
        names.map((name) => state[name]),
      );
      return {
        state: Object.fromEntries(
          names.map((name, i) => [name, tf.sub(state[name], tf.mul(grads[i], 0.1))]),
        ),
        metrics: { loss: value },
      };
    },
    dispose() {
      x.dispose();
      y.dispose();
    },
  };
}

/** Loss of step 2 · steps, in float64 by NumPy (test/reference/ladder.py). */
export const expectedLoss = 0.22415766;

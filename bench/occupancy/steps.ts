/** The commands of a step of every case, as a device hears them that computes nothing. */
import { webgpuBackend } from '../../src/tensor/internals';
import { Listener } from '../../src/tensor/listener';
import { type Variant, variant } from '../../src/tensor/ops/variant';
import * as tf from '../../src/tensor/tf';
import { cases, ofRealSize } from '../cases/index';
import { sessionOf } from '../models/session';
import { valuesOf } from '../values';
import { provideDevice, type Started } from './device';

export interface Row {
  /** Kernel that gave the command, and its program. */
  op: string;
  program: string;
  groups: number;
  invocations: number;
  /** Undefined where the program has a loop and does not say how long it is. */
  chain: number | undefined;
}

/** A program in TensorFlow.js's form, as it runs. */
interface Running {
  shaderKey: string;
  chain?: number;
}

let heard: (Started & { running: Running | undefined })[] = [];
let running: Running | undefined;

export async function start(): Promise<void> {
  provideDevice((started) => heard.push({ ...started, running }));
  await tf.loadBackend.cpu();
  await tf.loadBackend.webgpu();
  await tf.setBackend('webgpu');
  const backend = webgpuBackend()!;
  const { runWebGPUProgram } = backend;
  backend.runWebGPUProgram = function (program, ...rest) {
    running = program as Running;
    try {
      return runWebGPUProgram.call(this, program, ...rest);
    } finally {
      running = undefined;
    }
  };
}

/** Rows of one step of each case, per variant: { name → { variant → rows } }. */
export async function steps(names: string[]): Promise<Record<string, Record<Variant, Row[]>>> {
  const found: Record<string, Record<Variant, Row[]>> = {};
  for (const chosen of [...cases, ...ofRealSize]) {
    if (names.length && !names.includes(chosen.name)) continue;
    await tf.setBackend('cpu');
    const values = await valuesOf(chosen);
    await tf.setBackend('webgpu');
    const rowsIn = (which: Variant) => {
      variant.forced = which;
      const session = sessionOf(chosen, values);
      const live = { learningRate: tf.scalar(chosen.learningRate) };
      const listener = new Listener(webgpuBackend()!);
      const counter = tf.scalar(0, 'int32');
      heard = [];
      const { commands } = listener.hear(() => {
        const { state, metrics } = session.step({ state: session.state, live, counter } as never);
        tf.dispose([metrics, state]);
      });
      listener.destroy();
      tf.dispose([session.state, live, counter]);
      session.dispose?.();
      variant.forced = undefined;
      const ops = commands.flatMap((command) => ('grid' in command ? [command.op] : []));
      return heard.map((started, i) => row(ops[i], started));
    };
    found[chosen.name] = { 'in turn': rowsIn('in turn'), split: rowsIn('split') };
  }
  return found;
}

function row(op: string, { label, grid, code, running }: (typeof heard)[number]): Row {
  const sizes = code.match(/@workgroup_size\(([^)]*)\)/)![1].split(',');
  const perGroup = sizes.reduce((product, size) => product * Number(size), 1);
  const groups = grid.reduce((product, n) => product * n, 1);
  const noted = code.match(/^\/\/ chain (\d+)$/m)?.[1];
  return {
    op,
    program: running?.shaderKey.match(/^switchyard_([a-z_]+)/)?.[1] ?? label,
    groups,
    invocations: groups * perGroup,
    chain: running?.chain ?? (noted ? Number(noted) : hasLoop(code) ? undefined : 1),
  };
}

const hasLoop = (code: string) => /\b(for|while|loop)\b/.test(code.replace(/\/\/.*/g, ''));

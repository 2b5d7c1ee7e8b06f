/**
 * The benchmark without a browser: the same cases on Dawn, on whichever adapter the machine has.
 * `./run.sh [--quick] [--only=a,b] [--profile]` prints a table and writes results-<adapter>.json
 * beside itself; with `--profile` also where the time of our steps goes, command by command.
 */
import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { isSoftware } from '../../src/tensor/ops/variant';
import * as tf from '../../src/tensor/tf';
import { cases, ofRealSize } from '../cases/index';
import type { Case, Values } from '../cases/types';
import { compare, disagreements } from '../compare.mjs';
import type { Answer, Ask } from '../systems/serve';
import type { Profiled } from '../systems/types';
import { table } from '../table.mjs';
import { valuesOf } from '../values';

const asked = process.argv.slice(2);
const quick = asked.includes('--quick');
const only = asked.find((word) => word.startsWith('--only='))?.slice('--only='.length);

const systems = [
  ['switchyard', 'ours', 'webgpu'],
  ['switchyard', 'ours', 'wasm'],
  ['jax-js', 'jax', 'webgpu'],
  ['jax-js', 'jax', 'wasm'],
  ['tensorflow.js', 'plain', 'webgpu'],
  ['tensorflow.js', 'plain', 'wasm'],
] as const;

/** Trains one shape of model, and on WebGPU only. */
const llm = ['webgpu-llm', 'llm', 'webgpu'] as const;

/** A system in a process of its own, and a way to ask its meter. */
class Child {
  private readonly process;
  private readonly ready: Promise<void>;
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private last = 0;

  constructor(system: string) {
    this.process = fork(new URL('./child.js', import.meta.url), [system], {
      serialization: 'advanced',
    });
    this.ready = new Promise((resolve, reject) => {
      this.process.on('message', (data: Answer | 'ready') => {
        if (data === 'ready') return resolve();
        this.waiting.get(data.id)?.(data);
        this.waiting.delete(data.id);
      });
      this.process.on('exit', (code) => {
        const error = `Its process ended with ${code}.`;
        reject(new Error(error));
        for (const [id, hear] of this.waiting) hear({ id, error });
      });
    });
    // Heard by whoever asks.
    this.ready.catch(() => {});
  }

  async ask<T>(method: Ask['method'], ...args: unknown[]): Promise<T> {
    await this.ready;
    const id = ++this.last;
    const { result, error } = await new Promise<Answer>((resolve) => {
      this.waiting.set(id, resolve);
      this.process.send({ id, method, args } satisfies Ask);
    });
    if (error) throw new Error(error);
    return result as T;
  }

  end(): void {
    this.process.kill();
  }
}

/** Where the time of our step goes: on hardware from 1,000 runs of each command. */
async function profileOf(chosen: Case, values: Values): Promise<Profiled[]> {
  const child = childOf('ours', 'webgpu');
  await child.ask('open', chosen, values, 'webgpu');
  await child.ask('run', 2, 'last');
  const parts = await child.ask<Profiled[]>('profile', hardware ? [50, 1050] : [8, 24]);
  await child.ask('close');
  console.table(parts);
  return parts;
}

const children = new Map<string, Child>();

function childOf(system: string, backend: string): Child {
  const name = `${system} ${backend}`;
  const child = children.get(name) ?? new Child(system);
  children.set(name, child);
  return child;
}

function runnersOf(chosen: Case, values: Values) {
  const taking = chosen.model === 'decoder' ? [...systems, llm] : systems;
  return taking.map(([system, code, backend]) => {
    const ask = <T>(method: Ask['method'], ...args: unknown[]) =>
      childOf(code, backend).ask<T>(method, ...args);
    return {
      system,
      backend,
      open: () => ask('open', chosen, values, backend),
      run: (count: number, which: string) => ask('run', count, which),
      ...(hardware && code === 'ours' && backend === 'webgpu' && { fewest: 100 }),
      close: () => ask('close'),
    };
  });
}

Object.assign(globalThis, {
  require: (await import('node:module')).createRequire(import.meta.url),
  __dirname: import.meta.dirname,
});
await tf.loadBackend.cpu();
await tf.setBackend('cpu');

const adapter = await childOf('ours', 'webgpu')
  .ask<string>('adapter')
  .catch(() => undefined);
const hardware = adapter !== undefined && !isSoftware(adapter);

const profiles: Record<string, Profiled[]> = {};
const rows = [];
const complaints: string[] = [];
for (const chosen of [...cases, ...ofRealSize]) {
  // Minutes without a graphics processor.
  if (!hardware && !only && ofRealSize.includes(chosen)) continue;
  if (only ? !only.split(',').includes(chosen.name) : quick && chosen.slow) continue;
  console.log(`${chosen.label} …`);
  const effort = quick
    ? { steps: 3, rounds: 3, roundMs: 100 }
    : { steps: chosen.steps ?? 20, rounds: 5, roundMs: 1000 };
  const values = await valuesOf(chosen);
  const found = await compare(chosen, runnersOf(chosen, values), effort);
  complaints.push(...disagreements(found));
  rows.push(...found);
  if (asked.includes('--profile')) profiles[chosen.name] = await profileOf(chosen, values);
}
for (const child of children.values()) child.end();

const processor = `${cpus().length} × ${cpus()[0].model.trim()}`;
console.log(`\n${table(rows)}\n\nAdapter: ${adapter}. Processor: ${processor}.`);
const name = `results-${(adapter ?? 'none').replace(/[^a-z0-9]+/gi, '-').toLowerCase()}.json`;
const date = new Date().toISOString().slice(0, 10);
writeFileSync(
  name,
  `${JSON.stringify({ date, adapter, processor, quick, rows, profiles }, undefined, 1)}\n`,
);
console.log(`Written: ${name}`);
for (const words of complaints) console.error(words);
process.exit(complaints.length ? 1 : 0);

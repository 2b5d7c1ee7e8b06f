/**
 * The benchmark's page: a worker for each system and backend, made when first asked for. bench/run
 * calls what this puts on `globalThis.bench`.
 */
import * as tf from '../src/tensor/tf';
import { cases } from './cases/index';
import type { Numbers, Values } from './cases/types';
import type { EditedAsk, EditedRow } from './edited';
import type { ReplayRow } from './replay';
import type { Answer, Ask } from './systems/serve';
import type { Backend } from './systems/types';
import { valuesOf } from './values';

const workers: Record<string, () => Worker> = {
  plain: () =>
    new Worker(new URL('./systems/plain.worker.ts', import.meta.url), { type: 'module' }),
  ours: () => new Worker(new URL('./systems/ours.worker.ts', import.meta.url), { type: 'module' }),
  jax: () => new Worker(new URL('./systems/jax.worker.ts', import.meta.url), { type: 'module' }),
};

class Remote {
  private readonly worker: Worker;
  private readonly ready: Promise<void>;
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private last = 0;

  constructor(make: () => Worker) {
    this.worker = make();
    this.ready = new Promise((resolve, reject) => {
      this.worker.onerror = ({ message }) => reject(new Error(`A worker failed: ${message}`));
      this.worker.onmessage = ({ data }: MessageEvent<Answer | 'ready'>) => {
        if (data === 'ready') return resolve();
        this.waiting.get(data.id)?.(data);
        this.waiting.delete(data.id);
      };
    });
  }

  async ask(method: Ask['method'], ...args: unknown[]): Promise<unknown> {
    await this.ready;
    const id = ++this.last;
    const { result, error } = await new Promise<Answer>((resolve) => {
      this.waiting.set(id, resolve);
      this.worker.postMessage({ id, method, args } satisfies Ask);
    });
    if (error) throw new Error(error);
    return result;
  }
}

const remotes = new Map<string, Remote>();
const values = new Map<string, Values>();

function remote(system: string, backend: Backend): Remote {
  const name = `${system} ${backend}`;
  let found = remotes.get(name);
  if (!found) {
    found = new Remote(workers[system]);
    remotes.set(name, found);
  }
  return found;
}

async function valuesNamed(name: string): Promise<Values> {
  await tf.loadBackend.cpu();
  await tf.setBackend('cpu');
  const known = values.get(name) ?? (await valuesOf(caseNamed(name)));
  values.set(name, known);
  return known;
}

function caseNamed(name: string) {
  const found = cases.find((one) => one.name === name);
  if (!found)
    throw new Error(`There is no case ${name}; there are ${cases.map((one) => one.name)}.`);
  return found;
}

/** A case for a system outside the browser: numbers as base64 of little-endian words. */
async function exported(name: string) {
  const { params, data } = await valuesNamed(name);
  const encoded = (all: Record<string, Numbers>) =>
    Object.fromEntries(
      Object.entries(all).map(([key, { shape, dtype, data }]) => {
        const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
        let text = '';
        for (let at = 0; at < bytes.length; at += 32768)
          text += String.fromCharCode(...bytes.subarray(at, at + 32768));
        return [key, { shape, dtype, data: btoa(text) }];
      }),
    );
  return { ...caseNamed(name), params: encoded(params), data: encoded(data) };
}

/** See replay.ts. */
function replay(compared: number, rounds: number): Promise<ReplayRow[]> {
  const worker = new Worker(new URL('./replay.ts', import.meta.url), { type: 'module' });
  return new Promise<ReplayRow[]>((resolve, reject) => {
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.onmessage = ({ data }: MessageEvent<{ rows?: ReplayRow[]; error?: string }>) =>
      data.rows ? resolve(data.rows) : reject(new Error(data.error));
    worker.postMessage({ compared, rounds });
  }).finally(() => worker.terminate());
}

/** See edited.ts. */
function edited(backend: EditedAsk['backend'], rounds: number): Promise<EditedRow> {
  const worker = new Worker(new URL('./edited.ts', import.meta.url), { type: 'module' });
  return new Promise<EditedRow>((resolve, reject) => {
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.onmessage = ({ data }: MessageEvent<{ row?: EditedRow; error?: string }>) =>
      data.row ? resolve(data.row) : reject(new Error(data.error));
    worker.postMessage({ backend, rounds } satisfies EditedAsk);
  }).finally(() => worker.terminate());
}

const bench = {
  cases,
  edited,
  replay,
  exported,
  ask: async (system: string, backend: Backend, method: Ask['method'], ...args: unknown[]) =>
    remote(system, backend).ask(method, ...args),
  open: async (system: string, backend: Backend, name: string) =>
    remote(system, backend).ask('open', caseNamed(name), await valuesNamed(name), backend),
};

Object.assign(globalThis, { bench });

/** Opens, times and counts the runs of one system on one backend, one run at a time. */
import type { Case, Values } from '../cases/types';
import { counts } from './count';
import type { Backend, Measured, Profiled, Running, System } from './types';

export class Meter {
  private running: Running | undefined;
  private bytesBefore = 0;

  constructor(private readonly system: System) {}

  async open(chosen: Case, values: Values, backend: Backend): Promise<{ note?: string }> {
    this.bytesBefore = counts().bytes;
    this.running = await this.system.start(chosen, values, backend);
    return { note: this.running.note };
  }

  /** Reading losses dispatches nothing: what was counted meanwhile is the steps'. */
  async run(count: number, which: 'all' | 'last'): Promise<Measured> {
    const before = counts();
    const started = performance.now();
    const losses = this.running!.run(count, which);
    const encoded = performance.now();
    const values = await losses;
    const ended = performance.now();
    const after = counts();
    return {
      losses: values,
      stepMs: (ended - started) / count,
      jsMs: (encoded - started) / count,
      dispatches: (after.dispatches - before.dispatches) / count,
      submits: (after.submits - before.submits) / count,
      gpuBytes: after.bytes - this.bytesBefore,
    };
  }

  async profile(runs?: [number, number]): Promise<Profiled[] | undefined> {
    return this.running?.profile?.(runs);
  }

  async adapter(): Promise<string | undefined> {
    return this.system.adapter?.();
  }

  close(): void {
    this.running?.close();
    this.running = undefined;
  }
}

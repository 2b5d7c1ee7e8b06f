/** Opens, times and counts the runs of one system on one backend, one run at a time. */
import type { Case, Values } from '../cases/types';
import { counts } from './count';
import type { Backend, Counted, Measured, Profiled, Running, System } from './types';

export class Meter {
  private running: Running | undefined;
  private bytesBefore = 0;

  constructor(private readonly system: System) {}

  async open(chosen: Case, values: Values, backend: Backend): Promise<{ note?: string }> {
    this.bytesBefore = counts().bytes;
    this.running = await this.system.start(chosen, values, backend);
    return { note: this.running.note };
  }

  async run(count: number, which: 'all' | 'last'): Promise<Measured> {
    const started = performance.now();
    const losses = this.running!.run(count, which);
    const encoded = performance.now();
    const values = await losses;
    return {
      losses: values,
      stepMs: (performance.now() - started) / count,
      jsMs: (encoded - started) / count,
    };
  }

  /** Two rounds differ by exactly the commands of the steps that one has more than the other. */
  async count(): Promise<Counted> {
    const cost = async (steps: number) => {
      const before = counts();
      await this.running!.run(steps, 'last');
      const after = counts();
      return [after.dispatches - before.dispatches, after.submits - before.submits];
    };
    const [one, two] = [await cost(1), await cost(2)];
    return {
      dispatches: two[0] - one[0],
      submits: two[1] - one[1],
      gpuBytes: counts().bytes - this.bytesBefore,
    };
  }

  async profile(): Promise<Profiled[] | undefined> {
    return this.running?.profile?.();
  }

  async adapter(): Promise<string | undefined> {
    return this.system.adapter?.();
  }

  close(): void {
    this.running?.close();
    this.running = undefined;
  }
}

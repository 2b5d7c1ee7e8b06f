/**
 * What is read of a lane's trainer while it goes on: frames for the page, and copies of the state
 * on the host, to go back to.
 */

import { allFinite, type Checkpoint } from '../../model/experiments/session';
import { mark } from '../marks';
import type { Frame } from '../protocol';
import type { Ready } from '../ready';
import { on } from '../rungs/backend';
import type { Reading } from '../trainer';
import type { LaneContext } from './lane';
import { Meter } from './meter';

/** Milliseconds between two readings of the probes while training. */
const probesEvery = 200;
/** Milliseconds between two copies of the state. */
const checkpointEvery = 2000;

export class Watch {
  meter = new Meter();
  private ready: Ready | undefined;
  /** Counts beginnings: one session may serve several runs. */
  private begun = 0;
  /** Latest states whose numbers are all finite, oldest first. */
  private checkpoints: Checkpoint[] = [];
  private checkpointAt = 0;
  private probesAt = 0;
  /** Step of the latest frame. */
  private shown = -1;

  constructor(
    private readonly lane: number,
    private readonly context: LaneContext,
  ) {}

  /** The last state that can be gone back to. */
  get checkpoint(): Checkpoint | undefined {
    return this.checkpoints.at(-1);
  }

  /** A session goes on from here. */
  begin(ready: Ready, at: Checkpoint): void {
    this.ready = ready;
    this.begun++;
    this.checkpoints = [at];
    this.checkpointAt = this.context.now();
    this.shown = -1;
    if (at.step === 0) this.meter = new Meter();
  }

  /** The session is left: the last state remains. */
  end(): void {
    this.ready = undefined;
    this.checkpoints = this.checkpoints.slice(-1);
  }

  /** A state that was reached elsewhere. */
  hold(at: Checkpoint): void {
    this.checkpoints = [at];
  }

  forget(): void {
    this.ready = undefined;
    this.checkpoints = [];
  }

  /** Posts what there is to see. Gives the step at which the run diverged, where it did. */
  async show(withProbes?: 'with probes'): Promise<number | undefined> {
    const { ready, context, meter, lane } = this;
    if (!ready || (!withProbes && ready.trainer.step === this.shown)) return undefined;
    const { trainer } = ready;
    const probing = Boolean(withProbes) || context.now() - this.probesAt >= probesEvery;
    if (probing) this.probesAt = context.now();
    const read = on(context.rung, () => trainer.read(probing));
    const reading = await this.unlessLeft(read);
    if (!reading) return undefined;
    this.shown = reading.step;
    const { captured, dispatches } = trainer;
    const speed = { ...meter.pace(context.now()), captured, dispatches };
    const frame: Frame = { ...reading, seconds: meter.seconds, speed };
    // Posting gives the frame's arrays away.
    const bad = this.divergedAt(reading);
    if (reading.steps[0] === 1) mark('first step posted');
    context.post({ kind: 'frame', lab: context.lab, lane, frame });
    return bad;
  }

  /** Keeps the state, if all of its numbers are finite. */
  async keep(): Promise<void> {
    const { ready, context } = this;
    if (!ready) return;
    this.checkpointAt = context.now();
    const state = on(context.rung, () => ready.trainer.state());
    const kept = await this.unlessLeft(state);
    if (kept && allFinite(kept.state)) this.checkpoints = [...this.checkpoints.slice(-1), kept];
  }

  async keepIfDue(): Promise<void> {
    if (this.context.now() - this.checkpointAt >= checkpointEvery) await this.keep();
  }

  /** What was read, unless the run was left meanwhile: then nobody wants it, and it may fail. */
  private async unlessLeft<T>(reading: Promise<T>): Promise<T | undefined> {
    const { ready, begun } = this;
    const stays = () => this.ready === ready && this.begun === begun;
    try {
      const read = await reading;
      return stays() ? read : undefined;
    } catch (error) {
      if (stays()) throw error;
      return undefined;
    }
  }

  private divergedAt({ metrics, steps }: Reading): number | undefined {
    const { data = [], width = 1 } = metrics[this.context.finite ?? ''] ?? {};
    const bad = data.findIndex((value) => !Number.isFinite(value));
    return bad < 0 ? undefined : steps[Math.floor(bad / width)];
  }
}

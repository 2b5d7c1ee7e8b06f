/**
 * One run of an open lab: what it is made of, its session with what trains it, and how it becomes
 * another. It does what it is told; lab.ts decides who trains and says how it all stands.
 */

import { type Checkpoint, liveValues, type Made, madeOf } from '../../model/experiments/session';
import { takesLive } from '../../model/experiments/train';
import {
  type Experiment,
  type Inputs,
  numbersOf,
  type SettingValue,
} from '../../model/experiments/types';
import type { Asked } from '../ask';
import type { LaneRequest, Reply, Snapshot } from '../protocol';
import { carried, discard, lend, lendAgain, makeReady, type Ready } from '../ready';
import { type ComputingRung, on, use } from '../rungs/backend';
import type { DeviceQueue } from './device-queue';
import { equal } from './equal';
import { fits, sameButNumbers, shapesOf } from './made';
import type { Meter } from './meter';
import type { Taker } from './scheduler';
import type { Shelf } from './shelf';
import { Watch } from './watch';

/** What all lanes of a lab share. */
export interface LaneContext {
  lab: string;
  /** The experiment's name, and itself. */
  name: string;
  experiment: Experiment;
  /** The metric that must stay a number, where there is one. */
  finite?: string;
  lastStep: number;
  /** Where it computes; a simulation needs no device. */
  rung?: ComputingRung;
  device: DeviceQueue;
  /** Sessions that were left for others. */
  shelf: Shelf;
  post(reply: Reply): void;
  now(): number;
}

/** A session that was made for a lane and does not stand in its place yet. */
export interface Successor {
  ready: Ready;
  made: Made;
  from?: Checkpoint;
  /** It was on the shelf: it does not know yet what it is to go on from. */
  known: boolean;
}

export class Lane implements Taker {
  readonly watch: Watch;
  /** Step at which it rests. */
  target = 0;
  /** Why it cannot go on. */
  end: 'diverged' | 'refused' | undefined;
  /** It has taken its last step, and all there is to see of it was told. */
  finished = false;
  private made!: Made;
  /** Settings that it keeps whatever is set later. */
  private fixes: readonly string[] = [];
  private ready: Ready | undefined;
  /** Steps that it took before it was put away. */
  private taken = 0;
  /** Its last step: the lab's, or an earlier one where a simulation ends by itself. */
  private lastStep: number;

  constructor(
    readonly index: number,
    private readonly context: LaneContext,
  ) {
    this.watch = new Watch(index, context);
    this.lastStep = context.lastStep;
  }

  get step(): number {
    return this.ready?.trainer.step ?? this.taken;
  }

  /** True if it has taken its last step, or cannot go on. */
  get over(): boolean {
    return this.end !== undefined || this.step >= this.lastStep;
  }

  /** Where it stands is on the host, too. */
  get isKept(): boolean {
    return this.watch.checkpoint?.step === this.step;
  }

  /** Its session, for questions; none before its turn and after it. */
  get open(): Ready | undefined {
    return this.ready;
  }

  // What the scheduler asks.

  get room(): number {
    if (this.end || !this.ready) return 0;
    // A simulation that is over has no next step.
    const { lastStep = this.target } = this.ready.opened;
    return Math.min(this.target, lastStep) - this.step;
  }

  get meter(): Meter {
    return this.watch.meter;
  }

  advance(steps: number, until: number): { steps: number; done: Promise<void> } {
    return on(this.context.rung, () => this.ready!.trainer.advance(steps, until));
  }

  // Beginnings and ends.

  /** Notes what it is to be made of. */
  plan({ settings, seed, inputs, fixes = [] }: LaneRequest): void {
    this.fixes = fixes;
    this.made = madeOf(this.context.experiment, settings, seed, inputs);
    this.lastStep = this.context.lastStep;
  }

  /** From step 0, in the session that stands where that serves: then nothing is captured again. */
  async start(): Promise<void> {
    const { ready, made } = this;
    if (!ready || !fits(ready.opened, made)) this.take(await this.prepare(made));
    else this.goOnIn(ready, made, { step: 0, state: ready.first });
  }

  /** A session for what is asked. Throws the experiment's sentence; the lane stands as it stood. */
  async prepare(made: Made, from?: Checkpoint): Promise<Successor> {
    const { shelf, experiment, rung, device } = this.context;
    const known = shelf.take(made);
    const ready =
      known ??
      (await device.take(async () => {
        if (rung) await use(rung);
        return makeReady(experiment, made, from);
      }));
    return { ready, made, from, known: known !== undefined };
  }

  /** Puts a prepared session in place; the parts of its state that begin untrained, by name. */
  take({ ready, made, from, known }: Successor): string[] {
    if (this.ready) this.context.shelf.put(this.ready);
    this.ready = ready;
    const { state, fresh } = carried(ready, from?.state ?? ready.first);
    const at = { step: from?.step ?? 0, state };
    if (known) this.goOnIn(ready, made, at);
    else this.begun(ready, made, at);
    return fresh;
  }

  drop({ ready, known }: Successor): void {
    if (known) this.context.shelf.put(ready);
    else discard(ready);
  }

  /** Its session goes, unless the next lane can use it; its last state stays on the host. */
  putAway(next: Lane): void {
    const { ready } = this;
    if (!ready) return;
    this.taken = ready.trainer.step;
    this.ready = undefined;
    this.watch.end();
    if (fits(ready.opened, next.made)) this.context.shelf.put(ready);
    else discard(ready);
  }

  release(): void {
    if (this.ready) discard(this.ready);
    this.ready = undefined;
    this.taken = 0;
    this.end = undefined;
    this.finished = false;
    this.watch.forget();
  }

  /** Where it stood at last, if it was trained elsewhere: only questions need it. */
  keep({ step, state, settings, seed, inputs }: Snapshot): void {
    if (this.ready) return;
    this.made = { settings, seed, inputs };
    this.taken = step;
    this.watch.hold({ step, state });
  }

  /** On another device, from the last state kept: what was on the old one is gone. */
  async survive(): Promise<void> {
    const { made } = this;
    const { checkpoint } = this.watch;
    this.release();
    this.take(await this.prepare(made, checkpoint));
    if (checkpoint) this.postSnapshot(checkpoint);
  }

  /** Back to a kept state, of these settings or others; the names of what that does not hold. */
  async restore({ step, state, settings, seed, inputs }: Snapshot): Promise<string[]> {
    const made = { settings, seed, inputs };
    const { ready } = this;
    if (!ready || !fits(ready.opened, made))
      return this.take(await this.prepare(made, { step, state }));
    const own = carried(ready, state);
    this.goOnIn(ready, made, { step, state: own.state });
    return own.fresh;
  }

  // What changes on the way.

  /** What it is made of with one setting changed; undefined where the setting is its own. */
  with(name: string, value: SettingValue): Made | undefined {
    if (this.fixes.includes(name)) return undefined;
    return { ...this.made, settings: { ...this.made.settings, [name]: value } };
  }

  /** Whether its steps read the setting anew each time. Throws a sentence for what is no number. */
  takesLive(name: string, value: SettingValue): boolean {
    return this.ready !== undefined && takesLive(this.ready.opened, name, value);
  }

  /** Changes a live setting and takes other numbers of the same shapes: the next step uses them. */
  change(made: Made): void {
    if (this.ready) this.become(this.ready, made);
    // Without a session yet, it will be made so.
    else if (!this.over) this.made = made;
  }

  /** What other inputs ask for: to be taken at once, a new session that goes on, or a new start. */
  asksFor(inputs: Inputs): { made: Made; how: 'change' | 'rebuild' | 'start' } {
    const before = this.made.inputs;
    const made = { ...this.made, inputs: { ...before, ...inputs } };
    // A simulation reads all of them at its start.
    if (!('start' in this.context.experiment))
      return { made, how: equal(before, made.inputs) ? 'change' : 'start' };
    if (!sameButNumbers(before, made.inputs)) return { made, how: 'start' };
    return { made, how: shapesOf(before) === shapesOf(made.inputs) ? 'change' : 'rebuild' };
  }

  /** Where it stands now: what a new session goes on from. */
  async standing(): Promise<Checkpoint | undefined> {
    const { ready } = this;
    return ready ? on(this.context.rung, () => ready.trainer.state()) : this.watch.checkpoint;
  }

  /** Lends its run for a question; one that was put away is made again for it. */
  async lend<T>(ask: (run: Asked) => Promise<T>): Promise<T> {
    const { context } = this;
    if (context.rung) await use(context.rung);
    const { ready, made } = this;
    const { checkpoint } = this.watch;
    if (ready) return lend(ready, ask);
    if (!checkpoint) throw new Error('There is no model to ask yet.');
    return lendAgain(context.experiment, made, checkpoint, ask);
  }

  postSnapshot({ step, state }: Checkpoint): void {
    const { lab, name, post } = this.context;
    const snapshot = { experiment: name, ...this.made, step, state };
    post({ kind: 'snapshot', lab, lane: this.index, snapshot });
  }

  private goOnIn(ready: Ready, made: Made, at: Checkpoint): void {
    this.become(ready, made);
    on(this.context.rung, () => ready.trainer.restore(at.step, at.state));
    this.begun(ready, made, at);
  }

  /** Gives a session other live settings and other numbers: all that may change without a new one. */
  private become({ opened, trainer }: Ready, made: Made): void {
    const before = liveValues(opened);
    const inputsBefore = opened.inputs;
    opened.settings = made.settings;
    opened.inputs = made.inputs;
    this.made = made;
    on(this.context.rung, () => {
      for (const [name, value] of Object.entries(liveValues(opened)))
        if (value !== before[name]) trainer.setLive(name, value);
      if (inputsBefore !== made.inputs) trainer.setInputs(numbersOf(made.inputs));
    });
  }

  private begun(ready: Ready, made: Made, at: Checkpoint): void {
    const { lab, post } = this.context;
    this.made = made;
    this.end = undefined;
    this.finished = false;
    this.watch.begin(ready, at);
    const { facts, lastStep = Number.POSITIVE_INFINITY } = ready.opened;
    this.lastStep = Math.min(lastStep, this.context.lastStep);
    post({ kind: 'facts', lab, lane: this.index, facts, lastStep: this.lastStep });
  }
}

/**
 * One run of an open lab: what it is made of, its session with what trains it, and how it becomes
 * another. It does what it is told; lab.ts decides who trains and says how it all stands.
 */
import {
  type Inputs,
  numbersOf,
  type SettingValue,
  type TrainingExperiment,
} from '../../model/experiments/types';
import type { LaneRequest, Reply, Snapshot } from '../protocol';
import { type ComputingRung, use } from '../rungs/ladder';
import type { Checkpoint } from '../trainer';
import { fits, type Made, sameButNumbers, shapesOf } from './made';
import type { Meter } from './meter';
import { discard, makeReady, type Ready } from './ready';
import type { Taker } from './scheduler';
import { carriedOver, liveValues } from './session';
import type { Shelf } from './shelf';
import { Watch } from './watch';

/** What all lanes of a lab share. */
export interface LaneContext {
  lab: string;
  /** The experiment's name, and itself. */
  name: string;
  experiment: TrainingExperiment;
  lastStep: number;
  rung: ComputingRung;
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
  private made!: Made;
  /** Settings that it keeps whatever is set later. */
  private fixes: readonly string[] = [];
  private ready: Ready | undefined;
  /** Steps that it took before it was put away. */
  private taken = 0;

  constructor(
    readonly index: number,
    private readonly context: LaneContext,
  ) {
    this.watch = new Watch(index, context);
  }

  get step(): number {
    return this.ready?.trainer.step ?? this.taken;
  }

  /** True if it has taken its last step, or cannot go on. */
  get over(): boolean {
    return this.end !== undefined || this.step >= this.context.lastStep;
  }

  /** Its session, for questions; none before its turn and after it. */
  get open(): Ready | undefined {
    return this.ready;
  }

  // What the scheduler asks.

  get room(): number {
    return this.end || !this.ready ? 0 : this.target - this.step;
  }

  get meter(): Meter {
    return this.watch.meter;
  }

  advance(steps: number, until: number): { steps: number; done: Promise<void> } {
    use(this.context.rung);
    return this.ready!.trainer.advance(steps, until);
  }

  // Beginnings and ends.

  /** Notes what it is to be made of. */
  plan({ settings, seed, inputs, fixes = [] }: LaneRequest): void {
    this.fixes = fixes;
    const given = inputs ?? this.context.experiment.defaultInputs?.(settings) ?? {};
    this.made = { settings, seed, inputs: given };
  }

  /** From step 0, in the session that stands where that serves: then nothing is captured again. */
  async start(): Promise<void> {
    const { ready, made } = this;
    if (!ready || !fits(ready.opened, made)) this.take(await this.prepare(made));
    else this.goOnIn(ready, made, { step: 0, state: ready.first });
  }

  /** A session for what is asked. Throws the experiment's sentence; the lane stands as it stood. */
  async prepare(made: Made, from?: Checkpoint): Promise<Successor> {
    const { shelf, experiment, rung } = this.context;
    const known = shelf.take(made);
    const ready = known ?? (await makeReady(experiment, made, rung, from));
    return { ready, made, from, known: known !== undefined };
  }

  /** Puts a prepared session in place; the parts of its state that begin untrained, by name. */
  take({ ready, made, from, known }: Successor): string[] {
    if (this.ready) this.context.shelf.put(this.ready);
    this.ready = ready;
    const { state, fresh } = carriedOver(ready.first, from?.state ?? ready.first);
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
    this.watch.forget();
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
    const carried = carriedOver(ready.first, state);
    this.goOnIn(ready, made, { step, state: carried.state });
    return carried.fresh;
  }

  // What changes on the way.

  /** What it is made of with one setting changed; undefined where the setting is its own. */
  with(name: string, value: SettingValue): Made | undefined {
    if (this.fixes.includes(name)) return undefined;
    return { ...this.made, settings: { ...this.made.settings, [name]: value } };
  }

  takesLive(name: string): boolean {
    return this.ready?.opened.session.live.includes(name) ?? false;
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
    if (!sameButNumbers(before, made.inputs)) return { made, how: 'start' };
    return { made, how: shapesOf(before) === shapesOf(made.inputs) ? 'change' : 'rebuild' };
  }

  /** Where it stands now: what a new session goes on from. */
  async standing(): Promise<Checkpoint | undefined> {
    use(this.context.rung);
    return this.ready ? this.ready.trainer.state() : this.watch.checkpoint;
  }

  postSnapshot({ step, state }: Checkpoint): void {
    const { lab, name, post } = this.context;
    const snapshot = { experiment: name, ...this.made, step, state };
    post({ kind: 'snapshot', lab, lane: this.index, snapshot });
  }

  private goOnIn(ready: Ready, made: Made, at: Checkpoint): void {
    this.become(ready, made);
    ready.trainer.restore(at.step, at.state);
    this.begun(ready, made, at);
  }

  /** Gives a session other live settings and other numbers: all that may change without a new one. */
  private become({ opened, trainer }: Ready, made: Made): void {
    const before = liveValues(opened);
    const inputsBefore = opened.inputs;
    opened.settings = made.settings;
    opened.inputs = made.inputs;
    this.made = made;
    use(this.context.rung);
    for (const [name, value] of Object.entries(liveValues(opened)))
      if (value !== before[name]) trainer.setLive(name, value);
    if (inputsBefore !== made.inputs) trainer.setInputs(numbersOf(made.inputs));
  }

  private begun(ready: Ready, made: Made, at: Checkpoint): void {
    const { lab, post } = this.context;
    this.made = made;
    this.end = undefined;
    this.watch.begin(ready, at);
    const { facts } = ready.opened.session;
    if (facts) post({ kind: 'facts', lab, lane: this.index, facts });
  }
}

/**
 * One open lab in the worker: its session, its trainer, its state in words. Requests come one
 * after another (host.ts queues them); the scheduler calls in between.
 */
import {
  type Inputs,
  numbersOf,
  type Plain,
  type Settings,
  type SettingValue,
  type StepInput,
  type TrainingExperiment,
} from '../../model/experiments/types';
import type { Frame, LabState, LaneRequest, Reply, Snapshot } from '../protocol';
import { type ComputingRung, trainerFor, use } from '../rungs/ladder';
import type { State, Trainer } from '../trainer';
import type { Runnable, Scheduler } from './scheduler';
import {
  allFinite,
  carriedOver,
  carryOver,
  differs,
  firstState,
  liveValues,
  type Opened,
  openSession,
  stepInputOf,
  workOf,
} from './session';
import { type Ready, Shelf, shapesOf } from './shelf';
import { sentence } from './words';

/** Milliseconds between two readings of the probes while training. */
const probesEvery = 200;
/** Milliseconds between two copies of the state on the host, to go back to. */
const keyframeEvery = 2000;

export interface LabContext {
  post(reply: Reply): void;
  scheduler: Scheduler;
  now(): number;
  /** True if the rung's device is gone: what fails then is no error of the lab. */
  gone(rung: ComputingRung): Promise<boolean>;
}

export class Lab implements Runnable {
  visible = true;
  stepsPerSecond = Number.POSITIVE_INFINITY;
  private opened: Opened | undefined;
  private trainer: Trainer | undefined;
  private state: LabState = 'idle';
  /** Step at which to stop: the last one, or the end of a few steps asked for. */
  private target = 0;
  /** The session's own untrained state. */
  private first: State | undefined;
  /** Sessions of former settings. */
  private readonly shelf = new Shelf();
  /** State at step 0 of this session, to start again from without a new capture. */
  private initial: State | undefined;
  /** Latest copies of the state whose numbers are all finite, oldest first. */
  private keyframes: { step: number; state: State }[] = [];
  private keyframeAt = 0;
  private probesAt = 0;
  private reading = false;
  /** Seconds of computing since step 0, and when the last slice of steps was done. */
  private seconds = 0;
  private sliceEnd = 0;
  /** Why steps go through TensorFlow.js, if they might have been captured. */
  private refusal: string | undefined;

  constructor(
    readonly id: string,
    private readonly name: string,
    private readonly experiment: TrainingExperiment,
    private lastStep: number,
    public rung: ComputingRung,
    private readonly context: LabContext,
  ) {}

  get remaining(): number {
    return this.target - (this.trainer?.step ?? 0);
  }

  // What the page asks for.

  async start([{ settings, seed, inputs }]: readonly LaneRequest[]): Promise<void> {
    this.say('starting', 'Preparing the model.');
    await this.rest();
    if (this.canStartAgain(settings, seed)) await this.startAgain(settings, inputs);
    else await this.open(settings, seed, inputs);
    await this.settle('paused', this.ready());
  }

  play(): void {
    if (!this.trainer) return;
    if (this.trainer.step >= this.lastStep) this.say('done', this.doneWords());
    else this.train(this.lastStep);
  }

  stepOn(steps: number): void {
    if (this.trainer) this.train(this.trainer.step + Math.max(1, Math.floor(steps)));
  }

  async pause(): Promise<void> {
    if (this.state !== 'running') return;
    await this.rest();
    // A last frame may have found that the run diverged.
    if (this.state === 'running') await this.settle('paused', this.pausedWords());
  }

  async set(name: string, value: SettingValue): Promise<void> {
    const { opened, trainer } = this;
    if (!opened || !trainer) return;
    if (opened.session.live.includes(name)) {
      if (!Number.isFinite(Number(value)))
        return this.refuse(`${name} must be a number, not ${value}.`);
      opened.settings = { ...opened.settings, [name]: value };
      use(this.rung);
      trainer.setLive(name, Number(value));
      return;
    }
    await this.rebuild({ ...opened.settings, [name]: value }, opened.inputs);
  }

  async setInputs(inputs: Inputs): Promise<void> {
    const { opened, trainer } = this;
    if (!opened || !trainer) return;
    if (shapesOf(inputs) !== shapesOf(opened.inputs)) return this.rebuild(opened.settings, inputs);
    opened.inputs = inputs;
    use(this.rung);
    trainer.setInputs(numbersOf(inputs));
  }

  async snapshot(): Promise<void> {
    const { trainer } = this;
    if (trainer) this.postSnapshot(await trainer.state());
  }

  /** An act of the session, asked of a copy of its state: training goes on meanwhile. */
  async ask(id: number, act: string, asked: { [name: string]: Plain }): Promise<void> {
    await this.answer(id, async (now, { session }) => {
      const acts = session.acts ?? {};
      if (!acts[act])
        throw new Error(
          `This model cannot be asked to ${act}; it can be asked to ${Object.keys(acts).join(', ') || 'do nothing'}.`,
        );
      const value = await acts[act](now, asked);
      return () => this.context.post({ kind: 'answer', lab: this.id, id, value });
    });
  }

  /** The model inside, for other labs and files. */
  async model(id: number): Promise<void> {
    await this.answer(id, async (now, { session }) => {
      if (!session.model) throw new Error('This lab trains nothing that another lab could take.');
      const model = await session.model(now);
      return () => this.context.post({ kind: 'model', lab: this.id, id, model });
    });
  }

  private async answer(
    id: number,
    find: (now: StepInput, opened: Opened) => Promise<() => void>,
  ): Promise<void> {
    const { opened, trainer } = this;
    try {
      if (!opened || !trainer) throw new Error('There is no model to ask yet.');
      const { step, state } = await trainer.state();
      use(this.rung);
      const { now, dispose } = stepInputOf(opened, step, state);
      try {
        (await find(now, opened))();
      } finally {
        dispose();
      }
    } catch (error) {
      this.context.post({ kind: 'unanswered', lab: this.id, id, words: sentence(error) });
    }
  }

  async restore(snapshot: Snapshot): Promise<void> {
    if (snapshot.experiment !== this.name)
      return this.refuse(
        `This state was kept by the experiment ${snapshot.experiment}; this lab runs ${this.name}.`,
      );
    let words = `Back at step ${snapshot.step}.`;
    this.say('starting', `Going back to step ${snapshot.step}.`);
    await this.rest();
    const { opened } = this;
    const same = opened?.seed === snapshot.seed && !differs(opened.settings, snapshot.settings, []);
    if (same && this.trainer) {
      use(this.rung);
      this.trainer.restore(snapshot.step, snapshot.state);
    } else {
      const { settings, seed, inputs } = snapshot;
      const fresh = await this.open(settings, seed, inputs, snapshot);
      if (fresh.length) words += ` It holds nothing for ${fresh.join(', ')}: untrained.`;
    }
    this.keyframes = [{ step: snapshot.step, state: snapshot.state }];
    await this.settle('paused', words);
  }

  async close(): Promise<void> {
    await this.rest();
    this.release();
    this.state = 'idle';
  }

  /** The device is gone, and another one or another rung takes its place. */
  async survive(rung: ComputingRung, why: string): Promise<void> {
    const { opened } = this;
    const kept = this.keyframes.at(-1) ?? (this.initial && { step: 0, state: this.initial });
    this.rung = rung;
    this.reading = false;
    if (!opened || !kept) return;
    const { settings, seed, inputs } = opened;
    this.release();
    await this.open(settings, seed, inputs, kept);
    this.postSnapshot(kept);
    await this.settle(
      'lost',
      `${why} The run went back to step ${kept.step}; press play to go on from there.`,
    );
  }

  async fail(error: unknown): Promise<void> {
    if (!(await this.context.gone(this.rung))) this.say('error', sentence(error));
  }

  refuse(words: string): void {
    this.context.post({ kind: 'refused', lab: this.id, words });
  }

  // What the scheduler calls.

  advance(steps: number, until: number): { steps: number; done: Promise<void> } {
    use(this.rung);
    const begun = this.context.now();
    const advanced = this.trainer!.advance(steps, until);
    // Slices overlap on the device: each counts from the end of the one before.
    const done = advanced.done.then(() => {
      const now = this.context.now();
      this.seconds += (now - Math.max(begun, this.sliceEnd)) / 1000;
      this.sliceEnd = now;
    });
    return { steps: advanced.steps, done };
  }

  frame(): void {
    if (this.reading) return;
    this.reading = true;
    this.show(this.context.now() - this.probesAt >= probesEvery)
      .then(() => {
        if (this.context.now() - this.keyframeAt >= keyframeEvery) return this.keepKeyframe();
      })
      .catch((error) => this.failed(error))
      .finally(() => {
        this.reading = false;
      });
  }

  finished(): void {
    const done = this.trainer!.step >= this.lastStep;
    this.settle(done ? 'done' : 'paused', done ? this.doneWords() : this.pausedWords()).catch(
      (error) => this.failed(error),
    );
  }

  displaced(): void {
    this.settle(
      'paused',
      `Paused at step ${this.trainer?.step}: another lab on this page trains now.`,
    ).catch((error) => this.failed(error));
  }

  failed(error: unknown): void {
    void this.context.scheduler.stop(this);
    void this.fail(error);
  }

  // What both come down to.

  private train(target: number): void {
    this.target = target;
    this.say('running', this.runningWords());
    this.context.scheduler.train(this);
  }

  private rest(): Promise<void> {
    return this.context.scheduler.stop(this);
  }

  /** A last frame with everything in it, then the new state, unless the frame showed worse. */
  private async settle(state: LabState, words: string): Promise<void> {
    const before = this.state;
    await this.show(true);
    if (state !== 'lost') await this.keepKeyframe();
    if (this.state === before && this.state !== 'diverged') this.say(state, words);
  }

  private async show(withProbes: boolean): Promise<void> {
    const { trainer, context } = this;
    if (!trainer) return;
    use(this.rung);
    if (withProbes) this.probesAt = context.now();
    const reading = await trainer.read(withProbes);
    if (this.trainer !== trainer) return;
    const { captured, dispatches } = trainer;
    const frame: Frame = {
      ...reading,
      seconds: this.seconds,
      speed: { ...context.scheduler.pace, captured, dispatches },
    };
    // Posting gives the frame's arrays away.
    const { data = [], width = 1 } = reading.metrics[this.experiment.finite ?? 'loss'] ?? {};
    const bad = data.findIndex((value) => !Number.isFinite(value));
    const badRow = bad < 0 ? bad : Math.floor(bad / width);
    context.post({ kind: 'frame', lab: this.id, lane: 0, frame });
    if (badRow >= 0) this.diverge(reading.steps[badRow]);
  }

  /** A loss that is no number ends the run: nothing after it means anything. */
  private diverge(step: number): void {
    if (this.state === 'diverged') return;
    void this.rest();
    const good = this.keyframes.at(-1);
    if (good) this.postSnapshot(good);
    const back = good
      ? `The state of step ${good.step} was kept: go back to it`
      : 'No earlier state was kept: start again';
    this.say(
      'diverged',
      `The loss is no longer a number at step ${step}: the run diverged. ${back} with a smaller learning rate.`,
    );
  }

  private async keepKeyframe(): Promise<void> {
    const { trainer, context } = this;
    if (!trainer || this.state === 'diverged') return;
    this.keyframeAt = context.now();
    use(this.rung);
    const kept = await trainer.state();
    if (allFinite(kept.state) && this.trainer === trainer)
      this.keyframes = [...this.keyframes.slice(-1), kept];
  }

  private async open(
    settings: Settings,
    seed: number,
    inputs?: Inputs,
    from?: { step: number; state: State },
  ): Promise<string[]> {
    use(this.rung);
    const given = inputs ?? this.experiment.defaultInputs?.(settings) ?? {};
    const known = this.shelf.take(settings, seed, given);
    const ready = known ?? (await this.make(settings, seed, given, from));
    if (this.opened && this.trainer && this.first)
      this.shelf.put({ opened: this.opened, trainer: this.trainer, first: this.first });
    const { opened, trainer, first } = ready;
    this.opened = opened;
    this.trainer = trainer;
    this.first = first;
    const { state: begun, fresh } = carriedOver(first, from?.state ?? first);
    if (known) {
      opened.settings = settings;
      opened.inputs = given;
      for (const [name, value] of Object.entries(liveValues(opened))) trainer.setLive(name, value);
      trainer.setInputs(numbersOf(given));
      trainer.restore(from?.step ?? 0, begun);
      this.refusal = undefined;
    }
    const step = from?.step ?? 0;
    if (step === 0) this.seconds = 0;
    const { facts } = opened.session;
    if (facts) this.context.post({ kind: 'facts', lab: this.id, lane: 0, facts });
    this.initial = step === 0 ? begun : undefined;
    this.keyframes = [{ step, state: begun }];
    this.keyframeAt = this.context.now();
    return fresh;
  }

  private async make(
    settings: Settings,
    seed: number,
    inputs: Inputs,
    from?: { step: number; state: State },
  ): Promise<Ready> {
    const opened = openSession(this.experiment, settings, seed, inputs);
    try {
      const first = await firstState(opened);
      use(this.rung);
      if (from) carryOver(opened, from.state);
      const { trainer, refusal } = await trainerFor(workOf(opened, from?.step));
      this.refusal = refusal;
      return { opened, trainer, first };
    } catch (error) {
      opened.close();
      throw error;
    }
  }

  /** New settings in the middle of a run: captured again, with all of the state that still fits. */
  private async rebuild(settings: Settings, inputs: Inputs): Promise<void> {
    const { opened, trainer, state } = this;
    await this.rest();
    let fresh: string[];
    try {
      fresh = await this.open(settings, opened!.seed, inputs, await trainer!.state());
    } catch (error) {
      if (await this.context.gone(this.rung)) return;
      this.refuse(sentence(error));
      if (state === 'running') this.train(this.target);
      return;
    }
    const kept = fresh.length
      ? `These parts of the model are new and untrained: ${fresh.join(', ')}.`
      : 'Parameters and optimizer state were kept.';
    if (state === 'running') {
      this.train(this.target);
      this.say('running', `${this.runningWords()} ${kept}`);
    } else await this.settle('paused', `${this.pausedWords()} ${kept}`);
  }

  private canStartAgain(settings: Settings, seed: number): boolean {
    const { opened, trainer, initial } = this;
    if (!opened || !trainer || !initial || opened.seed !== seed) return false;
    return !differs(opened.settings, settings, opened.session.live);
  }

  /** The same session from its first state: nothing is captured again. */
  private async startAgain(settings: Settings, inputs?: Inputs): Promise<void> {
    const { opened, trainer } = this;
    use(this.rung);
    trainer!.restore(0, this.initial!);
    this.seconds = 0;
    opened!.settings = settings;
    for (const [name, value] of Object.entries(liveValues(opened!))) trainer!.setLive(name, value);
    this.keyframes = [{ step: 0, state: this.initial! }];
    const next = inputs ?? this.experiment.defaultInputs?.(settings);
    if (next) await this.setInputs(next);
  }

  private postSnapshot({ step, state }: { step: number; state: State }): void {
    const { settings, seed, inputs } = this.opened!;
    const snapshot = { experiment: this.name, settings, seed, step, state, inputs };
    this.context.post({ kind: 'snapshot', lab: this.id, lane: 0, snapshot });
  }

  private release(): void {
    this.shelf.clear();
    this.trainer?.dispose();
    this.opened?.close();
    this.trainer = undefined;
    this.opened = undefined;
    this.first = undefined;
    this.initial = undefined;
  }

  private say(state: LabState, words: string): void {
    this.state = state;
    this.context.post({ kind: 'state', lab: this.id, state, step: this.trainer?.step ?? 0, words });
  }

  private ready(): string {
    return this.refusal
      ? `Ready. Every step goes through TensorFlow.js, which is slower: ${this.refusal}`
      : 'Ready.';
  }

  private runningWords(): string {
    const where = { webgpu: 'WebGPU', wasm: 'WebAssembly', cpu: 'plain JavaScript' }[this.rung];
    return `Training on ${where}.`;
  }

  private pausedWords(): string {
    return `Paused at step ${this.trainer?.step}.`;
  }

  private doneWords(): string {
    return `Done: ${this.trainer?.step} steps.`;
  }
}

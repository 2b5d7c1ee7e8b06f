/**
 * One open lab in the worker: its lanes, and how they stand in words. Requests come one after
 * another (host.ts queues them); the scheduler calls in between.
 */

import type { Made } from '../../model/experiments/session';
import type { Experiment, Inputs, SettingValue } from '../../model/experiments/types';
import type { LabState, LaneRequest, Open, Reply, Snapshot } from '../protocol';
import type { ComputingRung } from '../rungs/backend';
import { sentence } from '../sentence';
import type { DeviceQueue } from './device-queue';
import { Lane, type LaneContext, type Successor } from './lane';
import { next } from './order';
import { type Question, Questions } from './questions';
import type { Runnable, Scheduler, Taker } from './scheduler';
import { Shelf } from './shelf';
import * as words from './words';

export interface LabContext {
  post(reply: Reply): void;
  scheduler: Scheduler;
  now(): number;
  /** Does a task behind the requests to this lab that came before it. */
  enqueue(task: () => Promise<void>): Promise<void>;
  /** True if the rung's device is gone: what fails then is no error of the lab. */
  gone(rung?: ComputingRung): Promise<boolean>;
  device: DeviceQueue;
}

/** What stays the same as long as the lab is open. */
export type Asked = Pick<Open, 'lab' | 'experiment' | 'order' | 'lastStep'>;

export class Lab implements Runnable {
  visible = true;
  /** Most steps per second that a lane takes. */
  limit = Number.POSITIVE_INFINITY;
  readonly id: string;
  private lanes: Lane[] = [];
  /** Lanes that are trained here, by number; in turn, in this order. Others have other workers. */
  private turns: number[] = [];
  /** Among them, the place of the one whose turn it is. */
  private place = 0;
  private state: LabState = 'idle';
  private said = '';
  /** It trains to the end, not only the few steps that were asked for. */
  private toTheEnd = false;
  private showing = false;
  private readonly shelf = new Shelf();
  private readonly shared: LaneContext;
  private readonly questions: Questions;

  constructor(
    private readonly asked: Asked,
    experiment: Experiment,
    rung: ComputingRung | undefined,
    private readonly context: LabContext,
  ) {
    this.id = asked.lab;
    const { post, now, device } = context;
    const { lab, experiment: name, lastStep } = asked;
    const finite = 'start' in experiment ? (experiment.finite ?? 'loss') : undefined;
    const shared = { lab, name, experiment, finite, lastStep, rung };
    this.shared = { ...shared, shelf: this.shelf, device, post, now };
    this.questions = new Questions(lab, device, post);
  }

  /** None where no device is needed. */
  get rung(): ComputingRung | undefined {
    return this.shared.rung;
  }

  // What the page asks for.

  async start(
    requests: readonly LaneRequest[],
    turns: readonly number[] = [...requests.keys()],
  ): Promise<void> {
    await this.rest();
    for (const lane of this.lanes.splice(requests.length)) lane.release();
    while (this.lanes.length < requests.length)
      this.lanes.push(new Lane(this.lanes.length, this.shared));
    this.turns = [...turns];
    this.place = 0;
    const fixes = ownSettings(requests);
    for (const [i, lane] of this.lanes.entries()) {
      if (this.inTurn && i !== this.turn) lane.release();
      lane.plan({ fixes, ...requests[i] });
    }
    this.say('starting', words.preparing(this.standing), 'begins');
    for (const lane of this.going) await this.begin(lane);
    await this.overToNext();
    await this.settle('paused', words.ready(this.standing));
  }

  async play(): Promise<void> {
    if (!this.canTrain) return;
    for (const lane of this.lanes) lane.target = this.asked.lastStep;
    this.toTheEnd = true;
    if (await this.overToNext()) this.train();
    else if (this.state === 'diverged') this.say('diverged', this.said);
    else this.say('done', words.done(this.standing));
  }

  async stepOn(steps: number): Promise<void> {
    if (!this.canTrain) return;
    await this.overToNext();
    const target = words.stepOf(this.standing) + Math.max(1, Math.floor(steps));
    for (const lane of this.going) lane.target = target;
    this.toTheEnd = false;
    this.train();
  }

  async pause(): Promise<void> {
    if (this.state !== 'running') return;
    await this.rest();
    // A last frame may have found that the run diverged.
    if (this.state === 'running') await this.settle('paused', words.paused(this.standing));
  }

  /** More lanes in turn to be trained here: Play goes on with them. */
  takeTurns(turns: readonly number[]): void {
    this.turns.push(...turns);
  }

  /** Where a lane stood at last that was trained elsewhere. */
  keep(snapshot: Snapshot, index: number): void {
    this.lane(index)?.keep(snapshot);
  }

  async set(name: string, value: SettingValue): Promise<void> {
    const lanes = this.lanes.flatMap((lane) => {
      const made = lane.with(name, value);
      return made ? [{ lane, made }] : [];
    });
    let built: Change[];
    try {
      built = lanes.filter(({ lane }) => lane.open && !lane.takesLive(name, value));
    } catch (error) {
      return this.refuse(sentence(error));
    }
    if (built.length && !(await this.rebuild(built))) return;
    for (const { lane, made } of lanes)
      if (!built.some((one) => one.lane === lane)) lane.change(made);
  }

  async setInputs(inputs: Inputs): Promise<void> {
    const all = this.lanes.map((lane) => ({ lane, ...lane.asksFor(inputs) }));
    const built = all.filter(({ lane, how }) => lane.open && how !== 'change');
    if (built.length && !(await this.rebuild(built))) return;
    for (const { lane, made } of all)
      if (!built.some((one) => one.lane === lane)) lane.change(made);
  }

  async snapshot(index = 0): Promise<void> {
    const lane = this.lane(index);
    const standing = await lane?.standing();
    if (standing) lane?.postSnapshot(standing);
  }

  async answer(question: Question): Promise<void> {
    const { id, lane: index = 0 } = question;
    const lane = this.lanes[index];
    if (lane) await this.questions.answer(lane, question);
    else
      this.context.post({ kind: 'unanswered', lab: this.id, id, words: this.unknownLane(index) });
  }

  async restore(snapshot: Snapshot, index = 0): Promise<void> {
    const { experiment } = this.asked;
    if (snapshot.experiment !== experiment)
      return this.refuse(
        `This state was kept by the experiment ${snapshot.experiment}; this lab runs ${experiment}.`,
      );
    const lane = this.lane(index);
    if (!lane) return;
    if (!this.turns.includes(index)) return this.refuse(`Lane ${index} is trained elsewhere.`);
    this.say('starting', `Going back to step ${snapshot.step}.`);
    await this.rest();
    const fresh = await lane.restore(snapshot);
    if (this.inTurn) this.place = this.turns.indexOf(index);
    const lacks = fresh.length ? ` It holds nothing for ${fresh.join(', ')}: untrained.` : '';
    await this.settle('paused', `Back at step ${snapshot.step}.${lacks}`);
  }

  async close(): Promise<void> {
    await this.rest();
    this.release();
    this.state = 'idle';
  }

  /**
   * The device is gone, and another one or another rung takes its place. Who trained goes back to
   * the last state kept; who rested has lost nothing, and stands as before.
   */
  async survive(rung: ComputingRung, why: string): Promise<void> {
    // It may have been told to train behind a start that the loss broke off.
    await this.rest();
    const { state, said } = this;
    const whole = this.alive.every(({ isKept }) => isKept);
    this.shared.rung = rung;
    this.showing = false;
    this.shelf.clear();
    for (const lane of this.going) {
      const { end } = lane;
      if (end === 'refused') continue;
      await lane.survive();
      lane.end = end;
    }
    if (state === 'diverged') this.say(state, said);
    else if (whole && (state === 'paused' || state === 'done')) await this.settle(state, said);
    else await this.settle('lost', `${why} ${words.wentBack(this.standing)}`);
  }

  async fail(error: unknown): Promise<void> {
    if (!(await this.context.gone(this.rung))) this.say('error', sentence(error));
  }

  refuse(sentence: string): void {
    this.context.post({ kind: 'refused', lab: this.id, words: sentence });
  }

  // What the scheduler asks.

  get stepsPerSecond(): number {
    return this.limit * Math.max(1, this.going.filter(({ room }) => room > 0).length);
  }

  next(): Taker | undefined {
    return next(this.going);
  }

  frame(): void {
    if (this.showing) return;
    this.showing = true;
    Promise.all(
      this.alive.map(async (lane) => {
        await this.show(lane);
        if (!lane.end) await lane.watch.keepIfDue();
      }),
    )
      .catch((error) => this.failed(error))
      .finally(() => {
        this.showing = false;
      });
  }

  finished(): Promise<void> {
    return this.context.enqueue(() => this.arrive());
  }

  displaced(): void {
    void this.context.enqueue(async () => {
      if (this.state === 'running' && !this.trains)
        await this.settle('paused', words.displaced(this.standing));
    });
  }

  failed(error: unknown): void {
    void this.context.scheduler.stop(this);
    void this.fail(error);
  }

  // What both come down to.

  /** Asked to train behind a start that failed, it has nothing to train. */
  private get canTrain(): boolean {
    return this.lanes.length > 0 && this.state !== 'error';
  }

  private get inTurn(): boolean {
    return this.asked.order === 'in turn';
  }

  /** Of lanes in turn, the one whose turn it is. */
  private get turn(): number {
    return this.turns[this.place];
  }

  private get here(): Lane[] {
    return this.turns.map((index) => this.lanes[index]);
  }

  /** The lanes that train now. */
  private get going(): Lane[] {
    return this.inTurn ? this.lanes.slice(this.turn, this.turn + 1) : this.lanes;
  }

  private get alive(): Lane[] {
    return this.going.filter(({ end }) => !end);
  }

  /** It is this lab that has the scheduler. */
  private get trains(): boolean {
    return this.context.scheduler.isTraining(this);
  }

  private get standing(): words.Standing {
    const { rung, lanes, turn } = this;
    const refusal = lanes.find(({ open }) => open?.refusal)?.open?.refusal;
    return { rung, order: this.asked.order, turn, lanes, refusal };
  }

  private lane(index: number): Lane | undefined {
    const lane = this.lanes[index];
    if (!lane) this.refuse(this.unknownLane(index));
    return lane;
  }

  private unknownLane(index: number): string {
    return `There is no lane ${index}; there are ${this.lanes.length}, from 0 on.`;
  }

  /** Makes a lane's session. Of several, one that cannot be made leaves the others. */
  private async begin(lane: Lane): Promise<void> {
    try {
      await lane.start();
    } catch (error) {
      const last = this.lanes.every((other) => other === lane || other.end === 'refused');
      if (last || (await this.context.gone(this.rung))) throw error;
      lane.end = 'refused';
      this.tell(lane, 'refused', sentence(error));
    }
  }

  private train(): void {
    if (!this.trains) for (const lane of this.lanes) lane.meter.rested();
    this.say('running', words.running(this.standing));
    this.context.scheduler.train(this);
  }

  private rest(): Promise<void> {
    return this.context.scheduler.stop(this);
  }

  /** All lanes that train now have come to where they rest. */
  private async arrive(): Promise<void> {
    // Paused or displaced meanwhile, or asked for more.
    if (!this.trains || this.next()) return;
    if (this.toTheEnd && (await this.overToNext())) {
      if (this.trains) this.train();
      return;
    }
    if (!this.here.every(({ over }) => over))
      return this.settle('paused', words.paused(this.standing));
    for (const lane of this.alive) await this.finish(lane);
    if (this.here.every(({ end }) => end)) this.say('diverged', words.noneLeft(this.standing));
    else await this.settle('done', words.done(this.standing));
  }

  /**
   * Of lanes in turn, one that is over makes way for the next that can be made. False where no lane
   * can go on.
   */
  private async overToNext(): Promise<boolean> {
    if (!this.inTurn) return this.lanes.some(({ over }) => !over);
    for (let lane = this.lanes[this.turn]; lane.over; lane = this.lanes[this.turn]) {
      if (!lane.end) await this.finish(lane);
      const following = this.lanes[this.turns[this.place + 1]];
      if (!following) return false;
      this.shelf.clear();
      lane.putAway(following);
      this.place++;
      await this.begin(following);
      await this.show(following, 'with probes');
    }
    return true;
  }

  /** A lane has taken its last step: all there is to see of it. */
  private async finish(lane: Lane): Promise<void> {
    if (lane.finished) return;
    await this.show(lane, 'with probes');
    if (lane.end) return;
    await lane.watch.keep();
    lane.finished = true;
    this.tell(lane, 'done', words.laneDone(lane.step));
  }

  /** A last frame with everything in it, then the new state, unless the frame showed worse. */
  private async settle(state: LabState, sentences: string): Promise<void> {
    const before = this.state;
    for (const lane of this.alive) {
      await this.show(lane, 'with probes');
      if (state !== 'lost' && !lane.end) await lane.watch.keep();
    }
    if (this.state === before && this.state !== 'diverged') this.say(state, sentences);
  }

  private async show(lane: Lane, withProbes?: 'with probes'): Promise<void> {
    const step = await lane.watch.show(withProbes);
    if (step !== undefined && !lane.end) this.diverge(lane, step);
  }

  /** A loss that is no number ends the run: nothing after it means anything. */
  private diverge(lane: Lane, step: number): void {
    lane.end = 'diverged';
    const good = lane.watch.checkpoint;
    if (good) lane.postSnapshot(good);
    const how = words.diverged(this.shared.finite ?? '', step);
    this.tell(lane, 'diverged', how);
    if (this.lanes.length === 1) {
      void this.rest();
      this.say('diverged', `${how} ${words.wayBack(good?.step)}`);
    } else if (this.state === 'running') this.say('running', words.running(this.standing));
  }

  /**
   * New sessions in the middle of a run, with all of the state that still fits, or from the start:
   * all lanes' or none's. False where they were refused.
   */
  private async rebuild(changes: readonly Change[]): Promise<boolean> {
    const running = this.state === 'running';
    await this.rest();
    const successors: [Lane, Successor][] = [];
    try {
      for (const { lane, made, how } of changes) {
        const from = how === 'start' ? undefined : await lane.standing();
        successors.push([lane, await lane.prepare(made, from)]);
      }
    } catch (error) {
      for (const [lane, successor] of successors) lane.drop(successor);
      if (await this.context.gone(this.rung)) return false;
      this.refuse(sentence(error));
      if (running) this.train();
      return false;
    }
    const fresh = successors.flatMap(([lane, successor]) => lane.take(successor));
    const anew = changes.some(({ how }) => how === 'start');
    const what = anew ? words.anew : words.carried(this.standing, [...new Set(fresh)]);
    if (!this.toTheEnd && anew) for (const { lane } of changes) lane.target = 0;
    if (running) {
      this.train();
      this.say('running', `${words.running(this.standing)} ${what}`);
    } else await this.settle('paused', `${words.paused(this.standing)} ${what}`);
    return true;
  }

  /** What became of one lane of several. */
  private tell(lane: Lane, end: 'done' | 'diverged' | 'refused', sentences: string): void {
    if (this.lanes.length < 2) return;
    const { index, step } = lane;
    this.context.post({ kind: 'lane', lab: this.id, lane: index, end, step, words: sentences });
  }

  private release(): void {
    this.turns = [];
    for (const lane of this.lanes.splice(0)) lane.release();
    this.shelf.clear();
  }

  private say(state: LabState, sentences: string, begins?: 'begins'): void {
    this.state = state;
    this.said = sentences;
    const step = this.lanes.reduce((sum, lane) => sum + lane.step, 0);
    const beginning = begins ? { begins: true as const } : {};
    this.context.post({ kind: 'state', lab: this.id, state, step, words: sentences, ...beginning });
  }
}

/** What a lane's session is to become, and how: going on unless it is to start anew. */
interface Change {
  lane: Lane;
  made: Made;
  how?: 'change' | 'rebuild' | 'start';
}

/** Settings in which the lanes differ: they are what is compared, and stay as each lane has them. */
function ownSettings(lanes: readonly LaneRequest[]): string[] {
  const names = new Set(lanes.flatMap(({ settings }) => Object.keys(settings)));
  return [...names].filter((name) =>
    lanes.some(({ settings }) => settings[name] !== lanes[0].settings[name]),
  );
}

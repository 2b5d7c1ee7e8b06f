/**
 * Plays a lab: opens it in the engine, trains, pauses, steps, starts anew, comes back from what
 * broke, and lets the run grow from what the engine says. What is to be played it asks its host.
 */
import { computed, signal } from '@preact/signals';
import type { LabState, Reply, Rung, Speed } from '../engine/protocol';
import type { SettingValue } from '../model/experiments/types';
import { StandingQuestions } from './asks';
import type { LoadEngine } from './engine';
import { KeptStates } from './kept-states';
import { Link } from './link';
import { LiveRun } from './live';
import {
  after,
  goesOn,
  isAtRest,
  isGoing,
  isLoading,
  isOpen,
  type Phase,
  stateOf,
  type Wish,
} from './phase';
import { type Asked, keepDone, lanesOf, lastStepOf, orderOf, planOf } from './plans';
import { replay } from './recorded-engine';
import { at, changeLane } from './run';
import { newRun } from './runs';
import { speedsOf } from './speeds';
import type { LabDescription, RecordedRun, Run } from './types';

export interface PlayerHost {
  asked(): Asked;
  /** Settles when all that is asked for is known: an address may name what must be looked up. */
  ready(): Promise<void>;
  /** A run begins: the one before is over. */
  before(): void;
  /** The phase has changed to one that is worth a word. */
  changed(atRest: boolean): void;
  /** A setting or an input was not taken: the run goes on as it was. */
  refused(words: string): void;
  /** One more sentence for the reader. */
  note(words: string): void;
}

interface PlayerOptions {
  id: string;
  lab: LabDescription;
  first: Run;
  recorded?: RecordedRun;
  rung?: Rung;
  loadEngine: LoadEngine;
}

/** Only one lab of a page trains at a time. */
let training: Player | undefined;

export class Player {
  readonly phase = signal<Phase>('asleep');
  /** The engine's word for the phase. */
  readonly state = computed<LabState>(() => stateOf(this.phase.value));
  /** The latest sentence of where it stands. */
  readonly words = signal('');
  /** How many of a sweep's models train at the same time. */
  readonly atOnce = signal(1);
  readonly measured = signal<Speed | undefined>(undefined);
  readonly speed;
  readonly rung;
  readonly live: LiveRun;
  readonly link: Link;
  private readonly lab: LabDescription;
  private readonly recorded?: RecordedRun;
  private readonly questions: StandingQuestions;
  private readonly kept = new KeptStates();
  /** Counts loads: only the latest goes on once its engine is there. */
  private loads = 0;

  constructor(
    { id, lab, first, recorded, rung, loadEngine }: PlayerOptions,
    private readonly host: PlayerHost,
  ) {
    this.lab = lab;
    this.recorded = recorded;
    this.rung = signal(rung);
    this.speed = signal(
      planOf(lab).kind === 'sweep' ? Infinity : speedsOf(lab.lastStep)[1].stepsPerSecond,
    );
    this.live = new LiveRun(first);
    this.link = new Link(id, loadEngine, (reply) => this.hear(reply));
    this.questions = new StandingQuestions(lab.asks ?? {}, {
      ask: (act, asked, lane) => this.link.ask(act, asked, lane),
      answer: (lane, name, answer) => {
        this.live.answer(lane, name, answer);
        if (isAtRest(this.phase.value)) host.changed(true);
      },
      refused: (words) => host.note(words),
      now: () => performance.now(),
    });
  }

  // What a hand asks for.

  async play(): Promise<void> {
    this.live.now();
    const phase = this.phase.value;
    if (isGoing(phase)) return;
    this.takeTurn();
    if (isLoading(phase)) this.phase.value = 'loading to play';
    else if (!isOpen(phase)) return this.load('play');
    // A run that came to its end may rest as paused: a setting was changed since.
    // What failed may be the engine itself: nobody would hear.
    else if (phase === 'done' || phase === 'error' || this.isOver()) return this.restart('play');
    else if (phase === 'lost') this.goOn();
    else this.train();
  }

  private isOver(): boolean {
    const run = this.live.latest;
    const last = lastStepOf(this.lab);
    return (run.lanes ?? [run]).every((lane) => lane.step >= last);
  }

  pause(): void {
    const phase = this.phase.value;
    if (isLoading(phase)) this.phase.value = 'loading to rest';
    if (!isOpen(phase)) return;
    if (phase === 'starting to play') this.phase.value = 'opening';
    this.link.send({ kind: 'pause' });
  }

  /** One step, then rest. */
  async step(): Promise<void> {
    this.live.now();
    const phase = this.phase.value;
    this.takeTurn();
    if (isLoading(phase)) this.phase.value = 'loading to step';
    else if (!isOpen(phase)) return this.load('step');
    else if (phase === 'error') return this.restart('step');
    else this.takeSteps();
  }

  /** Anew with what is asked for now; it trains on where it trained. */
  async restart(wish: Wish = goesOn(this.phase.value) ? 'play' : 'rest'): Promise<void> {
    this.host.before();
    if (isLoading(this.phase.value)) return;
    // The engine itself may be what broke: another one is fetched then.
    if (this.phase.value === 'error' || !isOpen(this.phase.value)) return this.load(wish);
    this.begin();
    this.link.forget('The run was started anew before the answer came.');
    // A recording answers at once.
    this.phase.value = 'opening';
    this.link.send({ kind: 'restart', lanes: lanesOf(this.lab, this.host.asked()) });
    this.follow(wish);
  }

  /** Stops a sweep; the lanes that are done stay. */
  cancel(): void {
    this.leave();
    this.live.catchUp();
    this.live.show(keepDone(this.live.run.value, lastStepOf(this.lab)));
    this.words.value = 'Stopped; what was done is kept.';
    this.phase.value = 'idle';
    this.host.changed(true);
  }

  scrub(step: number): void {
    if (isGoing(this.phase.value)) this.pause();
    this.live.lookAt(step);
  }

  setSpeed(stepsPerSecond: number): void {
    this.speed.value = stepsPerSecond;
    if (isOpen(this.phase.value)) this.link.send({ kind: 'speed', stepsPerSecond });
  }

  /** Another rung of the ladder, by hand; undefined leaves the choice to the measurement. */
  async chooseRung(rung: Rung | undefined): Promise<void> {
    const phase = this.phase.value;
    if (rung === this.rung.value && isOpen(phase)) return;
    this.rung.value = rung;
    if (!this.link.ladder.value && phase !== 'unreachable') return;
    this.host.before();
    this.leave();
    await this.load(goesOn(phase) ? 'play' : 'rest');
  }

  /** Anew, in another engine: one that computes with a reader's code, or the library's own again. */
  async moveTo(load: LoadEngine): Promise<void> {
    this.host.before();
    this.leave();
    this.link.fetchFrom(load);
    this.takeTurn();
    await this.load('play');
  }

  send(name: string, value: SettingValue): void {
    this.link.send({ kind: 'set', name, value });
  }

  /** A setting has changed: what was answered at rest may rest on it. */
  askAgain(): void {
    this.inquireAtRest();
  }

  visible(visible: boolean): void {
    if (isOpen(this.phase.value)) this.link.send({ kind: 'visible', visible });
  }

  close(): void {
    this.leave();
    if (training === this) training = undefined;
  }

  /**
   * A hand is near: the engine makes ready what Play will ask for, so that training starts at
   * once. Nothing shows, and what fails will fail again, in words, on Play.
   */
  async prepare(): Promise<void> {
    if (this.phase.value !== 'idle' || this.rung.value === 'recorded') return;
    if (planOf(this.lab).kind === 'table') return;
    // A lab that trains has the device for itself.
    if (training?.phase.value === 'running') return;
    this.phase.value = 'prepared';
    try {
      await this.host.ready();
      const request = { kind: 'prepare' as const, ...this.opening() };
      await this.link.prepare(request, this.rung.value, () => this.phase.value === 'prepared');
    } catch {
      // Play will say what is wrong.
    }
  }

  // When it breaks.

  /** After a lost device the engine has gone back to the last state it kept; after an error, anew. */
  goOn(): void {
    if (this.phase.value !== 'lost') return void this.restart('play');
    this.backToKept();
    this.train();
  }

  /** After divergence: to the last state whose numbers are all finite, and rest there. */
  goBack(): void {
    const snapshot = this.kept.first;
    if (!snapshot) return;
    this.backToKept();
    this.link.send({ kind: 'restore', snapshot });
  }

  /** The step of the last state that the engine kept, where there is one to go back to. */
  get keptStep(): number | undefined {
    return this.live.run.value.lanes ? undefined : this.kept.first?.step;
  }

  private backToKept(): void {
    this.live.catchUp();
    this.live.alter((run) => this.kept.back(run));
  }

  // To the engine.

  private takeTurn(): void {
    if (training && training !== this) training.pause();
    training = this;
  }

  /** Fetches the engine on first use: before that, the page holds no TensorFlow.js. */
  private async load(wish: Wish): Promise<void> {
    const turn = ++this.loads;
    this.phase.value = `loading to ${wish}`;
    this.words.value = 'Loading the engine and looking for the fastest way to compute here.';
    try {
      await this.host.ready();
    } catch (error) {
      if (turn === this.loads) this.fail(said(error));
      return;
    }
    try {
      await this.reach();
    } catch (error) {
      if (turn === this.loads) this.fail(`The engine could not be started: ${said(error)}`);
      return;
    }
    if (turn !== this.loads) return;
    const loaded = this.phase.value;
    this.begin();
    this.phase.value = 'opening';
    this.link.send({ kind: 'open', ...this.opening() });
    this.link.send({ kind: 'speed', stepsPerSecond: this.speed.value });
    this.follow(isLoading(loaded) ? (loaded.replace('loading to ', '') as Wish) : 'rest');
  }

  /** An engine, whichever can be had; a recording answers for itself. */
  private async reach(): Promise<void> {
    const { recorded, rung } = this;
    const plays = rung.value === 'recorded' && recorded;
    const chosen = plays ? 'recorded' : (await this.link.reach(rung.value)).chosen;
    if (chosen === 'recorded' && recorded) this.link.replaceBy(replay(recorded));
  }

  private follow(wish: Wish): void {
    if (wish === 'play') this.train();
    if (wish === 'step') this.takeSteps();
  }

  private train(): void {
    this.phase.value = 'starting to play';
    this.link.send({ kind: 'play' });
  }

  private takeSteps(): void {
    this.phase.value = 'starting to step';
    this.link.send({ kind: 'step', steps: 1 });
  }

  private leave(): void {
    this.link.leave();
    this.kept.clear();
  }

  /** What the engine needs to know of the models to be made. */
  private opening() {
    return {
      experiment: this.lab.experiment ?? '',
      lanes: lanesOf(this.lab, this.host.asked()),
      order: orderOf(this.lab),
      lastStep: lastStepOf(this.lab),
    };
  }

  /** The next row starts a run with the settings as they are now. */
  private begin(): void {
    const origin = this.link.ladder.value?.chosen === 'recorded' ? 'recorded' : 'here';
    this.live.begin({ ...newRun(this.lab, this.host.asked()), origin });
    this.kept.clear();
    this.questions.begin();
  }

  // From the engine.

  private hear(reply: Extract<Reply, { lab: string }>): void {
    if (reply.kind === 'frame') {
      this.measured.value = reply.frame.speed;
      this.live.frame(reply.lane, reply.frame, this.phase.value.startsWith('starting to '));
      this.recite(reply.lane);
      this.inquire(reply.lane);
    } else if (reply.kind === 'facts') this.live.facts(reply.lane, reply.facts);
    else if (reply.kind === 'lane') this.live.end(reply.lane, reply.end, reply.words);
    else if (reply.kind === 'state') {
      if (reply.state === 'running') this.atOnce.value = reply.atOnce ?? 1;
      this.enter(reply.state, reply.words);
    } else if (reply.kind === 'refused') this.host.refused(reply.words);
    else if (reply.kind === 'note') this.host.note(reply.words);
    else if (reply.kind === 'snapshot') this.kept.take(reply.lane, reply.snapshot);
  }

  private enter(state: LabState, words: string): void {
    const before = this.phase.value;
    const now = after(before, state);
    this.words.value = words;
    // A rest that is said again has other grounds: another session stands there, and was looked at.
    if (now === before && !isAtRest(now)) return;
    this.live.catchUp();
    this.phase.value = now;
    const atRest = isAtRest(now);
    if (state === 'error') this.link.forget(words);
    this.inquireAtRest();
    if (atRest || now === 'running') this.host.changed(atRest);
  }

  /** Asks everything, unless it trains: it rests now, or was changed while it did. */
  private inquireAtRest(): void {
    if (!isAtRest(this.phase.value) || planOf(this.lab).kind === 'sweep') return;
    for (const lane of (this.live.latest.lanes ?? [0]).keys()) this.inquire(lane, true);
  }

  /** A recording has no session to ask. */
  private inquire(lane: number, atRest = false): void {
    const run = this.live.latest;
    if (run.origin !== 'here' || !isOpen(this.phase.value)) return;
    this.questions.due(lane, (run.lanes?.[lane] ?? run).settings, atRest);
  }

  /** Of a recording the answers are as they were then: no session gives them. */
  private recite(lane: number): void {
    const { recorded } = this;
    if (this.live.latest.origin !== 'recorded' || !recorded) return;
    const source = recorded.lanes?.[lane] ?? recorded;
    if (!source.answers) return;
    this.live.alter((run) =>
      changeLane(run, lane, (each) => ({ ...each, answers: at(source, each.step).answers })),
    );
  }

  private fail(words: string): void {
    this.words.value = words;
    this.phase.value = 'unreachable';
    this.host.changed(true);
  }
}

const said = (error: unknown) => (error instanceof Error ? error.message : String(error));

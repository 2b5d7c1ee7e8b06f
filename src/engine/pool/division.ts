/**
 * One lab whose lanes are divided over workers. The first opens it and begins at once; others join
 * when they are up. Who is free takes the next lane: lanes begin in the order that the lab asks for,
 * and nobody waits for a slow one. A lane is a run with a seed of its own, so it makes no difference
 * to what it gives who trains it.
 *
 * The last state of a lane goes to the first worker, which answers for it from then on. A helper
 * holds nothing but the lane that it trains: where it breaks or is let go, another trains that lane
 * again, and is heard from where the reader saw it last.
 */
import type { Engine, LabState, Open, Reply, Request } from '../protocol';
import type { ComputingRung } from '../rungs/backend';
import * as words from '../worker/words';
import { type Helper, type Helpers, Member } from './member';

type LabRequest = Extract<Request, { lab: string }>;
type LabReply = Extract<Reply, { lab: string }>;
type Of<K extends Reply['kind']> = Extract<Reply, { kind: K }>;
type Question = Extract<Request, { kind: 'ask' | 'model' | 'snapshot' }>;

/** A question that waits for its answer, and who holds it. */
interface Asked {
  question: Question;
  member: Member;
}

export interface DivisionContext {
  first: Engine;
  helpers: Helpers;
  rung: ComputingRung;
  say(reply: Reply): void;
}

export class Division {
  private readonly first: Member;
  private helpers: Member[] = [];
  /** More helpers than this were not to be had, or did not last. */
  private most: number;
  /** Helpers on their way, unless they were sent home meanwhile. */
  private coming = 0;
  private generation = 0;
  private wish: 'rest' | 'play' | 'step' = 'rest';
  /** Steps that were asked for while the first made its model. */
  private toStep = 0;
  /** Steps seen of each lane, and how it ended. */
  private lanes: { step: number; end?: Of<'lane'>['end'] }[] = [];
  /** Lanes that nobody has taken yet, by number. */
  private waiting: number[] = [];
  private questions: Asked[] = [];
  private speed = Number.POSITIVE_INFINITY;
  private visible = true;
  /** Why the latest lane could not be made. */
  private refusal = '';
  private broken = false;
  private displaced = false;
  private over = false;
  private said = '';

  constructor(
    private opened: Open,
    private readonly context: DivisionContext,
  ) {
    this.most = context.helpers.most;
    this.first = new Member(opened.lab, context.first);
  }

  get lab(): string {
    return this.opened.lab;
  }

  open(): void {
    this.begin();
    this.first.send({ ...this.opened, turns: [0] });
  }

  /** What the page asks for. */
  take(request: LabRequest): void {
    // Whoever asks is answered, though nothing has changed.
    this.said = '';
    switch (request.kind) {
      case 'play':
        this.play();
        break;
      case 'pause':
        this.pause();
        break;
      case 'step':
        this.step(request.steps);
        break;
      case 'restart':
        this.restart(request.lanes);
        break;
      case 'speed':
        this.speed = request.stepsPerSecond;
        this.tellAll(request);
        break;
      case 'visible':
        this.visible = request.visible;
        this.tellAll(request);
        break;
      case 'ask':
      case 'model':
      case 'snapshot':
        this.ask(request);
        break;
      case 'set':
      case 'inputs':
      case 'restore':
        // A page begins anew with other settings: what a sweep has half done would lie.
        this.context.say({ kind: 'refused', lab: this.lab, words: fixed });
    }
  }

  /** What the first worker says. */
  hear(reply: LabReply): void {
    this.from(this.first, reply);
  }

  /** Sends all helpers home; what they have half done is trained again. */
  dismiss(): void {
    this.generation++;
    this.coming = 0;
    for (const member of [...this.helpers]) this.leave(member);
    if (this.wish === 'play' && this.first.rests) this.giveWay();
    this.settle();
  }

  /** The lab is closed: nothing more is said of it. */
  close(): void {
    this.over = true;
    this.dismiss();
  }

  // Asked by the page.

  private begin(): void {
    this.lanes = this.opened.lanes.map(() => ({ step: 0 }));
    this.waiting = [...this.lanes.keys()].slice(1);
    this.wish = 'rest';
    this.broken = false;
    this.displaced = false;
    this.said = '';
    this.questions = [];
    Object.assign(this.first, { phase: 'opening', lane: 0 });
    this.first.coming.ask();
  }

  private play(): void {
    if (this.broken) return;
    this.wish = 'play';
    this.displaced = false;
    this.callHelp();
    for (const member of this.members) if (member.rests) this.goOn(member);
  }

  private pause(): void {
    this.wish = 'rest';
    for (const member of this.members) {
      if (member.phase !== 'training') continue;
      member.phase = 'stopping';
      member.send({ kind: 'pause' });
    }
  }

  /** Another lab of the page trains instead. */
  private giveWay(): void {
    this.displaced = true;
    this.pause();
  }

  /** Of the foremost lane that is under way, else of the next. */
  private step(steps: number): void {
    if (this.broken || this.members.some(({ phase }) => phase === 'training')) return;
    this.wish = 'step';
    this.displaced = false;
    this.toStep = steps;
    if (this.first.phase === 'opening') return;
    const [foremost] = this.members
      .filter(({ lane, phase }) => lane !== undefined && phase === 'resting')
      .sort((a, b) => a.lane! - b.lane!);
    const member = foremost ?? this.first;
    if (foremost || this.give(member)) {
      member.phase = 'training';
      member.send({ kind: 'step', steps });
    } else this.settle();
  }

  private restart(lanes: Open['lanes']): void {
    this.opened = { ...this.opened, lanes };
    this.begin();
    this.first.send({ kind: 'restart', lanes, turns: [0] });
    for (const member of this.helpers) {
      if (member.phase !== 'empty') member.send({ kind: 'close' });
      Object.assign(member, { phase: 'empty', lane: undefined, handing: undefined });
    }
  }

  private tellAll(request: Extract<Request, { kind: 'speed' | 'visible' }>): void {
    for (const member of this.members) if (member.phase !== 'empty') member.send(request);
  }

  /** A question goes to whoever holds the lane. */
  private ask(question: Question): void {
    const { lane = 0 } = question;
    const holds = (member: Member) =>
      member.handing === lane || (member.lane === lane && member.phase !== 'empty');
    const member = this.members.find(holds) ?? this.first;
    this.questions.push({ question, member });
    member.send(question);
  }

  // Who trains what.

  private get members(): Member[] {
    return [this.first, ...this.helpers];
  }

  /** A member that rests: on with its lane, with the next one, or home. */
  private goOn(member: Member): void {
    const wanted = this.wish === 'play';
    if (wanted && (member.lane !== undefined || this.give(member))) {
      if (member.phase !== 'resting') return;
      member.phase = 'training';
      member.send({ kind: 'play' });
      return;
    }
    if (wanted && member.handing === undefined) this.leave(member);
    this.settle();
  }

  /** The next lane that waits; false where none does. */
  private give(member: Member): boolean {
    const lane = this.waiting.shift();
    if (lane === undefined) return false;
    member.lane = lane;
    if (member.phase !== 'empty') member.send({ kind: 'turns', turns: [lane] });
    else {
      member.phase = 'opening';
      member.coming.ask();
      member.send({ ...this.opened, turns: [lane] });
      member.send({ kind: 'speed', stepsPerSecond: this.speed });
      member.send({ kind: 'visible', visible: this.visible });
    }
    return true;
  }

  private callHelp(): void {
    const room = Math.min(this.most, this.waiting.length);
    while (this.helpers.length + this.coming < room) {
      this.coming++;
      void this.hire();
    }
  }

  /** One more, or one fewer to be had: nothing is said of that. */
  private async hire(): Promise<void> {
    const { generation } = this;
    const { helpers, rung } = this.context;
    const helper = await helpers.start(rung).then(
      async (started) => ((await computesOn(started, rung)) ? started : void started.end()),
      () => undefined,
    );
    if (generation !== this.generation) helper?.end();
    else if (helper) this.join(helper);
    else {
      this.coming--;
      this.most--;
    }
  }

  private join(helper: Helper): void {
    const { lab } = this;
    this.coming--;
    const member = new Member(lab, helper, () => helper.end());
    this.helpers.push(member);
    helper.listen((reply) => {
      if (!this.helpers.includes(member)) return;
      if (reply.kind === 'stopped') this.lose(member);
      else if (reply.kind !== 'ladder' && reply.lab === lab) this.from(member, reply);
    });
    if (this.wish === 'play') this.goOn(member);
  }

  /** A helper goes. What it has not brought to its end waits again; what it was asked, the first is. */
  private leave(member: Member): void {
    if (!member.end) return;
    this.helpers = this.helpers.filter((other) => other !== member);
    member.end();
    for (const lane of [member.lane, member.handing]) {
      if (lane === undefined) continue;
      const { step, end } = this.lanes[lane];
      if (end === 'diverged' || end === 'refused') continue;
      this.lanes[lane] = { step };
      this.waiting = [...this.waiting, lane].sort((a, b) => a - b);
    }
    for (const asked of this.questions) {
      if (asked.member !== member) continue;
      asked.member = this.first;
      this.first.send(asked.question);
    }
  }

  /** A helper broke. */
  private lose(member: Member): void {
    this.most--;
    this.leave(member);
    this.context.say({ kind: 'note', lab: this.lab, words: lost });
    for (const other of this.members) if (other.rests) this.goOn(other);
    this.sayRunning();
  }

  // What the members say.

  private from(member: Member, reply: LabReply): void {
    const isOfNow = member.coming.isOfLatest(reply) && member.phase !== 'empty';
    if (!isOfNow && !['answer', 'model', 'unanswered'].includes(reply.kind)) return;
    switch (reply.kind) {
      case 'state':
        this.state(member, reply);
        break;
      case 'frame':
        this.frame(reply);
        break;
      case 'lane':
        this.lanes[reply.lane].end = reply.end;
        if (reply.end === 'refused') this.refusal = reply.words;
        this.context.say(reply);
        this.sayRunning();
        break;
      case 'snapshot':
        this.snapshot(member, reply);
        break;
      case 'answer':
      case 'model':
      case 'unanswered':
        this.answered(({ question }) => 'id' in question && question.id === reply.id);
        this.context.say(reply);
        break;
      default:
        this.context.say(reply);
    }
  }

  private frame(reply: Of<'frame'>): void {
    const seen = this.lanes[reply.lane];
    // It is trained again, and not yet where it was.
    if (reply.frame.step < seen.step) return;
    seen.step = reply.frame.step;
    this.context.say(reply);
  }

  private state(member: Member, { state, words: sentences, begins }: Of<'state'>): void {
    switch (state) {
      case 'starting':
        member.phase = 'opening';
        if (member === this.first) this.say(state, sentences, { begins });
        break;
      case 'running':
        this.sayRunning();
        break;
      case 'error':
      case 'lost':
        if (member.end) this.lose(member);
        else this.broke(state, sentences);
        break;
      default:
        this.rests(member, state, sentences);
    }
  }

  private rests(member: Member, state: LabState, sentences: string): void {
    const { phase } = member;
    member.phase = 'resting';
    if (state === 'done' || state === 'diverged') this.ended(member, state);
    else if (phase === 'training' && this.wish === 'play') this.giveWay();
    if (phase === 'opening' && member === this.first && this.wish !== 'play') {
      if (this.wish === 'rest') this.say(state, sentences);
      else this.step(this.toStep);
      return;
    }
    this.goOn(member);
    this.sayRunning();
  }

  /** Its lane is over. */
  private ended(member: Member, how: 'done' | 'diverged'): void {
    const { lane } = member;
    if (lane === undefined) return;
    member.lane = undefined;
    this.lanes[lane].end ??= how;
    if (!member.end || this.lanes[lane].end !== 'done') return;
    member.handing = lane;
    member.send({ kind: 'snapshot', lane });
  }

  private snapshot(member: Member, reply: Of<'snapshot'>): void {
    const { lane, snapshot } = reply;
    if (member.end) this.first.send({ kind: 'keep', lane, snapshot });
    if (member.handing === lane) {
      member.handing = undefined;
      if (member.rests) this.goOn(member);
      return;
    }
    this.answered(({ question }) => question.kind === 'snapshot' && (question.lane ?? 0) === lane);
    this.context.say(reply);
  }

  private answered(which: (asked: Asked) => boolean): void {
    this.questions = this.questions.filter((asked) => !which(asked));
  }

  /** The first is what all lean on. */
  private broke(state: LabState, sentences: string): void {
    this.broken = true;
    this.wish = 'rest';
    this.first.phase = 'resting';
    this.say(state, sentences);
    this.dismiss();
  }

  // How it stands.

  /** Once all rest: what that means. */
  private settle(): void {
    if (this.broken || this.members.some(({ rests, handing }) => !rests || handing !== undefined))
      return;
    const ends = this.lanes.map(({ end }) => end);
    if (ends.every((end) => end === 'refused')) {
      this.broken = true;
      this.say('error', this.refusal);
    } else if (ends.includes(undefined)) {
      if (this.wish === 'play') return;
      this.wish = 'rest';
      const how = this.displaced ? words.displaced : words.paused;
      this.say('paused', how(this.standing()));
    } else if (ends.includes('done')) this.say('done', words.done(this.standing()));
    else this.say('diverged', words.noneLeft(this.standing()));
  }

  private sayRunning(): void {
    const training = this.members.filter(({ phase }) => phase === 'training');
    if (!training.length || this.wish === 'rest') return;
    this.say('running', words.running(this.standing(training)), { atOnce: training.length });
  }

  private standing(underWay = this.members): words.Standing {
    const held = underWay.flatMap(({ lane }) => lane ?? []);
    const turn = held.length ? Math.min(...held) : (this.waiting[0] ?? 0);
    const lanes = this.lanes.map(({ step, end }) => ({
      step,
      ...(end && end !== 'done' && { end }),
    }));
    return { rung: this.context.rung, order: 'in turn', turn, lanes, underWay: held.length };
  }

  private say(
    state: LabState,
    sentences: string,
    more: Partial<Pick<Of<'state'>, 'atOnce' | 'begins'>> = {},
  ): void {
    const now = `${state} ${more.atOnce} ${sentences}`;
    if (this.over || (now === this.said && !more.begins)) return;
    this.said = now;
    const step = this.lanes.reduce((sum, lane) => sum + lane.step, 0);
    this.context.say({ kind: 'state', lab: this.lab, state, step, words: sentences, ...more });
  }
}

const fixed =
  'These models are trained by several workers: a new setting takes effect when you start again.';

const lost = 'One of the workers was lost. The others train again what it had not finished.';

/** Whether a helper can compute where the others do: it need not be measured. */
function computesOn(helper: Helper, rung: ComputingRung): Promise<boolean> {
  return new Promise((resolve) => {
    const stop = helper.listen((reply) => {
      if (reply.kind !== 'ladder' && reply.kind !== 'stopped') return;
      stop();
      resolve(reply.kind === 'ladder' && reply.ladder.chosen === rung);
    });
    helper.send({ kind: 'ladder', rung, later: true });
  });
}

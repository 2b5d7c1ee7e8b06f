/**
 * The engine of a page: takes requests, gives replies. One device, one scheduler, any number of
 * labs. It runs in a worker (worker.ts), but needs none: tests and recordings use it directly.
 */
import type { Experiment } from '../../model/experiments/types';
import type { Clock } from '../clock';
import { mark } from '../marks';
import type { Ladder, Open, Prepare, Reply, Request, Rung } from '../protocol';
import { type ComputingRung, use } from '../rungs/backend';
import { loseDevice, renewDevice, watchDevice } from '../rungs/device';
import { climb, giveUp, isUnjudged, judgeLater, reportOf } from '../rungs/ladder';
import { sentence } from '../sentence';
import { DeviceQueue } from './device-queue';
import { equal } from './equal';
import { Lab } from './lab';
import type { Question } from './questions';
import { Scheduler } from './scheduler';

export interface HostOptions {
  post(reply: Reply): void;
  /** Finds an experiment by its name; throws a sentence if there is none. */
  experiment(name: string): Promise<Experiment>;
  clock: Clock;
}

type LabRequest = Exclude<Extract<Request, { lab: string }>, Question>;

export class Host {
  private readonly scheduler: Scheduler;
  private readonly labs = new Map<string, Lab>();
  /** Requests to one lab wait for each other; labs do not. */
  private readonly queues = new Map<string, Promise<void>>();
  /** Labs that could not be opened and have said why: what was asked of them next is dropped. */
  private readonly unopened = new Set<string>();
  private readonly device = new DeviceQueue();
  private prepared: Prepared | undefined;
  private ladder: Promise<Ladder> | undefined;
  private lost = false;
  private judging = false;
  /** The device that was chosen last; others that are lost later concern nobody. */
  private watched = 0;

  constructor(private readonly options: HostOptions) {
    this.scheduler = new Scheduler(options.clock);
  }

  /** Never throws: what goes wrong is a reply. The promise settles when the request is dealt with. */
  handle(request: Request): Promise<void> {
    if (request.kind === 'ladder') return this.answerLadder(request);
    if (request.kind === 'hidden') {
      this.scheduler.hide(request.hidden);
      return Promise.resolve();
    }
    if (request.kind === 'lose') {
      loseDevice();
      return Promise.resolve();
    }
    if (request.kind === 'ask' || request.kind === 'model') return this.answer(request);
    // These two must not wait for a capture.
    const lab = this.labs.get(request.lab);
    if (request.kind === 'visible' && lab) lab.visible = request.visible;
    if (request.kind === 'speed' && lab) lab.limit = request.stepsPerSecond;
    return this.enqueue(request.lab, () => this.dispatch(request));
  }

  /** A question waits for the requests before it; none after it waits for the answer. */
  private async answer(question: Question): Promise<void> {
    await this.queues.get(question.lab);
    const lab = this.labs.get(question.lab);
    if (lab) return lab.answer(question);
    const words = notOpen(question.lab);
    this.options.post({ kind: 'unanswered', lab: question.lab, id: question.id, words });
  }

  private enqueue(lab: string, task: () => Promise<void>): Promise<void> {
    const before = this.queues.get(lab) ?? Promise.resolve();
    const next = before.then(task).catch((error) => this.failed(lab, error));
    this.queues.set(lab, next);
    return next;
  }

  private async failed(id: string, error: unknown): Promise<void> {
    const lab = this.labs.get(id);
    if (lab) return lab.fail(error);
    this.options.post({ kind: 'state', lab: id, state: 'error', step: 0, words: sentence(error) });
  }

  /** A command may fail a moment before its device says that it is lost. */
  private async gone(rung?: ComputingRung): Promise<boolean> {
    if (rung !== 'webgpu') return false;
    if (!this.lost) await this.options.clock.sleep(100);
    return this.lost;
  }

  private async dispatch(request: LabRequest): Promise<void> {
    if (request.kind === 'open') return this.open(request);
    if (request.kind === 'prepare') return this.prepare(request);
    const lab = this.labs.get(request.lab);
    if (!lab) {
      const isKnown = this.unopened.has(request.lab);
      if (request.kind === 'close') this.unopened.delete(request.lab);
      else if (!isKnown) throw new Error(notOpen(request.lab));
      return;
    }
    switch (request.kind) {
      case 'play':
        return lab.play();
      case 'pause':
        return lab.pause();
      case 'step':
        return lab.stepOn(request.steps);
      case 'restart':
        return lab.start(request.lanes, request.turns);
      case 'turns':
        return lab.takeTurns(request.turns);
      case 'keep':
        return lab.keep(request.snapshot, request.lane);
      case 'set':
        return lab.set(request.name, request.value);
      case 'inputs':
        return lab.setInputs(request.inputs);
      case 'speed':
        lab.limit = request.stepsPerSecond;
        return;
      case 'visible':
        lab.visible = request.visible;
        return;
      case 'snapshot':
        return lab.snapshot(request.lane);
      case 'restore':
        return lab.restore(request.snapshot, request.lane);
      case 'close':
        this.labs.delete(request.lab);
        return lab.close();
    }
  }

  private async open(request: Open): Promise<void> {
    this.unopened.add(request.lab);
    const { experiment, rung } = await this.whatFor(request);
    this.unopened.delete(request.lab);
    await this.labs.get(request.lab)?.close();
    const { prepared } = this;
    if (prepared?.lab.id === request.lab) {
      this.prepared = undefined;
      if (prepared.lab.rung === rung && asksTheSame(prepared.request, request)) {
        this.labs.set(request.lab, prepared.lab);
        return prepared.speak();
      }
      await prepared.lab.close();
    }
    const lab = this.create(request, experiment, rung, this.options.post);
    this.labs.set(request.lab, lab);
    try {
      await lab.start(request.lanes, request.turns);
    } catch (error) {
      if (!rung || !isUnjudged(rung) || (await this.gone(rung))) throw error;
      // What nobody has judged yet may be what failed: then another rung takes its place.
      this.labs.delete(request.lab);
      await lab.close();
      if (await this.isWrong(rung)) return this.open(request);
      this.labs.set(request.lab, lab);
      throw error;
    }
  }

  /** One lab at a time is made ready; what goes wrong here goes wrong again, in words, when it is opened. */
  private async prepare(request: Prepare): Promise<void> {
    if (this.labs.has(request.lab)) return;
    try {
      const held: Reply[] = [];
      let post = (reply: Reply): void => void held.push(reply);
      const { experiment, rung } = await this.whatFor(request);
      const lab = this.create(request, experiment, rung, (reply) => post(reply));
      await lab.start(request.lanes, request.turns);
      const speak = () => {
        post = this.options.post;
        for (const reply of held) post(reply);
      };
      const before = this.prepared;
      this.prepared = { request, lab, speak };
      await before?.lab.close();
    } catch {
      // Nothing is ready, so nothing is kept.
    }
  }

  /** The experiment, and where it is computed: a simulation needs no device. */
  private async whatFor({ experiment: name }: Open | Prepare) {
    const experiment = await this.options.experiment(name);
    return { experiment, rung: 'start' in experiment ? await this.rung() : undefined };
  }

  private async rung(): Promise<ComputingRung> {
    this.ladder ??= this.climb();
    const { chosen } = await this.ladder;
    if (chosen === 'recorded')
      throw new Error('Nothing can be computed here: only recorded runs can be shown.');
    return chosen;
  }

  private create(
    asked: Open | Prepare,
    experiment: Experiment,
    rung: ComputingRung | undefined,
    post: (reply: Reply) => void,
  ): Lab {
    return new Lab(asked, experiment, rung, {
      post: (reply) => {
        post(reply);
        if (rung && reply.kind === 'frame' && reply.frame.steps.length) void this.judge(rung);
      },
      device: this.device,
      enqueue: (task) => this.enqueue(asked.lab, task),
      scheduler: this.scheduler,
      now: () => this.options.clock.now(),
      gone: (lostRung) => this.gone(lostRung),
    });
  }

  private async answerLadder({ rung, later }: Request & { kind: 'ladder' }): Promise<void> {
    // Without a wish, what was measured once holds for the page.
    if (rung || !this.ladder) this.ladder = this.climb(rung, later);
    try {
      this.options.post({ kind: 'ladder', ladder: await this.ladder });
    } catch (error) {
      this.ladder = undefined;
      const reason = sentence(error);
      const reports = [{ rung: 'recorded' as const, usable: true, reason }];
      this.options.post({ kind: 'ladder', ladder: { chosen: 'recorded', byHand: false, reports } });
    }
  }

  private async climb(rung?: Rung, later?: boolean): Promise<Ladder> {
    const ladder = await this.device.take(() => climb(rung, this.options.clock, { later }));
    mark('rung chosen');
    if (ladder.chosen === 'webgpu') this.watch();
    return ladder;
  }

  /** A rung that was chosen by hand shows whether it computes rightly, once a lab has trained on it. */
  private async judge(rung: ComputingRung): Promise<void> {
    if (this.judging || !isUnjudged(rung)) return;
    this.judging = true;
    // The page draws the first steps meanwhile.
    await this.options.clock.sleep(1000);
    await this.isWrong(rung);
    this.judging = false;
  }

  /** True if the rung computes wrongly. Another one is chosen then, and labs that used it fail. */
  private async isWrong(rung: ComputingRung): Promise<boolean> {
    const { clock, post } = this.options;
    const wrong = await this.device.take(() => judgeLater(rung, clock));
    // A device that is lost meanwhile says nothing, and has its successor already.
    if (wrong && (await this.gone(rung))) return false;
    if (wrong) {
      giveUp(rung, wrong);
      const words = `${wrong} What was trained on it is worthless; start again to compute in another way.`;
      const misled = [...this.labs.values()].filter((lab) => lab.rung === rung);
      // While a rung starts, nothing may compute on another.
      await Promise.all(misled.map((lab) => this.scheduler.stop(lab)));
      for (const lab of misled) lab.failed(new Error(words));
      this.ladder = this.climb();
    } else {
      this.ladder = this.ladder?.then((ladder) => ({
        ...ladder,
        reports: ladder.reports.map((before) => (before.rung === rung ? reportOf(rung)! : before)),
      }));
    }
    const ladder = await this.ladder;
    if (ladder) post({ kind: 'ladder', ladder });
    return wrong !== undefined;
  }

  private watch(): void {
    const watched = ++this.watched;
    watchDevice({
      lost: (why) => {
        if (watched === this.watched) void this.recover(why);
      },
      invalid: (words) => {
        for (const lab of this.labs.values())
          if (lab.rung === 'webgpu') lab.failed(new Error(words));
      },
    });
  }

  /** A new device, or the next rung; every lab goes on from its last keyframe. */
  private async recover(why: string): Promise<void> {
    this.lost = true;
    // What was made ready is gone with it; Play makes it anew.
    const { prepared } = this;
    if (prepared?.lab.rung === 'webgpu') this.prepared = undefined;
    const stranded = [...this.labs].filter(([, lab]) => lab.rung === 'webgpu');
    await Promise.all(stranded.map(([, lab]) => this.scheduler.stop(lab)));
    let rung: ComputingRung | undefined;
    let where = 'A new device was found.';
    if (await this.device.take(() => renewDevice(this.options.clock))) {
      rung = 'webgpu';
      this.watch();
    } else {
      giveUp('webgpu', why);
      const ladder = await this.device.take(() => climb(undefined, this.options.clock));
      this.ladder = Promise.resolve(ladder);
      this.options.post({ kind: 'ladder', ladder });
      if (ladder.chosen !== 'recorded') rung = ladder.chosen;
      where = 'There is no other one, so the lab computes without the graphics processor now.';
    }
    for (const [id, lab] of stranded) {
      void this.enqueue(id, async () => {
        this.lost = false;
        if (!rung) throw new Error(`${why} Nothing else can compute here; reload the page.`);
        await use(rung);
        await lab.survive(rung, `${why} ${where}`);
      });
    }
    if (!stranded.length) this.lost = false;
    if (prepared?.lab.rung === 'webgpu') await prepared.lab.close();
  }
}

const notOpen = (lab: string) => `No lab called ${lab} is open; it must be opened first.`;

/** A lab that waits, silent, for the request that opens it. */
interface Prepared {
  request: Prepare;
  lab: Lab;
  /** Says what was held back, and from now on all at once. */
  speak(): void;
}

function asksTheSame(prepared: Prepare, open: Open): boolean {
  return equal({ ...prepared, kind: 'open' }, open);
}

/**
 * One lab's line to the engine: fetches it on first use, finds where to compute, sends requests
 * under the lab's name and brings each answer to whoever asked.
 */
import { signal } from '@preact/signals';
import { Coming } from '../engine/coming';
import type { Ladder, Reply, Request, Rung, Snapshot } from '../engine/protocol';
import type { Model, Plain } from '../model/experiments/types';
import type { Engine, LoadEngine } from './engine';

/** A request without the lab's name, which the link adds. */
type Unaddressed<R> = R extends { lab: string } ? Omit<R, 'lab'> : never;
/** What concerns an open lab; `ask`, `model` and `snapshot` have methods that bring their answers. */
export type Message = Unaddressed<
  Exclude<Request, { kind: 'ask' } | { kind: 'model' } | { kind: 'snapshot' }>
>;

interface Waiting {
  resolve(value: never): void;
  reject(reason: Error): void;
}

export class Link {
  /** What was found the last time that the ladder was climbed. */
  readonly ladder = signal<Ladder | undefined>(undefined);
  private engine?: Engine;
  private stopListening?: () => void;
  private readonly coming = new Coming();
  private lastId = 0;
  private readonly waiting = new Map<number, Waiting>();
  /** By lane: a snapshot has no number of its own. */
  private readonly snapshots = new Map<number, Waiting[]>();

  constructor(
    private readonly lab: string,
    private load: LoadEngine,
    private readonly hear: (reply: Extract<Reply, { lab: string }>) => void,
  ) {}

  /**
   * Fetches the engine and climbs its ladder, once a page unless another rung is chosen by hand.
   * Rejects with a sentence if there is no engine to be had.
   */
  async reach(rung?: Rung): Promise<Ladder> {
    const { load } = this;
    const engine = await load();
    // Another one was asked for meanwhile.
    if (load !== this.load) return this.reach(rung);
    this.connect(engine);
    this.ladder.value = await climb(engine, rung);
    return this.ladder.value;
  }

  /** Another engine from the next time on that one is fetched. */
  fetchFrom(load: LoadEngine): void {
    this.load = load;
  }

  /** An engine that is at hand: a recording. */
  replaceBy(engine: Engine): void {
    this.connect(engine);
    this.ladder.value ??= { chosen: 'recorded', byHand: true, reports: [] };
    if (this.ladder.value.chosen !== 'recorded')
      this.ladder.value = { ...this.ladder.value, chosen: 'recorded', byHand: true };
  }

  /** Fetches the engine and has it make ready what an `open` will ask for, if that is wanted still. */
  async prepare(
    request: Message & { kind: 'prepare' },
    rung: Rung | undefined,
    wanted: () => boolean,
  ): Promise<void> {
    const engine = await this.load();
    if (!wanted()) return;
    // What fails here fails again, in words, when the lab is opened.
    climb(engine, rung).catch(() => {});
    engine.send({ ...request, lab: this.lab });
  }

  send(message: Message): void {
    if (message.kind === 'open' || message.kind === 'restart') this.coming.ask();
    this.engine?.send({ ...message, lab: this.lab } as Request);
  }

  /** A drill: the graphics device is given up. */
  lose(): void {
    this.engine?.send({ kind: 'lose' });
  }

  /** Asks an act of a lane's session. Rejects with the engine's sentence where it is refused. */
  ask(act: string, asked: { [name: string]: Plain } = {}, lane = 0): Promise<Plain> {
    return this.request((id) => ({ kind: 'ask', lab: this.lab, id, lane, act, asked }));
  }

  /** The model inside a lane's session. */
  model(lane = 0): Promise<Model> {
    return this.request((id) => ({ kind: 'model', lab: this.lab, id, lane }));
  }

  /** The whole state of a lane. */
  snapshot(lane = 0): Promise<Snapshot> {
    return new Promise((resolve, reject) => {
      this.snapshots.set(lane, [...(this.snapshots.get(lane) ?? []), { resolve, reject }]);
      this.engine?.send({ kind: 'snapshot', lab: this.lab, lane });
    });
  }

  /** What was asked of a session that is no more gets no answer. */
  forget(words: string): void {
    for (const { reject } of [...this.waiting.values(), ...[...this.snapshots.values()].flat()])
      reject(new Error(words));
    this.waiting.clear();
    this.snapshots.clear();
  }

  /** Closes the lab in the engine and hangs up. */
  leave(): void {
    this.send({ kind: 'close' });
    this.hangUp();
  }

  hangUp(): void {
    this.stopListening?.();
    this.stopListening = undefined;
    this.engine = undefined;
    this.forget('The model that was asked is closed.');
  }

  private request<Answer>(make: (id: number) => Request): Promise<Answer> {
    const { engine } = this;
    if (!engine) return Promise.reject(new Error('There is no model to ask yet: press Play.'));
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      engine.send(make(id));
    });
  }

  private connect(engine: Engine): void {
    this.stopListening?.();
    this.engine = engine;
    this.coming.forget();
    this.stopListening = engine.listen((reply) => {
      if (reply.kind === 'ladder') this.ladder.value = reply.ladder;
      else if (reply.kind !== 'stopped' && reply.lab === this.lab) this.take(reply);
    });
  }

  private take(reply: Extract<Reply, { lab: string }>): void {
    if (reply.kind === 'answer') this.settle(reply.id)?.resolve(reply.value as never);
    else if (reply.kind === 'model') this.settle(reply.id)?.resolve(reply.model as never);
    else if (reply.kind === 'unanswered') this.settle(reply.id)?.reject(new Error(reply.words));
    else if (this.isOfNow(reply)) {
      if (reply.kind === 'snapshot') {
        for (const { resolve } of this.snapshots.get(reply.lane) ?? [])
          resolve(reply.snapshot as never);
        this.snapshots.delete(reply.lane);
      }
      this.hear(reply);
    }
  }

  /** False for what is told of a run that was left, and was on its way when the next was asked for. */
  private isOfNow(reply: Extract<Reply, { lab: string }>): boolean {
    return this.coming.isOfLatest(reply) || reply.kind === 'note' || reply.kind === 'refused';
  }

  private settle(id: number): Waiting | undefined {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    return waiting;
  }
}

/** What an engine was last asked to climb, and what came of it. */
const climbs = new WeakMap<Engine, { rung?: Rung; ladder: Promise<Ladder> }>();

/** Two labs, or a lab made ready and played, must not start the same device up twice. */
function climb(engine: Engine, rung?: Rung): Promise<Ladder> {
  const before = climbs.get(engine);
  if (before && before.rung === rung) return before.ladder;
  const ladder = new Promise<Ladder>((resolve, reject) => {
    const stop = engine.listen((reply) => {
      if (reply.kind === 'stopped') reject(new Error(reply.words));
      if (reply.kind !== 'ladder') return;
      resolve(reply.ladder);
      // A device that is lost changes what holds for the page: the latest climb hears of it.
      if (climbs.get(engine) === mine) mine.ladder = Promise.resolve(reply.ladder);
      else stop();
    });
  });
  const mine = { rung, ladder };
  climbs.set(engine, mine);
  engine.send({ kind: 'ladder', ...(rung && { rung, later: true }) });
  return ladder;
}

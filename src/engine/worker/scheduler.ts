/**
 * Who trains, and how many steps at a time. One lab trains; its steps go to the device in slices
 * of about ten milliseconds, two in flight, and between two slices the worker listens: a pause
 * waits for no more than two slices. No TensorFlow.js and no timers of its own in here.
 */

import type { Clock } from '../clock';
import { type Meter, mostSteps, slice } from './meter';

/** What the scheduler trains: a lab. */
export interface Runnable {
  /** Off-screen labs wait. */
  readonly visible: boolean;
  /** Of all its lanes together. */
  readonly stepsPerSecond: number;
  /** Which of its lanes takes the next steps; none where all have come to where they rest. */
  next(): Taker | undefined;
  /** Time to show something. Steps go on meanwhile. */
  frame(): void;
  /**
   * Its lanes have come to where they rest, and the device has finished their steps. It may find
   * more to do: what `next` says then counts.
   */
  finished(): Promise<void>;
  failed(error: unknown): void;
  /** Another lab trains instead. */
  displaced(): void;
}

/** What takes the steps of one slice. */
export interface Taker {
  /** Most steps that it may take now. */
  readonly room: number;
  readonly meter: Meter;
  advance(steps: number, until: number): { steps: number; done: Promise<void> };
}

/** Milliseconds between two frames: what a reader's eye and a slow page can take. */
export const frameEvery = 33;
/** Longest sleep: how late a change of speed may be noticed. */
const longestSleep = 50;

export class Scheduler {
  private current: Runnable | undefined;
  private looping = false;
  private inFlight: Promise<void>[] = [];
  /** When the device had finished the last slice: slices overlap, each counts from there. */
  private finishedAt = 0;
  private credit = 0;
  private creditAt = 0;
  private frameAt = 0;
  private unseen = false;
  private hidden = false;

  constructor(private readonly clock: Clock) {}

  isTraining(run: Runnable): boolean {
    return this.current === run;
  }

  /** Trains this one from now on; the one that trained so far is displaced. */
  train(run: Runnable): void {
    if (this.current !== run) {
      this.current?.displaced();
      this.current = run;
      this.credit = 1;
      this.frameAt = 0;
    }
    this.creditAt = this.clock.now();
    if (!this.looping) void this.loop();
  }

  /** Resolves when the device has finished what was handed to it. */
  async stop(run: Runnable): Promise<void> {
    if (this.current === run) this.current = undefined;
    await Promise.allSettled(this.inFlight);
  }

  /** The whole page is hidden: nobody trains. */
  hide(hidden: boolean): void {
    this.hidden = hidden;
  }

  private async loop(): Promise<void> {
    this.looping = true;
    while (this.current) {
      const run = this.current;
      try {
        await this.turn(run);
      } catch (error) {
        if (this.current === run) this.current = undefined;
        run.failed(error);
      }
    }
    this.looping = false;
  }

  private async turn(run: Runnable): Promise<void> {
    const { clock } = this;
    if (!run.visible || this.hidden) {
      this.creditAt = clock.now();
      return clock.sleep(longestSleep);
    }
    const taker = run.next();
    if (!taker) return this.finish(run);
    const wait = this.waitFor(run);
    this.show(run);
    if (wait > 0) return clock.sleep(Math.max(1, Math.min(wait, longestSleep)));

    const started = clock.now();
    const { meter } = taker;
    const planned = Math.min(meter.planned, taker.room, Math.floor(this.credit));
    const { steps, done } = taker.advance(planned, started + slice);
    this.credit -= steps;
    this.unseen = true;
    const jsMs = clock.now() - started;
    const measured = done.then(() => {
      const now = clock.now();
      meter.add(steps, now - Math.max(started, this.finishedAt), jsMs, now);
      this.finishedAt = now;
    });
    // Whoever waits for it hears of a failure; without this it would also count as unheard.
    measured.catch(() => {});
    this.inFlight.push(measured);
    if (this.inFlight.length > 1) await this.inFlight.shift();
    await clock.breathe();
    this.show(run);
  }

  private async finish(run: Runnable): Promise<void> {
    await Promise.all(this.inFlight.splice(0));
    if (this.current !== run) return;
    await run.finished();
    if (this.current === run && !run.next()) this.current = undefined;
  }

  /** Milliseconds until the speed limit allows a step. */
  private waitFor(run: Runnable): number {
    const rate = run.stepsPerSecond;
    if (rate === Number.POSITIVE_INFINITY) {
      this.credit = mostSteps;
      return 0;
    }
    const now = this.clock.now();
    this.credit += ((now - this.creditAt) * rate) / 1000;
    this.creditAt = now;
    // What was not used while waiting is not made up for at once.
    this.credit = Math.min(this.credit, Math.max(1, rate / 10));
    return this.credit >= 1 ? 0 : ((1 - this.credit) * 1000) / rate;
  }

  private show(run: Runnable): void {
    const now = this.clock.now();
    if (!this.unseen || now - this.frameAt < frameEvery || this.current !== run) return;
    this.frameAt = now;
    this.unseen = false;
    run.frame();
  }
}

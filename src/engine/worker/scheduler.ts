/**
 * Who trains, and how many steps at a time. One lab trains; its steps go to the device in slices
 * of about ten milliseconds, two in flight, and between two slices the worker listens: a pause
 * waits for no more than two slices. No TensorFlow.js and no timers of its own in here.
 */

/** What the scheduler trains. */
export interface Runnable {
  /** Steps until it has to stop. */
  readonly remaining: number;
  /** Off-screen labs wait. */
  readonly visible: boolean;
  readonly stepsPerSecond: number;
  advance(steps: number, until: number): { steps: number; done: Promise<void> };
  /** Time to show something. Steps go on meanwhile. */
  frame(): void;
  /** It has taken its last step, and the device has finished it. */
  finished(): void;
  failed(error: unknown): void;
  /** Another lab trains instead. */
  displaced(): void;
}

export interface Clock {
  /** Milliseconds. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Lets waiting messages be handled. */
  breathe(): Promise<void>;
}

/** Milliseconds of device time per slice. */
const slice = 10;
/** Milliseconds between two frames: what a reader's eye and a slow page can take. */
export const frameEvery = 33;
/** Longest sleep: how late a change of speed may be noticed. */
const longestSleep = 50;
const mostSteps = 256;

export interface Pace {
  stepsPerSecond: number;
  msPerStep: number;
  jsMsPerStep: number;
}

export class Scheduler {
  private current: Runnable | undefined;
  private looping = false;
  private inFlight: Promise<void>[] = [];
  private meter = new Meter();
  private credit = 0;
  private creditAt = 0;
  private frameAt = 0;
  private unseen = false;
  private hidden = false;

  constructor(private readonly clock: Clock) {}

  get pace(): Pace {
    return this.meter.pace(this.clock.now());
  }

  isTraining(run: Runnable): boolean {
    return this.current === run;
  }

  /** Trains this one from now on; the one that trained so far is displaced. */
  train(run: Runnable): void {
    if (this.current !== run) {
      this.current?.displaced();
      this.current = run;
      this.meter = new Meter();
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
    if (run.remaining <= 0) return this.finish(run);
    const wait = this.waitFor(run);
    this.show(run);
    if (wait > 0) return clock.sleep(Math.max(1, Math.min(wait, longestSleep)));

    const started = clock.now();
    const planned = Math.min(this.meter.planned(), run.remaining, Math.floor(this.credit));
    const { steps, done } = run.advance(planned, started + slice);
    this.credit -= steps;
    this.unseen = true;
    const encoded = clock.now();
    const { meter } = this;
    const measured = done.then(() => meter.add(steps, started, encoded, clock.now()));
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
    this.current = undefined;
    run.finished();
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

/** How long steps take on the device and in JavaScript: a running mean. */
class Meter {
  private msPerStep = 0;
  private jsMsPerStep = 0;
  private finishedAt = 0;
  private steps = 1;
  /** Steps that were finished lately, and when. */
  private recent: { at: number; steps: number }[] = [];

  add(steps: number, started: number, encoded: number, finished: number): void {
    const ms = (finished - Math.max(started, this.finishedAt)) / steps;
    this.finishedAt = finished;
    const weight = this.msPerStep === 0 ? 1 : 0.3;
    this.msPerStep += weight * (ms - this.msPerStep);
    this.jsMsPerStep += weight * ((encoded - started) / steps - this.jsMsPerStep);
    this.recent.push({ at: finished, steps });
    while (this.recent.length > 2 && finished - this.recent[0].at > 1000) this.recent.shift();
    // A slice may grow to twice the last one, so that one fast measurement floods nothing.
    const fitting = this.msPerStep > 0 ? slice / this.msPerStep : mostSteps;
    this.steps = Math.max(1, Math.min(Math.floor(fitting), 2 * this.steps, mostSteps));
  }

  planned(): number {
    return this.steps;
  }

  pace(now: number): Pace {
    const { recent, msPerStep, jsMsPerStep } = this;
    const counted = recent.slice(1).reduce((sum, { steps }) => sum + steps, 0);
    const span = recent.length > 1 ? recent.at(-1)!.at - recent[0].at : 0;
    const idle = recent.length > 0 && now - recent.at(-1)!.at > 2000;
    const stepsPerSecond = span > 0 && !idle ? (counted * 1000) / span : 0;
    return { stepsPerSecond, msPerStep, jsMsPerStep };
  }
}

/** The worker's clock. A message to oneself waits behind the page's, and is not held back. */
export function workerClock(): Clock {
  const { port1, port2 } = new MessageChannel();
  let wake: (() => void)[] = [];
  port1.onmessage = () => {
    const woken = wake;
    wake = [];
    for (const resolve of woken) resolve();
  };
  return {
    now: () => performance.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    breathe: () =>
      new Promise((resolve) => {
        wake.push(resolve);
        port2.postMessage(0);
      }),
  };
}

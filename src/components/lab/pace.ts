/** Work that need not be done as often as it is asked for: drawing, at most twelve times a second. */

/** Where time comes from: the page's own, or a test's. */
export interface Clock {
  now(): number;
  after(milliseconds: number, work: () => void): number;
  cancel(timer: number): void;
}

const pageClock: Clock = {
  now: () => performance.now(),
  after: (milliseconds, work) => window.setTimeout(work, milliseconds),
  cancel: (timer) => window.clearTimeout(timer),
};

/** Milliseconds from one drawing to the next. */
const beat = 1000 / 12;

/**
 * Does `work` at once where the last time is a beat ago, else when it is; what is asked for in
 * between is done once. Nothing is done while something holds it (out of view, a finger on it),
 * and what was asked for then is done when the last hold ends.
 */
export class Pace {
  private last = Number.NEGATIVE_INFINITY;
  private timer?: number;
  private wanted = false;
  private readonly holds = new Set<string>();

  constructor(
    private readonly work: () => void,
    private readonly clock: Clock = pageClock,
  ) {}

  ask(): void {
    this.wanted = true;
    this.go();
  }

  hold(reason: string, held: boolean): void {
    if (held) this.holds.add(reason);
    else this.holds.delete(reason);
    this.go();
  }

  /** What is wanted is done now, whatever holds it: before printing, say. */
  flush(): void {
    if (this.wanted) this.do();
  }

  stop(): void {
    this.wanted = false;
    this.rest();
  }

  private go(): void {
    if (!this.wanted || this.holds.size || this.timer !== undefined) return;
    const left = this.last + beat - this.clock.now();
    if (left <= 0) this.do();
    else
      this.timer = this.clock.after(left, () => {
        this.timer = undefined;
        this.go();
      });
  }

  private do(): void {
    this.rest();
    this.wanted = false;
    this.last = this.clock.now();
    this.work();
  }

  private rest(): void {
    if (this.timer !== undefined) this.clock.cancel(this.timer);
    this.timer = undefined;
  }
}

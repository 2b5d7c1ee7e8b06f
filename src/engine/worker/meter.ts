/** How long a lane's steps take, and how many of them fit a slice. */

/** Milliseconds of device time per slice. */
export const slice = 10;
export const mostSteps = 256;

export interface Pace {
  stepsPerSecond: number;
  msPerStep: number;
  jsMsPerStep: number;
}

/** Running means of the time on the device and in JavaScript. */
export class Meter {
  /** Seconds of computing so far. */
  seconds = 0;
  private msPerStep = 0;
  private jsMsPerStep = 0;
  private steps = 1;
  /** Steps that were finished lately, and when. */
  private recent: { at: number; steps: number }[] = [];

  /** A slice of steps took so many milliseconds, `jsMs` of them to hand it over. */
  add(steps: number, ms: number, jsMs: number, finished: number): void {
    this.seconds += ms / 1000;
    const weight = this.msPerStep === 0 ? 1 : 0.3;
    this.msPerStep += weight * (ms / steps - this.msPerStep);
    this.jsMsPerStep += weight * (jsMs / steps - this.jsMsPerStep);
    this.recent.push({ at: finished, steps });
    while (this.recent.length > 2 && finished - this.recent[0].at > 1000) this.recent.shift();
    // A slice may grow to twice the last one, so that one fast measurement floods nothing.
    const fitting = this.msPerStep > 0 ? slice / this.msPerStep : mostSteps;
    this.steps = Math.max(1, Math.min(Math.floor(fitting), 2 * this.steps, mostSteps));
  }

  /** After a rest the pace is measured anew. */
  rested(): void {
    this.msPerStep = 0;
    this.jsMsPerStep = 0;
    this.steps = 1;
    this.recent = [];
  }

  /** Steps of the next slice. */
  get planned(): number {
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

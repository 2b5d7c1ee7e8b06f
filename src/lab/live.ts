/**
 * The run in the figure as it grows. What was shown before stays until the first row of what comes
 * after it; where the reader asked for less motion, the figure follows in steps.
 */
import { computed, signal } from '@preact/signals';
import type { Frame } from '../engine/protocol';
import type { Facts, Plain } from '../model/experiments/types';
import { answered, append, at, changeLane, lengthOf, unfound } from './run';
import type { Lane, Run } from './types';

/** Milliseconds between two pictures where the reader asked for less motion. */
const calmBeat = 700;

export class LiveRun {
  readonly run;
  /** The step the reader looks back at. */
  readonly lookingAt = signal<number | undefined>(undefined);
  /** What the figures show: the run now, or as it was. */
  readonly shown = computed(() => {
    const step = this.lookingAt.value;
    return step === undefined ? this.run.value : at(this.run.value, step);
  });
  /** Set where the reader prefers reduced motion. */
  calm = false;
  /** The run that the next row begins. */
  private fresh?: Run;
  /** The run as it is, where the figure lags behind it. */
  private ahead?: Run;
  private shownAt = 0;

  constructor(first: Run) {
    this.run = signal(first);
  }

  /** The next row starts this run. */
  begin(run: Run): void {
    this.lookingAt.value = undefined;
    this.fresh = run;
  }

  /** The run that is coming, or the one there is. */
  get latest(): Run {
    return this.fresh ?? this.ahead ?? this.run.value;
  }

  /** `waits`: a frame without rows is not worth showing yet. */
  frame(lane: number, frame: Frame, waits: boolean): void {
    // A run that went on after a rest has more to find than it had there.
    const news = frame.steps.length > 0 || Object.keys(frame.probes).length > 0;
    const before = news ? unfound(this.latest) : this.latest;
    const grown = changeLane(before, lane, (each) => append(each, frame));
    if (this.fresh && !frame.steps.length && waits) {
      this.fresh = grown;
      return;
    }
    this.fresh = undefined;
    this.ahead = { ...grown, started: grown.started ?? new Date().toISOString() };
    if (!this.calm || Math.abs(Date.now() - this.shownAt) >= calmBeat) this.catchUp();
  }

  facts(lane: number, facts: Facts): void {
    this.alter((run) => changeLane(run, lane, (each) => ({ ...each, facts })));
  }

  /** One of several lanes has come to its end. */
  end(lane: number, how: NonNullable<Lane['ended']>['how'], words: string): void {
    this.alter((run) => changeLane(run, lane, (each) => ({ ...each, ended: { how, words } })));
  }

  answer(lane: number, name: string, answer: Plain): void {
    this.alter((run) => changeLane(unfound(run), lane, (each) => answered(each, name, answer)));
  }

  /** Changes the run, wherever it stands, without hurrying the figure. */
  alter(change: (run: Run) => Run): void {
    if (this.fresh) this.fresh = change(this.fresh);
    else if (this.ahead) this.ahead = change(this.ahead);
    else this.run.value = change(this.run.value);
  }

  /** What the figure lags behind is shown. */
  catchUp(): void {
    if (!this.ahead) return;
    this.run.value = this.ahead;
    this.ahead = undefined;
    this.shownAt = Date.now();
  }

  /** Another run altogether. */
  show(run: Run): void {
    this.fresh = undefined;
    this.ahead = undefined;
    this.lookingAt.value = undefined;
    this.run.value = run;
  }

  lookAt(step: number): void {
    this.lookingAt.value = step >= lengthOf(this.run.value) ? undefined : step;
  }

  now(): void {
    this.lookingAt.value = undefined;
  }
}

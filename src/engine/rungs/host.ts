/**
 * A trainer for what needs no device: a simulation, step by step in plain numbers, on any rung.
 * Its state is what was set on the way; it goes back by replaying from the start with that.
 */

import type { Checkpoint, State } from '../../model/experiments/session';
import type { Simulation } from '../../model/experiments/types';
import { apart, Rows } from '../rows';
import type { Reading, Trainer } from '../trainer';

export class HostTrainer implements Trainer {
  readonly captured = false;
  readonly dispatches = 0;
  readonly bytes = 0;
  step = 0;
  /** Of each live setting its values, and after which step each was set. */
  private set: Record<string, { step: number; value: number }[]> = {};
  private readonly rows = new Rows<Float32Array>();
  private widths: Record<string, number> = {};

  /** `start` gives another simulation like the first, from its first step. */
  constructor(
    private simulation: Simulation,
    live: Record<string, number>,
    private readonly start: (live: Record<string, number>) => Simulation,
  ) {
    for (const [name, value] of Object.entries(live)) this.set[name] = [{ step: 0, value }];
  }

  get acts(): NonNullable<Simulation['acts']> {
    return this.simulation.acts ?? {};
  }

  advance(steps: number, until: number): { steps: number; done: Promise<void> } {
    let taken = 0;
    do {
      const row = this.take();
      this.rows.add(this.step, row);
      taken++;
    } while (taken < steps && performance.now() < until);
    return { steps: taken, done: Promise.resolve() };
  }

  setLive(name: string, value: number): void {
    const { step } = this;
    this.set[name] = [
      ...(this.set[name] ?? []).filter((before) => before.step < step),
      { step, value },
    ];
  }

  /** A simulation is given its inputs at its start. */
  setInputs(): void {}

  async read(withProbes: boolean): Promise<Reading> {
    const { step, widths } = this;
    const wanted = this.rows.take();
    return {
      step,
      steps: wanted.map((one) => one.step),
      metrics: apart(
        wanted.map(({ row }) => row),
        widths,
      ),
      probes: withProbes ? copied(this.simulation.probes?.() ?? {}) : {},
    };
  }

  async state(): Promise<Checkpoint> {
    const state = Object.entries(this.set).map(([name, all]) => {
      const data = Float32Array.from(all.flatMap(({ step, value }) => [step, value]));
      return [name, { shape: [all.length, 2], dtype: 'float32' as const, data }];
    });
    return { step: this.step, state: Object.fromEntries(state) };
  }

  /** Settings that the state says nothing of are as they are now, from the start. */
  restore(step: number, state: State): void {
    const now = this.live(Number.POSITIVE_INFINITY);
    for (const [name, value] of Object.entries(now)) {
      const data = state[name]?.data ?? [0, value];
      this.set[name] = Array.from({ length: data.length / 2 }, (_, i) => ({
        step: data[2 * i],
        value: data[2 * i + 1],
      }));
    }
    this.simulation = this.start(this.live(0));
    this.rows.clear();
    this.step = 0;
    const last = Math.min(step, this.simulation.lastStep ?? step);
    while (this.step < last) this.take();
  }

  dispose(): void {
    this.rows.clear();
  }

  private take(): Float32Array {
    const row = this.simulation.step(this.live(this.step));
    const columns = Object.entries(row).map(
      ([name, value]) => [name, typeof value === 'number' ? [value] : value] as const,
    );
    const widths = Object.fromEntries(columns.map(([name, { length }]) => [name, length]));
    if (this.step === 0) this.widths = widths;
    checkWidths(this.widths, widths);
    this.step++;
    return Float32Array.from(columns.flatMap(([, values]) => Array.from(values)));
  }

  /** The live settings as they are after so many steps. */
  private live(step: number): Record<string, number> {
    return Object.fromEntries(
      Object.entries(this.set).map(([name, all]) => [
        name,
        (all.findLast((one) => one.step <= step) ?? all[0]).value,
      ]),
    );
  }
}

/** Posting a frame gives its arrays away: the simulation keeps its own. */
const copied = (probes: Reading['probes']): Reading['probes'] =>
  Object.fromEntries(
    Object.entries(probes).map(([name, { shape, data }]) => [
      name,
      { shape, data: Float32Array.from(data) },
    ]),
  );

/** Throws a sentence unless a step gives what the first one gave. */
function checkWidths(first: Record<string, number>, now: Record<string, number>): void {
  for (const name of new Set([...Object.keys(first), ...Object.keys(now)]))
    if (first[name] !== now[name])
      throw new Error(
        `The metric ${name} has ${now[name] ?? 'no'} numbers where the first step gave ${first[name] ?? 'none'}; every step gives the same.`,
      );
}

import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/engine/clock';
import { Meter } from '../../src/engine/worker/meter';
import { type Runnable, Scheduler, type Taker } from '../../src/engine/worker/scheduler';

/** Time moves when somebody sleeps, or when the device works; never by itself. */
class FakeClock implements Clock {
  time = 0;
  /** What happens at which time, as a page's messages would. */
  readonly plans: { at: number; act(): void }[] = [];

  now = () => this.time;
  sleep = async (ms: number) => this.pass(ms);
  breathe = async () => {
    await Promise.resolve();
    this.pass(0);
  };

  pass(ms: number): void {
    this.time += ms;
    const due = this.plans.filter(({ at }) => at <= this.time);
    for (const plan of due) {
      this.plans.splice(this.plans.indexOf(plan), 1);
      plan.act();
    }
  }

  at(time: number, act: () => void): void {
    this.plans.push({ at: time, act });
  }
}

/** A device that takes `msPerStep` for each step, one after another. */
class FakeLab implements Runnable, Taker {
  room = Number.POSITIVE_INFINITY;
  readonly meter = new Meter();
  visible = true;
  stepsPerSecond = Number.POSITIVE_INFINITY;
  taken = 0;
  readonly slices: number[] = [];
  readonly log: string[] = [];

  constructor(
    private readonly clock: FakeClock,
    private readonly msPerStep: number,
  ) {}

  advance(steps: number) {
    this.slices.push(steps);
    this.taken += steps;
    this.room -= steps;
    const done = Promise.resolve().then(() => this.clock.pass(steps * this.msPerStep));
    return { steps, done };
  }
  next = () => (this.room > 0 ? this : undefined);
  frame = () => void this.log.push(`frame ${this.taken}`);
  finished = async () => void this.log.push('finished');
  failed = (error: unknown) => void this.log.push(`failed ${(error as Error).message}`);
  displaced = () => void this.log.push('displaced');
}

/** Lets the scheduler run until nothing is left to do, at most `turns` times round. */
async function settle(until: () => boolean, turns = 100_000): Promise<void> {
  for (let i = 0; i < turns && !until(); i++) await Promise.resolve();
  if (!until()) throw new Error('The scheduler did not come to an end.');
}

const setup = (msPerStep: number) => {
  const clock = new FakeClock();
  return { clock, scheduler: new Scheduler(clock), lab: new FakeLab(clock, msPerStep) };
};

describe('the length of a slice', () => {
  it('grows to about ten milliseconds of fast steps', async () => {
    const { clock, scheduler, lab } = setup(0.1);
    clock.at(300, () => void scheduler.stop(lab));
    scheduler.train(lab);
    await settle(() => !scheduler.isTraining(lab));
    expect(lab.slices[0]).toBe(1);
    for (let i = 1; i < lab.slices.length; i++)
      expect(lab.slices[i]).toBeLessThanOrEqual(2 * Math.max(...lab.slices.slice(0, i)));
    expect(lab.slices.at(-1)).toBeGreaterThanOrEqual(80);
    expect(lab.slices.at(-1)).toBeLessThanOrEqual(120);
  });

  it('is one step where a step is slow', async () => {
    const { clock, scheduler, lab } = setup(60);
    clock.at(600, () => void scheduler.stop(lab));
    scheduler.train(lab);
    await settle(() => !scheduler.isTraining(lab));
    expect(new Set(lab.slices)).toEqual(new Set([1]));
  });

  it('never passes the last step', async () => {
    const { scheduler, lab } = setup(0.01);
    lab.room = 777;
    scheduler.train(lab);
    await settle(() => lab.log.includes('finished'));
    expect(lab.taken).toBe(777);
    expect(lab.log.filter((entry) => entry === 'finished').length).toBe(1);
  });
});

describe('who trains', () => {
  it('is one lab at a time', async () => {
    const { clock, scheduler, lab } = setup(1);
    const other = new FakeLab(clock, 1);
    clock.at(50, () => scheduler.train(other));
    clock.at(120, () => void scheduler.stop(other));
    scheduler.train(lab);
    await settle(() => !scheduler.isTraining(lab) && !scheduler.isTraining(other));
    expect(lab.log).toContain('displaced');
    const before = lab.taken;
    expect(other.taken).toBeGreaterThan(30);
    await settle(() => true);
    expect(lab.taken).toBe(before);
  });

  it('is nobody while the lab is off screen or the page hidden', async () => {
    const { clock, scheduler, lab } = setup(1);
    let atHiding = 0;
    let atReturn = 0;
    clock.at(100, () => {
      lab.visible = false;
      atHiding = lab.taken;
    });
    clock.at(1000, () => {
      atReturn = lab.taken;
      lab.visible = true;
      scheduler.hide(true);
    });
    clock.at(2000, () => {
      expect(lab.taken).toBe(atReturn);
      scheduler.hide(false);
    });
    clock.at(2200, () => void scheduler.stop(lab));
    scheduler.train(lab);
    await settle(() => !scheduler.isTraining(lab));
    // At most the slice that was being handed over.
    expect(atReturn - atHiding).toBeLessThanOrEqual(20);
    expect(lab.taken).toBeGreaterThan(atReturn + 100);
  });

  it('stops with the device at rest', async () => {
    const { clock, scheduler, lab } = setup(1);
    let rested = false;
    clock.at(100, () => {
      void scheduler.stop(lab).then(() => {
        rested = true;
      });
    });
    scheduler.train(lab);
    await settle(() => rested);
    expect(lab.taken).toBeLessThanOrEqual(130);
  });
});

describe('the speed limit', () => {
  it.each([2, 30, 500])('holds %i steps a second', async (rate) => {
    const { clock, scheduler, lab } = setup(0.1);
    lab.stepsPerSecond = rate;
    clock.at(10_000, () => void scheduler.stop(lab));
    scheduler.train(lab);
    await settle(() => !scheduler.isTraining(lab));
    expect(lab.taken / (10 * rate)).toBeGreaterThan(0.9);
    expect(lab.taken / (10 * rate)).toBeLessThanOrEqual(1.1);
  });

  it('does not make up for time off screen', async () => {
    const { clock, scheduler, lab } = setup(0.1);
    lab.stepsPerSecond = 10;
    lab.visible = false;
    clock.at(20_000, () => {
      lab.visible = true;
    });
    clock.at(21_000, () => void scheduler.stop(lab));
    scheduler.train(lab);
    await settle(() => !scheduler.isTraining(lab));
    expect(lab.taken).toBeLessThanOrEqual(12);
  });
});

describe('frames', () => {
  it('come at most thirty times a second, and after every step of a slow run', async () => {
    const fast = setup(0.1);
    fast.clock.at(1000, () => void fast.scheduler.stop(fast.lab));
    fast.scheduler.train(fast.lab);
    await settle(() => !fast.scheduler.isTraining(fast.lab));
    expect(fast.lab.log.length).toBeGreaterThan(15);
    expect(fast.lab.log.length).toBeLessThanOrEqual(31);

    const slow = setup(0.1);
    slow.lab.stepsPerSecond = 4;
    slow.clock.at(5000, () => void slow.scheduler.stop(slow.lab));
    slow.scheduler.train(slow.lab);
    await settle(() => !slow.scheduler.isTraining(slow.lab));
    expect(slow.lab.log).toEqual(slow.lab.log.map((_, i) => `frame ${i + 1}`));
    expect(slow.lab.log.length).toBeGreaterThanOrEqual(18);
  });
});

it('hands a failing step to its lab and trains nobody', async () => {
  const { scheduler, lab } = setup(1);
  lab.advance = () => {
    throw new Error('no memory');
  };
  scheduler.train(lab);
  await settle(() => lab.log.length > 0);
  expect(lab.log).toEqual(['failed no memory']);
  expect(scheduler.isTraining(lab)).toBe(false);
});

it('hands a failure of the device to its lab', async () => {
  const { scheduler, lab } = setup(1);
  lab.advance = () => ({ steps: 1, done: Promise.reject(new Error('device lost')) });
  scheduler.train(lab);
  await settle(() => lab.log.length > 0);
  expect(lab.log).toEqual(['failed device lost']);
});

it('measures its pace', async () => {
  const { clock, scheduler, lab } = setup(2);
  clock.at(2000, () => void scheduler.stop(lab));
  scheduler.train(lab);
  await settle(() => !scheduler.isTraining(lab));
  expect(lab.meter.pace(clock.now()).msPerStep).toBeCloseTo(2, 1);
  expect(lab.meter.pace(clock.now()).stepsPerSecond).toBeCloseTo(500, -1);
});

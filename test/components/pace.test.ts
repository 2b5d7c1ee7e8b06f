import { describe, expect, it } from 'vitest';
import { type Clock, Pace } from '../../src/components/lab/pace';

/** A clock that a test sets. */
function clock() {
  let now = 1000;
  let next = 1;
  const timers = new Map<number, { at: number; work: () => void }>();
  const time: Clock = {
    now: () => now,
    after(milliseconds, work) {
      timers.set(next, { at: now + milliseconds, work });
      return next++;
    },
    cancel: (timer) => void timers.delete(timer),
  };
  const pass = (milliseconds: number) => {
    now += milliseconds;
    for (const [timer, { at, work }] of timers)
      if (at <= now) {
        timers.delete(timer);
        work();
      }
  };
  return { time, pass, waiting: () => timers.size };
}

function paced() {
  const { time, pass, waiting } = clock();
  let drawn = 0;
  const pace = new Pace(() => drawn++, time);
  return { pace, pass, waiting, drawn: () => drawn };
}

describe('pace', () => {
  it('works at once, then once a beat however often it is asked', () => {
    const { pace, pass, drawn } = paced();
    pace.ask();
    expect(drawn()).toBe(1);
    for (let i = 0; i < 100; i++) {
      pace.ask();
      pass(10);
    }
    // A second at twelve a second.
    expect(drawn()).toBeGreaterThan(10);
    expect(drawn()).toBeLessThanOrEqual(13);
  });

  it('does what was asked last, and rests when nothing is asked', () => {
    const { pace, pass, waiting, drawn } = paced();
    pace.ask();
    pace.ask();
    pass(200);
    expect(drawn()).toBe(2);
    pass(1000);
    expect([drawn(), waiting()]).toEqual([2, 0]);
  });

  it('waits for the last of its holds', () => {
    const { pace, pass, drawn } = paced();
    pace.hold('sight', true);
    pace.hold('pointer', true);
    pace.ask();
    pace.hold('sight', false);
    pass(1000);
    expect(drawn()).toBe(0);
    pace.hold('pointer', false);
    expect(drawn()).toBe(1);
    pace.hold('pointer', true);
    pace.hold('pointer', false);
    expect(drawn()).toBe(1);
  });

  it('is held also while it waits for its beat', () => {
    const { pace, pass, drawn } = paced();
    pace.ask();
    pace.ask();
    pace.hold('pointer', true);
    pass(500);
    expect(drawn()).toBe(1);
    pace.hold('pointer', false);
    expect(drawn()).toBe(2);
  });

  it('does what is wanted before printing, whatever holds it', () => {
    const { pace, drawn } = paced();
    pace.flush();
    expect(drawn()).toBe(0);
    pace.hold('sight', true);
    pace.ask();
    pace.flush();
    expect(drawn()).toBe(1);
  });

  it('stops', () => {
    const { pace, pass, waiting, drawn } = paced();
    pace.ask();
    pace.ask();
    pace.stop();
    pass(1000);
    expect([drawn(), waiting()]).toEqual([1, 0]);
  });
});

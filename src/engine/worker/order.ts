/** Which of several lanes takes the next steps, so that all of them go forward in step. */
import type { Taker } from './scheduler';

interface Going extends Taker {
  readonly step: number;
}

/**
 * The lane that is behind catches up with the one in front. Where all are level, the first goes
 * ahead, by no more steps than the slowest takes in its slice.
 */
export function next(lanes: readonly Going[]): Taker | undefined {
  const going = lanes.filter(({ room }) => room > 0);
  if (going.length < 2) return going[0];
  const steps = going.map(({ step }) => step);
  const [least, most] = [Math.min(...steps), Math.max(...steps)];
  const lane = going[steps.indexOf(least)];
  const ahead = most > least ? most - least : Math.min(...going.map(({ meter }) => meter.planned));
  return {
    room: Math.min(lane.room, ahead),
    meter: lane.meter,
    advance: (count, until) => lane.advance(count, until),
  };
}

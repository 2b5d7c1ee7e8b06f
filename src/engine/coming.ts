/**
 * Tells what an engine says of the run that was asked for last from what was on its way, of one that
 * is over, when that was asked for.
 */
import type { Reply } from './protocol';

export class Coming {
  /** Runs that were asked for and have not begun. */
  private runs = 0;

  /** One more was asked for. */
  ask(): void {
    this.runs++;
  }

  /** Nobody waits for a run any more. */
  forget(): void {
    this.runs = 0;
  }

  /** Hears each reply in turn; false for those of a run that is over. */
  isOfLatest(reply: Reply): boolean {
    if (reply.kind === 'state') {
      if (reply.begins) this.runs = Math.max(0, this.runs - 1);
      // What could not begin has said so; what comes after an end is of the next.
      if (reply.state === 'error' || reply.state === 'lost') this.runs = 0;
    }
    return this.runs === 0;
  }
}

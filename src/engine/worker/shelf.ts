/**
 * Sessions that were captured and then left for other settings: who comes back to them finds them
 * compiled. A few, and no more bytes on the device than the bound.
 */
import type { Made } from '../../model/experiments/session';
import { discard, type Ready } from '../ready';
import { fits } from './made';

const most = 4;
const mostBytes = 64 * 2 ** 20;

export class Shelf {
  /** Oldest first. */
  private sessions: Ready[] = [];

  /** The session of these settings, no longer on the shelf. Live settings may differ. */
  take(made: Made): Ready | undefined {
    const found = this.sessions.find(({ opened }) => fits(opened, made));
    if (found) this.sessions = this.sessions.filter((ready) => ready !== found);
    return found;
  }

  /** Keeps a session that is left. What runs through TensorFlow.js is made anew as fast: it goes. */
  put(ready: Ready): void {
    if (!ready.trainer.captured) {
      discard(ready);
      return;
    }
    this.sessions.push(ready);
    while (this.sessions.length > most || this.bytes > mostBytes) discard(this.sessions.shift()!);
  }

  clear(): void {
    for (const ready of this.sessions.splice(0)) discard(ready);
  }

  private get bytes(): number {
    return this.sessions.reduce((sum, { trainer }) => sum + trainer.bytes, 0);
  }
}

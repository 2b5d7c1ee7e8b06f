/**
 * Sessions that were captured and then left for other settings: who comes back to them finds them
 * compiled. A few, and no more bytes on the device than the bound.
 */
import { type Inputs, numbersOf, type Settings } from '../../model/experiments/types';
import type { State, Trainer } from '../trainer';
import { differs, type Opened } from './session';

export interface Ready {
  opened: Opened;
  trainer: Trainer;
  /** Its own untrained state: for what another session cannot hand over. */
  first: State;
}

const most = 4;
const mostBytes = 64 * 2 ** 20;

export class Shelf {
  /** Oldest first. */
  private sessions: Ready[] = [];

  /** The session of these settings, no longer on the shelf. Live settings may differ. */
  take(settings: Settings, seed: number, inputs: Inputs): Ready | undefined {
    const found = this.sessions.find(
      ({ opened }) =>
        opened.seed === seed &&
        !differs(opened.settings, settings, opened.session.live) &&
        shapesOf(opened.inputs) === shapesOf(inputs),
    );
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

function discard({ trainer, opened }: Ready): void {
  trainer.dispose();
  opened.close();
}

/** Names and shapes in words: what a captured step is made for. */
export const shapesOf = (inputs: Inputs): string =>
  Object.entries(numbersOf(inputs))
    .map(([name, { shape }]) => `${name} ${shape}`)
    .sort()
    .join();

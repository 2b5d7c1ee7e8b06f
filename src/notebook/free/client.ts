/**
 * The page's side of its free cells: one worker for all of them, made when the first is run, ended
 * when code does not come back, and made anew with the next press.
 */
import { refusal } from '../edit';
import type { CellText, FreeReply, FreeRequest } from './protocol';
import { received } from './received';

/** Milliseconds between two questions whether code comes back, until it counts as lost, and in all. */
export const askEvery = 1000;
export const patience = 10_000;
export const longest = 60_000;

const after = 'Nothing else of the page was touched: change the code and run it again.';
export const lost = `The code did not come back within 10 seconds, so it was stopped: a loop without end, perhaps. ${after}`;
export const tooLong = `The code was not done after 60 seconds, so it was stopped: a promise that nobody keeps, perhaps. ${after}`;
export const broken = `The code broke what computes the cells, so it was stopped. ${after}`;
const odd = `The code said something that this page does not draw, so it was stopped. ${after}`;
const notStarted = 'What runs the cells could not be loaded; try again.';

/** For tests: how a worker is made, and a clock that they turn. */
export interface World {
  worker(): Worker;
  every(ms: number, run: () => void): () => void;
  now(): number;
}

const browser: World = {
  worker: () =>
    new Worker(new URL('./worker.ts', import.meta.url), {
      type: 'module',
      name: 'switchyard: free cells',
    }),
  every(ms, run) {
    const timer = setInterval(run, ms);
    return () => clearInterval(timer);
  },
  now: () => performance.now(),
};

interface Running {
  worker: Worker;
  ready: boolean;
  waiting?: FreeRequest;
  /** Cells that run, or wait to. */
  open: Set<string>;
  /** When the press was, and when it was last asked whether the code comes back. */
  since?: number;
  asked?: number;
  stopAsking(): void;
}

export class FreeCells {
  private running?: Running;

  constructor(
    private readonly hear: (reply: FreeReply) => void,
    private readonly world: World = browser,
  ) {}

  /** Runs a cell, with the others of the page as they are. */
  run(press: string, cells: CellText[]): void {
    const refused = refusal(cells.find(({ id }) => id === press)?.source ?? '');
    if (refused) {
      this.hear({ kind: 'failed', cell: press, words: refused });
      return;
    }
    const fit = cells.filter(({ source }) => !refusal(source));
    const running = this.running ?? this.start();
    running.open.add(press);
    running.since = this.world.now();
    const request: FreeRequest = { kind: 'run', press, cells: fit };
    if (running.ready) running.worker.postMessage(request);
    else running.waiting = request;
  }

  /** Ends what runs; says so to the cells that were waiting. */
  stop(words = 'Stopped.'): void {
    const { running } = this;
    if (!running) return;
    this.running = undefined;
    running.stopAsking();
    running.worker.terminate();
    for (const cell of running.open) this.hear({ kind: 'failed', cell, words });
    this.hear({ kind: 'rested' });
  }

  private start(): Running {
    const worker = this.world.worker();
    const running: Running = {
      worker,
      ready: false,
      open: new Set(),
      stopAsking: this.world.every(askEvery, () => this.ask()),
    };
    this.running = running;
    worker.onmessage = ({ data }) => {
      if (this.running !== running) return;
      const reply = received(data);
      if (!reply) this.stop(odd);
      else this.take(running, reply);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      if (this.running === running) this.stop(running.ready ? odd : notStarted);
    };
    return running;
  }

  private take(running: Running, reply: FreeReply): void {
    if (reply.kind === 'alive') running.asked = undefined;
    else if (reply.kind === 'broken') this.stop(broken);
    else if (reply.kind === 'ready') {
      if (running.ready) return;
      running.ready = true;
      running.since = this.world.now();
      if (running.waiting) running.worker.postMessage(running.waiting);
    } else {
      if (reply.kind === 'running') running.open.add(reply.cell);
      else if (reply.kind === 'rested') {
        running.open.clear();
        running.since = undefined;
      } else running.open.delete(reply.cell);
      this.hear(reply);
    }
  }

  private ask(): void {
    const { running } = this;
    if (!running?.ready || running.since === undefined) return;
    const now = this.world.now();
    if (now - running.since > longest) this.stop(tooLong);
    else if (running.asked === undefined) {
      running.asked = now;
      running.worker.postMessage({ kind: 'alive', id: now } satisfies FreeRequest);
    } else if (now - running.asked > patience) this.stop(lost);
  }
}

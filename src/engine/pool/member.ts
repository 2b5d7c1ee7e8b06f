/** One worker of several that train a lab: what it was asked for, and what it does now. */
import { Coming } from '../coming';
import type { Engine, Request, Rung } from '../protocol';

/** An engine of a worker of its own, that nobody else speaks to. */
export interface Helper extends Engine {
  end(): void;
}

/** The workers beside the first: how many there may be, and one more of them for a rung. */
export interface Helpers {
  most: number;
  start(rung: Rung): Promise<Helper>;
}

type Phase =
  /** The lab is not open there. */
  | 'empty'
  /** It makes the model of its lane. */
  | 'opening'
  | 'resting'
  | 'training'
  /** It was asked to pause. */
  | 'stopping';

type Unaddressed<R> = R extends { lab: string } ? Omit<R, 'lab'> : never;

export class Member {
  phase: Phase = 'empty';
  /** The lane that is its own until that ends, by number. */
  lane: number | undefined;
  /** A lane that it has trained, whose last state is on its way to the first. */
  handing: number | undefined;
  readonly coming = new Coming();

  constructor(
    private readonly lab: string,
    private readonly engine: Engine,
    /** Ends its worker; the first's is not ended here. */
    readonly end?: () => void,
  ) {}

  get rests(): boolean {
    return this.phase === 'resting' || this.phase === 'empty';
  }

  send(request: Unaddressed<Request>): void {
    this.engine.send({ ...request, lab: this.lab } as Request);
  }
}

/**
 * What the page wants of an engine, whichever it is: the worker behind src/engine/client.ts, or
 * a replayed recording. Both take the same requests and give the same replies.
 */
import type { Engine, Rung } from '../engine/protocol';
import type { Edit } from '../notebook/edit';

export type { Engine };

export type LoadEngine = () => Promise<Engine>;

/** An engine of a worker of its own, for a reader's code; `end` stops the worker. */
export interface CodeEngine extends Engine {
  /** Its worker was stopped: nothing answers any more. */
  readonly ended: boolean;
  end(): void;
}

/** What a try may need, before its text is known. */
export interface Near {
  experiment: string;
  files: string[];
  rung?: Rung;
}

export interface CodeEngines {
  /** A reader is at work on these files: what can be made ready is. */
  near(near: Near): void;
  engineFor(edits: Edit[], rung?: Rung): Promise<CodeEngine>;
}

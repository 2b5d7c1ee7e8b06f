/**
 * What the page wants of an engine, whichever it is: the worker behind src/engine/client.ts, or
 * a replayed recording. Both take the same requests and give the same replies.
 */
import type { Reply, Request } from '../engine/protocol';

export interface Engine {
  send(request: Request): void;
  /** Calls `hear` with every reply from now on; the function returned stops that. */
  listen(hear: (reply: Reply) => void): () => void;
}

export type LoadEngine = () => Promise<Engine>;

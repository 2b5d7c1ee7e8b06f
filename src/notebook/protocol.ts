/** What a page and the worker of a reader's code say to each other beside the engine's protocol. */
import type { Edit } from './edit';

/** Page → worker. After `code` the worker is locked: no network, no storage, no code out of text. */
export type CodeRequest =
  /** Edits of these files may follow, for this experiment. */
  | { kind: 'gather'; experiment: string; files: string[] }
  | { kind: 'code'; edits: Edit[] }
  | { kind: 'alive'; id: number };

/** Worker → page. */
export type CodeReply =
  | { kind: 'alive'; id: number }
  /** Every edit is in its place; the engine's requests are answered from now on. */
  | { kind: 'locked' };

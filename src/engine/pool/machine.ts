/** How many workers a machine has room for. */

/** What a browser tells of the machine; each may be missing. */
export interface Machine {
  hardwareConcurrency?: number;
  /** In GiB, rounded, and no more than a browser cares to tell. */
  deviceMemory?: number;
  connection?: { saveData?: boolean };
}

/** Two dozen models are done in three rounds then. More workers would wait for the memory's lanes. */
const mostWorkers = 8;
/** GiB, where the browser does not say. */
const usualMemory = 4;

/**
 * Workers that may train at once: one core stays with the page, and each worker, with its own copy
 * of the engine and its own WebAssembly memory, is granted a GiB of the machine. Whoever saves data
 * saves on more than data: one. The battery is not asked: few browsers tell of it, and the same steps
 * cost about the same on one core or on several.
 */
export function workersFor({
  hardwareConcurrency = 1,
  deviceMemory = usualMemory,
  connection,
}: Machine): number {
  if (connection?.saveData) return 1;
  return Math.max(1, Math.min(mostWorkers, hardwareConcurrency - 1, Math.floor(deviceMemory)));
}

/** Which backend is current, where several labs of a page may compute on several. */
import * as tf from '../../tensor/tf';
import type { Rung } from '../protocol';

export type ComputingRung = Exclude<Rung, 'recorded'>;

/** Makes the rung's backend current; it must have been tried before. */
export async function use(rung: ComputingRung): Promise<void> {
  if (tf.getBackend() !== rung) await tf.setBackend(rung);
}

/**
 * Does something at once on a rung's backend, and leaves the current one as it was: somebody may be
 * waiting for it. What needs no device has no rung.
 */
export function on<T>(rung: ComputingRung | undefined, work: () => T): T {
  const before = tf.getBackend() as ComputingRung | '';
  if (!rung || before === rung) return work();
  // Of backends that were tried before, the first part of this is all there is to it.
  void use(rung);
  try {
    return work();
  } finally {
    if (before) void use(before);
  }
}

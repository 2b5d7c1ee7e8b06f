import type { Work } from '../../model/experiments/train';
import { webgpuBackend } from '../../tensor/internals';
import { Refusal } from '../../tensor/listener';
import { CapturedTrainer } from '../capture/captured';
import type { Trainer } from '../trainer';
import { EagerTrainer } from './eager';

/** A captured trainer where the backend is WebGPU and the step allows it, else an eager one. */
export async function trainerFor(work: Work): Promise<{ trainer: Trainer; refusal?: string }> {
  const backend = webgpuBackend();
  if (!backend) return { trainer: new EagerTrainer(work) };
  try {
    return { trainer: await CapturedTrainer.of(backend, work) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { trainer: new EagerTrainer(work), refusal: error.message };
  }
}

/** This project: the session of the model library, trained by the engine as in a lab. */
import { CapturedTrainer } from '../../src/engine/capture/captured';
import { trainerFor } from '../../src/engine/rungs/trainer-for';
import * as tf from '../../src/tensor/tf';
import { sessionOf } from '../models/session';
import { profile } from './profile';
import type { System } from './types';

export const ours: System = {
  async start(chosen, values, backend) {
    if (tf.getBackend() !== backend) {
      await tf.loadBackend[backend]();
      if (!(await tf.setBackend(backend))) throw new Error(`No ${backend} backend is to be had.`);
    }
    const session = sessionOf(chosen, values);
    const live = { learningRate: chosen.learningRate };
    const work = { session, seed: 1, live, inputs: {}, step: 0 };
    const { trainer, refusal } = await trainerFor(work);
    // As in a lab after its first steps: the first step of a run then tries the fused commands.
    if (trainer instanceof CapturedTrainer) await trainer.capture.fuse();
    return {
      note: refusal ? `not captured: ${refusal}` : trainer.captured ? 'replayed' : 'eager',
      async run(count, which) {
        trainer.advance(count, Number.POSITIVE_INFINITY);
        const { metrics } = await trainer.read(false);
        const losses = [...metrics.loss.data];
        return which === 'all' ? losses : losses.slice(-1);
      },
      profile:
        trainer instanceof CapturedTrainer ? (runs) => profile(trainer.capture, runs) : undefined,
      close() {
        trainer.dispose();
        tf.dispose(session.state);
        session.dispose?.();
      },
    };
  },

  async adapter() {
    const info = (await navigator.gpu?.requestAdapter())?.info;
    if (info) return info.description || `${info.vendor} ${info.architecture}`;
  },
};

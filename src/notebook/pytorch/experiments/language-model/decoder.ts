import type { Writer } from '../../types';
import { decoderFor } from './shared/decoder';
import program from './shared/decoder.py?raw';
import modelFile from './shared/model-file.py?raw';

/** Routers that take no selection bias go without one. */
const withoutBias = ['hash', 'random', 'relu', 'expert-choice', 'base', 'sinkhorn'];

export default {
  program: program + modelFile,
  compares: 'loss',
  fill(asked) {
    const router = String(asked.settings.router);
    const balancer = withoutBias.includes(router) ? 'none' : String(asked.settings.balancer);
    return decoderFor(asked, { router, balancer });
  },
} satisfies Writer as Writer;

import type { Writer } from '../../types';
import { yardWith } from './shared/yard';
import program from './three-losses.py?raw';

export default {
  program,
  compares: 'loss',
  fill({ settings }) {
    const { flags, constants, ...filled } = yardWith('softmax-top-k-renormalised', 'none');
    const roomy = settings.deviceRoom !== 'none';
    return {
      ...filled,
      flags: { ...flags, roomy },
      constants: { ...constants, ...(roomy && { deviceRoom: Number(settings.deviceRoom) }) },
    };
  },
} satisfies Writer as Writer;

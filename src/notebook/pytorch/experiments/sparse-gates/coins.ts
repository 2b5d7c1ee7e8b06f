import type { Writer } from '../../types';
import program from './coins.py?raw';

export default {
  program,
  compares: 'loss',
  fill: ({ settings: { chooser } }) => ({
    flags: {
      token: chooser === 'token',
      experts_choose: chooser !== 'token',
      within: chooser === 'expert',
    },
  }),
} satisfies Writer as Writer;

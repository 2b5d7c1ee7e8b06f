import { twoTexts } from '../../../src/views/two-texts';
import { runOf } from './shared';
import type { Example } from './types';

export const examples: Example[] = [
  {
    view: twoTexts,
    state: 'one apart',
    run: runOf({
      facts: { models: ['no positions', 'content keys turned'], ways: ['plain', 'absorbed'] },
      answers: {
        twice: [
          ['\n1+1=2\n3+4=7', '\n1+1=2\n3+4=7'],
          ['\n1+1=2\n3+4=7', '\n1+1=3\n((}=:'],
        ],
      },
    }),
  },
];

import { draftDesk } from '../../../src/views/draft-desk';
import { runOf } from './shared';
import type { Example } from './types';

const draft = (token: number, p: number, q: number, u: number, accepted: boolean) => ({
  token,
  p,
  q,
  u,
  accepted,
});

export const examples: Example[] = [
  {
    view: draftDesk,
    state: 'two judged, one waits',
    run: runOf({
      facts: {
        words: ['a', 'b'],
        p: [0.8, 0.2],
        q: [0.4, 0.6],
        needles: [0.9, 0.5, -1],
        chances: [0.9, 0.5, 0.1],
        pending: 1,
        judged: [
          { drafts: [draft(0, 0.8, 0.4, 0.9, true)], unread: 0, last: 0 },
          { drafts: [draft(1, 0.2, 0.6, 0.5, false)], unread: 0, last: 0 },
        ],
      },
    }),
  },
];

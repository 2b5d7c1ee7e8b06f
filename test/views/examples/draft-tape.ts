import { draftTape } from '../../../src/views/draft-tape';
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
    view: draftTape,
    state: 'three passes',
    run: runOf({
      facts: { words: ['\n', ' ', 'a', 'b', 'c'] },
      answers: {
        tape: [
          {
            prompt: [0, 2, 3],
            passes: [
              // Both drafts accepted, one more; the first rejected, the second unread; none drafted.
              {
                drafts: [draft(2, 0.9, 0.6, 0.5, true), draft(3, 0.4, 0.8, 0.25, true)],
                unread: 0,
                last: 4,
              },
              { drafts: [draft(3, 0.1, 0.5, 0.75, false)], unread: 1, last: 1 },
              { drafts: [], unread: 0, last: 0 },
            ],
          },
        ],
      },
    }),
  },
];

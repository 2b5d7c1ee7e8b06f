import { type Journey, journey } from '../../../src/views/journey';
import { runOf } from './shared';
import type { Example } from './types';

/** Two characters, a dense layer and a sparse one of four experts in two nodes. */
export const found: Journey = {
  text: ['1', '+'],
  nodes: 2,
  start: [1.2, 1.5],
  layers: [
    {
      kept: [
        {
          name: 'latent',
          rows: [
            [0.5, -1],
            [1, 0],
          ],
        },
        { name: 'rotaryKey', rows: [[0.25], [-0.5]] },
      ],
      looks: [[100], [30, 70]],
      added: [
        [0.4, 0.6, 0],
        [0.5, 0.7, 0],
      ],
      guess: [
        ['2', 40],
        ['\n', 30],
      ],
      routing: null,
    },
    {
      kept: [
        {
          name: 'latent',
          rows: [
            [0.1, 0.2],
            [0.3, 0.4],
          ],
        },
        { name: 'rotaryKey', rows: [[1], [2]] },
      ],
      looks: [[100], [80, 20]],
      added: [
        [0.4, 0.2, 0.9],
        [0.5, 0.3, 1.1],
      ],
      guess: [
        ['+', 60],
        ['3', 55],
      ],
      routing: {
        bias: [0.1, -0.1, 0, 0],
        scores: [
          [0.5, 0.4, 0.3, 0.2],
          // C stands above B and is not chosen: its node is closed.
          [0.7, 0.5, 0.6, 0.1],
        ],
        chosen: [
          [0, 1],
          [0, 1],
        ],
        gates: [
          [56, 44],
          [58, 42],
        ],
      },
    },
  ],
  next: [
    [
      ['+', 60],
      ['=', 30],
      ['1', 4],
    ],
    [
      ['3', 55],
      ['4', 20],
      [' ', 5],
    ],
  ],
  read: ['+', '3'],
  further: {
    routing: {
      bias: null,
      scores: [
        [0.9, 0.1, 0.2, 0.8],
        [0.2, 0.3, 0.9, 0.8],
      ],
      chosen: [
        [0, 3],
        [2, 3],
      ],
      gates: [
        [53, 47],
        [53, 47],
      ],
    },
    guess: [
      [['3', 50]],
      [
        ['=', 80],
        ['+', 10],
      ],
    ],
  },
};

const plain = found as unknown as NonNullable<ReturnType<typeof runOf>['answers']>[string];

export const examples: Example[] = [
  { view: journey, state: 'two characters', run: runOf({ answers: { journey: plain } }) },
];

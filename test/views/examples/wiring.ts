import { blocks } from '../../../src/views/marks/glyph';
import { type Piece, type Reading, wiring } from '../../../src/views/wiring';
import { nothing, probe, runOf } from './shared';
import type { Example } from './types';

const latent: Piece = {
  name: 'latent',
  label: 'latent attention',
  isOn: ({ attention }) => attention === 'latent',
  turned: (_, on) => ({ attention: on ? 'latent' : 'heads', width: on ? 8 : 0 }),
  says: ({ attention, width }) => (attention === 'latent' ? `${width} numbers` : 'heads'),
  draws: ({ width }) => ({ groups: [blocks(Number(width), 'full'), blocks(2, 'empty')] }),
};
const limit: Piece = {
  name: 'limit',
  label: 'a limit on nodes',
  applies: ({ sparse }) => sparse !== 'none',
  isOn: ({ most }) => most === 2,
  turned: (_, on) => ({ most: on ? 2 : 4 }),
  says: ({ most }) => `${most} of four`,
  draws: () => ({ groups: [[{ look: 'barred', wide: 2 }]], size: 6 }),
};

const view = wiring({
  name: 'wiring',
  layers: 'Two layers.',
  stops: [
    { label: 'embedding', words: 'a character becomes numbers', pieces: [] },
    { label: 'attention', words: 'what is kept', pieces: [latent], layered: true },
    { label: 'router', pieces: [limit], layered: true },
    { label: 'loss', words: 'trains all', pieces: [] },
  ],
  reads: { probes: ['read'] },
  readings: (run): Record<string, Reading> => {
    const [kept, loss] = Array.from(run.probes.read?.data ?? []);
    return kept === undefined
      ? {}
      : {
          latent: { label: 'kept', here: String(kept), without: '64' },
          loss: { label: 'nats', here: loss.toFixed(2) },
        };
  },
  nothing: 'Nothing is wired yet.',
});

const read = probe([2], (i) => [8, 1.25][i]);

export const examples: Example[] = [
  {
    view,
    state: 'one piece in, one out',
    run: runOf({ settings: { attention: 'latent', width: 8, most: 4 }, probes: { read } }),
  },
  {
    view,
    state: 'a piece without room',
    run: runOf({
      settings: { attention: 'heads', width: 0, most: 2, sparse: 'none' },
      probes: { read },
    }),
  },
];

export const empty = { view, run: nothing() };

import { heat } from '../../../src/views/heat';
import { probe, runOf } from './shared';
import type { Example } from './types';

const domains = heat({
  name: 'domain-map',
  probe: 'domainMap',
  rows: { label: 'domain', names: { fact: 'domains' } },
  columns: { label: 'expert', names: 'experts' },
  panels: { fact: 'scopes' },
  quantity: 'relative load, 1 is even',
  from: 0,
  middle: 1,
  to: 4,
  say: (x) => x.toFixed(1),
  least: 280,
  aspect: 0.24,
  narrowAspect: 1.5,
});

const kinds = heat({
  name: 'kind-map',
  probe: 'kindMap',
  rows: { label: 'kind', names: { fact: 'kinds' } },
  columns: { label: 'expert', names: 'experts' },
  quantity: 'share of the kind’s characters',
  shares: true,
  to: 1,
  say: (x) => `${Math.round(100 * x)}`,
  aspect: 0.36,
});

const characters = heat({
  name: 'attention',
  probe: 'attention',
  rows: { label: 'question', names: 'numbers' },
  columns: { label: 'item', names: { fact: 'items' } },
  quantity: 'attention',
});

export const examples: Example[] = [
  {
    view: domains,
    state: 'three scopes',
    run: runOf({
      facts: { domains: ['A', 'B', 'C', 'D'], scopes: ['per sequence', 'per batch', 'bias'] },
      probes: {
        domainMap: probe([3, 4, 8], (panel, row, column) =>
          Math.max(0, 1 + panel * Math.cos((row * 2 + column) * 1.1)),
        ),
      },
    }),
  },
  {
    view: kinds,
    state: 'numbers in cells',
    run: runOf({
      facts: { kinds: ['sums', 'departures', 'program', 'rhymes', 'English', 'Italian'] },
      probes: {
        kindMap: probe([6, 8], (row, column) => (row === column ? 6 : (row + column) % 3)),
      },
    }),
  },
  {
    view: characters,
    state: 'many small cells',
    run: runOf({
      facts: { items: Array.from({ length: 32 }, (_, i) => String.fromCharCode(97 + (i % 26))) },
      probes: {
        attention: probe([20, 32], (row, column) => Math.exp(-((column - row * 1.5) ** 2) / 8)),
      },
    }),
  },
];

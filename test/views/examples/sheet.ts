import { sheet } from '../../../src/views/sheet';
import { nothing, probe, runOf } from './shared';
import type { Example } from './types';

const sizes = sheet({
  name: 'sheet',
  reads: { probes: ['sizes'] },
  nothing: 'Nothing has been counted yet: 0 rows.',
  of(run) {
    const data = Array.from(run.probes.sizes?.data ?? []);
    return {
      columns: ['experts', 'chosen', 'sets'],
      rows: data.length
        ? [
            ['8', String(data[0]), '28'],
            ['32', String(data[1]), '10,518,300'],
          ]
        : [],
    };
  },
});

export const examples: Example[] = [
  {
    view: sizes,
    state: 'two rows',
    run: runOf({ probes: { sizes: probe([2], (i) => 2 + 6 * i) } }),
  },
];

export const empty = { view: sizes, run: nothing() };

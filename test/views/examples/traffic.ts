import { ledger } from '../../../src/model/accounting/ledger';
import { traffic } from '../../../src/views/traffic';
import { runOf } from './shared';
import type { Example } from './types';

const deviceOf = [0, 0, 1, 1, 2, 2, 3, 3];
/** Tokens of four devices in two nodes; most of them go from device 1 to device 4. */
const sets = [
  [0, 6],
  [1, 7],
  [0, 6],
  [2, 4],
  [4, 5],
  [6, 7],
];
const homes = [0, 0, 0, 1, 2, 3];
const homeOf = (token: number) => homes[token];

const bill = {
  ...ledger(sets, { devices: 4, nodes: 2, deviceOf, homeOf }),
  deviceOf,
  sample: sets.map((experts, token) => ({ home: homeOf(token), experts })),
};

export const examples: Example[] = [
  {
    view: traffic,
    state: 'four devices',
    run: runOf({ answers: { bill: bill as never } }),
  },
];

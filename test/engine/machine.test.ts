/** How many workers train at once on what machine. */
import { expect, it } from 'vitest';
import { workersFor } from '../../src/engine/pool/machine';

it.each([
  ['a laptop', { hardwareConcurrency: 8, deviceMemory: 8 }, 7],
  ['a workstation', { hardwareConcurrency: 64, deviceMemory: 32 }, 8],
  ['a browser that tells of no memory', { hardwareConcurrency: 8 }, 4],
  ['a small telephone', { hardwareConcurrency: 8, deviceMemory: 2 }, 2],
  ['a very small one', { hardwareConcurrency: 4, deviceMemory: 0.5 }, 1],
  ['two cores', { hardwareConcurrency: 2, deviceMemory: 8 }, 1],
  ['a browser that tells nothing', {}, 1],
  [
    'a reader who saves data',
    { hardwareConcurrency: 8, deviceMemory: 8, connection: { saveData: true } },
    1,
  ],
])('%s has its number of workers', (_, machine, workers) => {
  expect(workersFor(machine)).toBe(workers);
});

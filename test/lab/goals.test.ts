/** Goals that exercises point at: which of the recorded runs reach them, and which do not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadLab } from '../../src/lab/labs';
import type { RecordedRun } from '../../src/lab/types';

const runs = join(import.meta.dirname, '../../public/runs');

async function reached(name: string, goal: string, variant: string, answers = {}) {
  const lab = await loadLab(name);
  const file = readFileSync(join(runs, name, `${variant}.json`), 'utf8');
  const run: RecordedRun = JSON.parse(file);
  const found = lab.goals?.find((each) => each.name === goal);
  expect(found, `${name} has a goal ${goal}`).toBeDefined();
  return found!.met(run, answers, run.findings);
}

it.each([
  ['collapse', 'alive', 'bias', true],
  ['collapse', 'alive', 'nothing-common', true],
  ['collapse', 'alive', 'random', true],
  ['collapse', 'alive', 'switch', false], // no expert is dead, but a balancing loss is at work
  ['collapse', 'alive', 'default', false],
  ['collapse', 'favoured', 'favoured', true],
  ['collapse', 'favoured', 'favoured-wrong', false], // A is pushed down twice as hard
  ['collapse', 'favoured', 'default', false],
  ['collapse', 'favoured', 'switch', false], // all alike
  ['collapse', 'favoured', 'uneven-weak', false],
  ['collapse', 'even', 'bias', true],
  ['collapse', 'even', 'importance', false],
  ['collapse', 'even', 'default', false],
  ['decoder', 'frugal', 'default', false], // too many numbers at work
  ['who-chooses', 'before', 'default', false],
  ['capacity', 'none-dropped', 'default', false],
  ['capacity', 'none-dropped', 'no-balancer', false],
  ['capacity', 'none-dropped', 'random-roomy', true],
  ['slices', 'packets', 'default', false], // each slice by itself, and two kinds
  ['slices', 'packets', 'together', false], // two kinds
  ['slices', 'packets', 'one-kind', false], // each slice by itself
  ['slices', 'packets', 'packets-one', true],
  ['slices', 'half', 'default', false], // all the units
  ['dials', 'quick-and-calm', 'default', false], // calm, not quick
  ['dials', 'quick-and-calm', 'quick', false], // quick, not calm
  ['dials', 'quick-and-calm', 'quantile', false], // no bias with a step
  ['dials', 'quick-and-calm', 'two-speeds', true],
  ['dials-by-hand', 'level', 'default', false],
  ['dials-by-hand', 'level', 'still', false],
  ['pulls', 'quarrel', 'default', false],
  ['pulls', 'quarrel', 'weak', true],
  ['one-domain', 'own-domains', 'default', false], // not a loss
  ['one-domain', 'own-domains', 'sequence-trained', false],
  ['one-domain', 'own-domains', 'batch-trained', true],
  ['crowd', 'bozos', 'paid', true],
  ['crowd', 'bozos', 'default', false],
  ['crowd', 'bozos', 'bagging', false],
  ['crowd', 'bozos', 'beyond', false],
  ['crowd', 'yours', 'paid', false], // disagreement enough, but the points are the lab's
  ['slide', 'useless', 'half', true],
  ['slide', 'useless', 'default', false],
  ['slide', 'useless', 'let-in', false], // a mixture whose members are still alike
  ['boosting', 'yours', 'default', false],
  ['routers', 'even', 'expert-choice', true],
  ['routers', 'even', 'default', false],
  ['routers', 'even', 'random', false], // even, and nothing learned
  ['routers', 'thrifty', 'many-halves', true],
  ['routers', 'thrifty', 'default', false],
  ['routers', 'thrifty', 'hash', false], // low, but nothing learned it
  ['routers', 'thrifty', 'softmax-two', false], // twice the arithmetic
  ['routers', 'mended', 'renormalised', false],
  ['routers', 'mended', 'default', false],
  ['by-hand', 'learned', 'default', false],
  ['by-hand', 'learned', 'renormalised', false],
  ['errors', 'wake', 'default', false],
  ['errors', 'wake', 'cooled', false], // not cold enough
  ['errors', 'wake', 'cold', true],
  ['em', 'rescue', 'default', false],
  ['em', 'rescue', 'moved', false],
  ['em', 'rescue', 'one-step', true],
  ['em', 'rescue', 'one-step-late', false],
  ['em', 'rescue', 'forget', true],
  ['moves', 'away', 'default', false],
  ['moves', 'wide', 'default', false],
  ['same', 'drawn-again', 'default', false], // every rule is the library’s
  ['same', 'drawn-again', 'by-hand', false],
  ['verifier', 'strict', 'default', false],
  ['cache', 'in-time', 'default', false],
  ['cache', 'in-time', 'none', false], // another way of keeping the load even, and a small room
  ['cache', 'in-time', 'guessed', true],
  ['gain', 'edge', 'default', false],
  ['gain', 'edge', 'users-256', false], // all experts in use, and reading still the limit
  ['gain', 'edge', 'users-6300', true],
  ['busiest', 'one-kind', 'default', false], // even queues, but all kinds
  ['busiest', 'one-kind', 'one-kind', false],
  ['busiest', 'one-kind', 'on-two', false], // even enough, of two
  ['busiest', 'one-kind', 'spared', true],
  ['busiest', 'one-kind', 'sequence', true], // half as many copies
  ['all-on', 'nearly', 'default', false],
  ['two-maps', 'rule', 'default', false],
  ['few-pairs', 'ahead', 'default', false], // experts large enough
  ['few-pairs', 'ahead', 'dice', false],
  ['few-pairs', 'ahead', 'small-experts', true],
  ['apart', 'found', 'default', false],
  ['apart', 'found', 'many', false], // nearer, but split
  ['recall', 'small', 'default', false], // few bytes, and too few of them for values
  ['corpora', 'both', 'default', false], // level with the large model
  ['corpora', 'both', 'eight', true],
  ['merge', 'late', 'default', false],
  ['merge', 'late', 'half', false], // forked at once
  ['merge', 'late', 'late-apart', false], // nothing in common
  ['merge', 'late', 'one', false], // all in common
  ['merge', 'late', 'later', true],
  ['ladder', 'even', 'default', false],
  ['ladder', 'near', 'default', false],
  ['ladder', 'near', 'near', true],
  ['ladder', 'all', 'near', false], // twelve numbers of content, four of place
  ['whole', 'awake', 'default', false],
  ['whole', 'awake', 'shifted', false], // the library's code
  ['whole', 'awake', 'asleep', false], // the fault, and biases as usual
  ['whole', 'awake', 'awake', true],
  ['fit', 'close', 'default', false], // close, but the curve is one of the menu
  ['fit', 'bent', 'default', false], // close, with another activation
  ['fit', 'bent', 'square', false], // a parabola, whatever the settings
  ['fit', 'bent', 'bent', true],
])('%s: the goal "%s" is reached by the recorded run %s: %s', async (lab, goal, variant, met) => {
  expect(await reached(lab, goal, variant)).toBe(met);
});

it('the faults are found by naming all three, and no otherwise', async () => {
  const right = {
    'load-after-capacity': 'load-after-capacity',
    'loss-never-added': 'loss-never-added',
    'loss-is-constant': 'loss-is-constant',
  };
  expect(await reached('faults', 'found', 'default', right)).toBe(true);
  const swapped = { ...right, 'loss-is-constant': 'loss-never-added' };
  expect(await reached('faults', 'found', 'default', swapped)).toBe(false);
  expect(await reached('faults', 'found', 'default')).toBe(false);
});

it('the slips are found by naming all three', async () => {
  const right = { x: 'bias-weighs', y: 'sign-turned', z: 'scores-not-shared' };
  expect(await reached('slips', 'found', 'default', right)).toBe(true);
  expect(await reached('slips', 'found', 'default', { ...right, z: 'sign-turned' })).toBe(false);
  expect(await reached('slips', 'found', 'default')).toBe(false);
});

it('the ladder is climbed by the model of the first lab, with each of its seeds', async () => {
  const { goals } = await loadLab('ladder');
  const run: RecordedRun = JSON.parse(readFileSync(join(runs, 'whole', 'default.json'), 'utf8'));
  expect(run.seeds!.length).toBeGreaterThan(2);
  for (const { findings } of run.seeds!)
    for (const { met } of goals!) expect(met(run, {}, findings)).toBe(true);
});

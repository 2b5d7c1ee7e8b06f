/** You are the cache: at each expert that is missing, the reader says which one goes. Station 15. */
import { count, plain, value } from '../../lab/format';
import { listOf } from '../../lab/run';
import type { Findings, LabDescription, RunData } from '../../lab/types';
import { numbers } from '../../model/experiments/types';
import { cacheDesk, type Turn, waitInWords } from '../../views/cache-desk';
import { curves } from '../../views/curves';
import { expertTapeOf } from '../../views/expert-tape';
import { ruleHits } from '../../views/rule-hits';
import { anyStretch, begun, keyOf, most, tableOf } from './shared/slots';
import { type Evenness, played } from './shared/stretches';

const input = (choices: number[]) => ({
  choices: { shape: [1 + most], data: Float32Array.from(choices) },
});

/** Before the reader's hand: LRU has begun, so that there is something to see. */
const first = begun(keyOf('bias', 1), 9);

/** Of the choices that were made: all by LRU, as nobody has touched it yet. */
const isLrus = (run: RunData) => {
  const turns = listOf<Turn>(run, 'turns');
  return turns.length > 0 && turns.every(({ byLru }) => byLru);
};

export default {
  name: 'be-the-cache',
  plan: {
    kind: 'table',
    takes: { choices: 'numbers' },
    draws: 'stretch',
    compute(settings, inputs, seed) {
      const given = Array.from(numbers(inputs, 'choices')?.data ?? first);
      if (given.length !== 1 + most || !given.every(Number.isInteger))
        throw new Error(
          `The choices are ${1 + most} whole numbers: the stretch’s, then an expert’s for each that was given up, −1 where none is chosen yet; got ${given.length}.`,
        );
      return tableOf({
        evenness: String(settings.evenness) as Evenness,
        seed,
        given,
        foresight: settings.foresight === true,
      });
    },
  },
  title(run, { read, you, lru, dice, best }) {
    if (!read) return 'Four slots, and the first expert that is missing: which one goes?';
    const asked = count(2 * read);
    if (read < played)
      return isLrus(run)
        ? `${count(read)} of ${played} characters played by LRU: ${count(you)} of ${asked} experts found, where the clairvoyant has ${count(best)}`
        : `After ${count(read)} of ${played} characters you found ${count(you)} of ${asked} experts; LRU found ${count(lru)}, the clairvoyant ${count(best)}`;
    const who = isLrus(run) ? 'Played by LRU:' : 'You found';
    return `${who} ${count(you)} of ${asked} experts; LRU finds ${count(lru)}, dice ${value(dice)} on average, and nobody more than ${count(best)}`;
  },
  caption:
    'One layer of a recorded router, with four of its 16 experts in memory. LRU has read the row’s first 40 characters; the next 24 are yours. When an expert is missing, press the slot that it should go into (or the keys 1 to 4 inside the figure). All policies start from the memory that you start from. Rings show five recorded routers, each averaged over eight stretches.',
  controls: { evenness: {}, foresight: {} },
  views: [
    {
      view: expertTapeOf({
        name: 'slots-tape',
        reads: { facts: ['tape', 'experts'] },
        tapeOf: (run) => run.facts?.tape,
      }),
      label: 'The tape: from the line on, it is yours',
    },
    { view: cacheDesk },
    {
      view: curves({
        name: 'slots-found',
        of: [
          { metric: 'you', name: 'your choices' },
          { metric: 'lru', name: 'LRU' },
          { metric: 'dice', name: 'dice' },
          { metric: 'lfu', name: 'LFU' },
          { metric: 'clairvoyant', name: 'clairvoyant' },
        ],
        label: 'experts found so far',
        scale: 'linear',
        say: (found) => plain(Number(found.toFixed(1))),
        share: 0.001,
        stepNoun: 'characters read',
        aspect: 0.6,
      }),
      size: 'half',
      label: 'On this stretch',
    },
    { view: ruleHits, size: 'half', label: 'Beside five recorded routers' },
  ],
  lastStep: played,
  describe(run, { read, you, lru }) {
    const so = read
      ? `${count(you)} of ${count(2 * read)} experts found, LRU ${count(lru)}.`
      : 'Nothing read yet.';
    return `${waitInWords(run)} ${so}`.trim();
  },
  findings(run): Findings {
    const read = run.steps.length;
    const at = (name: string) => run.metrics[name]?.at(-1)?.[0] ?? 0;
    const recorded = listOf<number[]>(run, 'recorded');
    const own = Number(run.facts?.router ?? 1) - 1;
    const ofRouter = (rule: number) => recorded[rule]?.[own] ?? 0;
    return {
      read,
      you: at('you'),
      lru: at('lru'),
      dice: at('dice'),
      lfu: at('lfu'),
      best: at('clairvoyant'),
      lead: at('you') - at('lru'),
      // Of the recorded router that the seed draws, over its eight stretches.
      lruAll: ofRouter(0),
      diceAll: ofRouter(1),
      lfuAll: ofRouter(2),
      bestAll: ofRouter(3),
      counted: Number(run.facts?.counted ?? 0),
    };
  },
  goals: [
    {
      name: 'lead',
      words:
        'With the load kept even over many steps, and without seeing what comes: a stretch played to its end, and at least three experts more than LRU found.',
      met: ({ settings }, _, { read, lead }) =>
        read === played && settings.evenness === 'bias' && !settings.foresight && lead >= 3,
    },
  ],
  presets: [
    { name: 'start', label: 'begun by LRU', inputs: () => input(first) },
    { name: 'lru', label: 'all played by LRU', inputs: () => input(begun(anyStretch, most)) },
    { name: 'none', label: 'none yet', inputs: () => input(begun(anyStretch, 0)) },
  ],
  recorded: {
    default: { settings: {}, seeds: 5 },
    none: { settings: { evenness: 'none' }, preset: 'lru', seeds: 5 },
    batch: { settings: { evenness: 'batch' }, preset: 'lru', seeds: 5 },
    sequence: { settings: { evenness: 'sequence' }, preset: 'lru', seeds: 5 },
    lru: { settings: {}, preset: 'lru', seeds: 5 },
  },
} satisfies LabDescription as LabDescription;

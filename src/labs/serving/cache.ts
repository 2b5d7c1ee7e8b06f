/** A small cache of experts on the choices of a router trained here: station 15. */
import { percent, some, value } from '../../lab/format';
import { recent } from '../../lab/run';
import type { Findings, LabDescription, RunData } from '../../lab/types';
import { against, type Drawn } from '../../views/against';
import { expertTape } from '../../views/expert-tape';
import { lossCurve } from '../../views/loss-curve';
import { cachedOf } from './shared/answers';

const names = {
  lru: 'LRU',
  lfu: 'LFU',
  fading: 'fading count',
  clairvoyant: 'clairvoyant',
} as const;

const lines = (run: RunData): Drawn[] => {
  const found = cachedOf(run);
  if (!found) return [];
  // With room for all, all find everything: the curves are told apart before.
  const { hits } = found;
  const at = found.rooms.slice(0, -1);
  const experts = Number(run.facts?.experts);
  return [
    ...(Object.keys(names) as (keyof typeof names)[]).map((policy) => ({
      name: names[policy],
      at,
      values: hits[policy].slice(0, at.length),
    })),
    // Of dice, whoever does not know the future finds the share that fits.
    { name: 'by dice', at, values: at.map((room) => room / experts) },
  ];
};

const ahead = (run: RunData) => Number(run.settings.guessAhead);

export default {
  name: 'cache',
  experiment: 'trace',
  title(run, { hit, best }) {
    if (hit === undefined)
      return 'A model with sixteen experts a layer that has written nothing yet';
    const room = Number(run.settings.cacheRoom);
    const policy = names[String(run.settings.cachePolicy) as keyof typeof names];
    if (ahead(run))
      return `With ${room} of 16 experts in memory and a guess ahead, ${policy} has ${percent(hit)} of what is asked for in time`;
    if (policy === names.clairvoyant)
      return `With ${room} of 16 experts in memory, even one who knows the future finds no more than ${percent(hit)}`;
    return `With ${room} of 16 experts in memory, ${policy} finds ${percent(hit)} of what is asked for; no policy could find more than ${percent(best)}`;
  },
  caption:
    'A decoder of four layers learns to read the yard’s lines; three layers have 16 experts each, of which a character uses two. Then it reads 3,072 fresh characters one after another. Memory holds as many experts of each layer as you set; a missing one is fetched from the disk. All numbers are means of the three layers. Below is the last layer for a while: what is shaded is in memory, a disc is an expert that was found, a ring one that had to be fetched.',
  controls: {
    evenness: {},
    cacheRoom: { max: 14 },
    cachePolicy: {},
    guessAhead: {},
    stays: {},
    learningRate: { default: 0.008 },
  },
  fixed: {
    corpus: 'yard',
    wagons: 768,
    sparse: 'but-first',
    experts: 16,
    topK: 2,
    expertHidden: 24,
    sharedExperts: 1,
    denseHidden: 72,
    balanceStrength: 0.1,
    biasRate: 0.003,
    rateSteps: 300,
  },
  views: [
    {
      view: against({
        name: 'hits-by-room',
        reads: { answers: ['cached'], facts: ['experts'] },
        x: { label: 'experts that fit, of 16', ticks: [2, 4, 6, 8, 10, 12, 14] },
        y: { label: 'share of the experts asked for that is found', say: percent },
        lines,
        mark: (run) =>
          cachedOf(run) ? { at: Number(run.settings.cacheRoom), words: 'as set' } : undefined,
      }),
      label: 'Found in memory, by policy',
    },
    { view: expertTape, label: 'The tape' },
    { view: lossCurve, label: 'While it learns', size: 'half' },
  ],
  asks: {
    cached: {
      act: 'cache',
      every: 8000,
      with: ({ cacheRoom, cachePolicy, guessAhead, stays }) => ({
        room: cacheRoom,
        policy: cachePolicy,
        ahead: guessAhead,
        stay: stays,
      }),
    },
  },
  model: 'trace',
  lastStep: 300,
  describe(run, { hit, loads, waits, loss }) {
    if (hit === undefined) return 'Nothing trained yet.';
    return `${some(run.step, 'step')}, ${value(loss)} nats a character. In each layer, a character finds ${percent(hit)} of its experts in memory and waits for ${value(waits)}; ${value(loads)} are fetched.`;
  },
  findings(run): Findings {
    const found = cachedOf(run);
    if (!found || !run.steps.length) return {};
    const { now, quarter, half, changing, guessed, again, dice, best } = found;
    return {
      loss: recent(run, 'loss', 0.05)[0],
      hit: now.hit,
      loads: now.loads,
      waits: now.waits,
      best,
      lru4: quarter.lru.hit,
      lfu4: quarter.lfu.hit,
      fading4: quarter.fading.hit,
      clairvoyant4: quarter.clairvoyant.hit,
      late4: quarter.late.hit,
      early4: quarter.early.hit,
      lru8: half.lru.hit,
      lfu8: half.lfu.hit,
      fading8: half.fading.hit,
      clairvoyant8: half.clairvoyant.hit,
      late8: half.late.hit,
      early8: half.early.hit,
      loads4: quarter.lru.loads,
      loadsLate4: quarter.late.loads,
      loadsEarly4: quarter.early.loads,
      waitsLate4: quarter.late.waits,
      lru8Changing: changing.lru,
      lfu8Changing: changing.lfu,
      fading8Changing: changing.fading,
      guessedLate: guessed.late,
      guessedEarly: guessed.early,
      again,
      dice4: dice.quarter,
      dice8: dice.half,
    };
  },
  strip: [
    { finding: 'lru4', label: 'LRU, 4 of 16', format: 'percent' },
    { finding: 'clairvoyant4', label: 'clairvoyant, 4 of 16', format: 'percent' },
  ],
  goals: [
    {
      name: 'in-time',
      words:
        'After 300 steps with the selection bias: at least 85 % of the experts in time, with at most 8 of 16 in memory.',
      met: (run, _, { hit }) =>
        run.step >= 300 &&
        run.settings.evenness === 'bias' &&
        Number(run.settings.cacheRoom) <= 8 &&
        hit >= 0.85,
    },
  ],
  nameRun: (run) => `${String(run.settings.evenness)}, ${String(run.settings.cacheRoom)}`,
  recorded: {
    default: { settings: {}, seeds: 5 },
    none: { settings: { evenness: 'none' }, seeds: 5 },
    batch: { settings: { evenness: 'batch' }, seeds: 5 },
    sequence: { settings: { evenness: 'sequence' }, seeds: 5 },
    // What a reader puts into the cell: a count that never fades, and one that fades at once.
    unfading: {
      settings: {},
      code: [{ file: 'src/model/serving/cache.ts', from: '0.95 ** tokens', to: '1 ** tokens' }],
      seeds: 3,
    },
    quick: {
      settings: {},
      code: [{ file: 'src/model/serving/cache.ts', from: '0.95 ** tokens', to: '0.5 ** tokens' }],
      seeds: 3,
    },
    guessed: { settings: { cacheRoom: 8, guessAhead: 1 }, seeds: 3 },
  },
} satisfies LabDescription as LabDescription;

/** What a new token costs with a past behind it, by where the brackets stand: station 13. */
import { count, value } from '../../lab/format';
import type { Findings, LabDescription, RunData } from '../../lab/types';
import type { AttentionShape, LatentShape } from '../../model/accounting/architecture';
import { against, type Drawn } from '../../views/against';
import { type Look, look } from './shared/kinds';

/** Lengths of the past that the lines are drawn over. */
const pasts = Array.from({ length: 25 }, (_, i) => Math.round(10 ** (i / 4)));
const headWidth = 128;

interface Way {
  name: string;
  words: string;
  shape: AttentionShape;
  form: 'plain' | 'absorbed';
}

function waysOf(run: Pick<RunData, 'settings'>): Way[] {
  const heads = Number(run.settings.queryHeads);
  const keyValueRank = Number(run.settings.latentWidth);
  const rotaryWidth = Number(run.settings.rotaryWidth);
  const byHead = (keyValueHeads: number): AttentionShape => ({
    kind: 'heads',
    heads,
    headWidth,
    keyValueHeads,
  });
  const latent: LatentShape = {
    kind: 'latent',
    heads,
    headWidth,
    valueWidth: headWidth,
    keyValueRank,
    rotaryWidth,
  };
  return [
    { name: 'rebuilt', words: 'MLA, keys rebuilt', shape: latent, form: 'plain' },
    { name: 'folded', words: 'MLA, query folded', shape: latent, form: 'absorbed' },
    { name: 'mha', words: 'MHA', shape: byHead(heads), form: 'plain' },
    { name: 'gqa', words: 'GQA, 8 groups', shape: byHead(Math.min(8, heads)), form: 'plain' },
  ];
}

const names = ['rebuilt', 'folded', 'mha', 'gqa'];

/** The ways in a metric, [pasts][ways], as lines. */
function linesOf(run: RunData, metric: string): (Drawn & { way: string })[] {
  const rows = run.metrics[metric] ?? [];
  return waysOf(run).map(({ name, words }, way) => ({
    way: name,
    name: words,
    at: pasts,
    values: rows.map((row) => row[way]),
    like: way,
  }));
}

const mark = (run: RunData) => {
  const past = Number(run.settings.pastTokens);
  return { at: past, words: `${count(past)} tokens` };
};

const x = { label: 'tokens looked back at', scale: 'log' as const, say: count };

export default {
  name: 'brackets',
  plan: {
    kind: 'table',
    compute(settings) {
      const ways = waysOf({ settings });
      const rows = (of: keyof Look) =>
        pasts.map((past) => ways.map(({ shape, form }) => look(shape, form, past)[of]));
      const now = ways.map(({ shape, form }) => look(shape, form, Number(settings.pastTokens)));
      return {
        // A row a length of the past, a column a way.
        metrics: { multiplications: rows('multiplications'), read: rows('read') },
        probes: {
          // [ways, 2] at the context that is set.
          now: {
            shape: [ways.length, 2],
            data: now.flatMap(({ multiplications, read }) => [multiplications, read]),
          },
        },
      };
    },
  },
  title(run, { fold, overMha, lessRead }) {
    if (!(fold > 0)) return 'Four ways to look back, not yet counted';
    const past = count(Number(run.settings.pastTokens));
    const beside =
      overMha > 1
        ? `${value(overMha)} times as many as MHA`
        : `${value(1 / overMha)} times fewer than MHA`;
    return `With ${past} tokens, folding takes ${value(fold)} times fewer multiplications than rebuilding and ${beside}; it reads ${value(lessRead)} times less than MHA`;
  },
  caption:
    'One new token, one layer, heads of 128 channels: multiplications for the scores and the mean of the values, and for rebuilding or folding before that. Below are the numbers read from the cache. MLA reads the same in both forms. Counted, not timed.',
  controls: {
    pastTokens: {},
    queryHeads: {},
    latentWidth: { min: 128, max: 1024, step: 128, default: 512 },
    rotaryWidth: { min: 0, max: 128, step: 32, default: 64 },
  },
  views: [
    {
      view: against({
        name: 'multiplications',
        reads: { metrics: ['multiplications'] },
        x,
        y: { label: 'multiplications for one new token in one layer', scale: 'log', say: value },
        // Groups share what is read, not what is multiplied.
        lines: (run) =>
          linesOf(run, 'multiplications')
            .filter(({ way }) => way !== 'gqa')
            .map((line) => (line.way === 'mha' ? { ...line, name: 'MHA and GQA' } : line)),
        mark,
      }),
    },
    {
      view: against({
        name: 'numbers-read',
        reads: { metrics: ['read'] },
        x,
        y: { label: 'numbers read from the cache', scale: 'log', say: value },
        lines: (run) =>
          linesOf(run, 'read')
            .filter(({ way }) => way !== 'rebuilt')
            .map((line) => (line.way === 'folded' ? { ...line, name: 'MLA, both forms' } : line)),
        mark,
        aspect: 0.34,
      }),
      label: 'Numbers read from the cache',
    },
  ],
  lastStep: pasts.length,
  describe(run, found) {
    if (!(found.fold > 0)) return 'Nothing counted yet.';
    const ways = waysOf(run).map(
      ({ words, name }) =>
        `${words} ${value(found[name])} multiplications and ${value(found[`${name}Read`])} numbers read`,
    );
    return `With ${count(Number(run.settings.pastTokens))} tokens behind it, a new token takes: ${ways.join('; ')}.`;
  },
  findings(run): Findings {
    const now = run.probes.now?.data;
    if (!now) return {};
    const [rebuilt, folded, mha, gqa] = names.map((_, way) => now[2 * way]);
    const [rebuiltRead, foldedRead, mhaRead, gqaRead] = names.map((_, way) => now[2 * way + 1]);
    return {
      rebuilt,
      folded,
      mha,
      gqa,
      rebuiltRead,
      foldedRead,
      mhaRead,
      gqaRead,
      fold: rebuilt / folded,
      overMha: folded / mha,
      lessRead: mhaRead / foldedRead,
      lessReadThanGqa: gqaRead / foldedRead,
    };
  },
  recorded: { default: {} },
} satisfies LabDescription as LabDescription;

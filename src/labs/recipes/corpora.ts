/** One large model, two specialists or a mixture, over what two corpora have in common: station 16. */
import { count, plain, value } from '../../lab/format';
import { laneFindings } from '../../lab/lanes';
import type { Findings, LabDescription, PlannedLane, RunData } from '../../lab/types';
import { against } from '../../views/against';
import { runsOf } from '../../views/series';
import { sheet } from '../../views/sheet';

const lastStep = 313;

/** The ends first, so that the picture is there before the sweep is over. */
const overlaps = [0, 1, 0.5, 0.25, 0.75];

const byOverlap = overlaps.toSorted((a, b) => a - b);

const lanes = (): PlannedLane[] =>
  overlaps.map((overlap) => ({
    name: `o${100 * overlap}`,
    label: `overlap ${overlap}`,
    settings: { overlap },
  }));

/** What stands in the rows of the probe. */
const rows = ['large', 'pair', 'told', 'wrong', 'mixture'] as const;

/** Mean loss on unseen documents of both corpora, by name; nothing before the first look. */
function lossesOf(lane: RunData): Findings {
  const unseen = lane.probes.unseen?.data;
  if (!unseen || !lane.step) return {};
  return Object.fromEntries(
    rows.map((name, row) => [name, (unseen[2 * row] + unseen[2 * row + 1]) / 2]),
  );
}

function ofLane(lane: RunData): Findings {
  const losses = lossesOf(lane);
  if (losses.large === undefined || lane.step < lastStep) return {};
  const [corpus, word, before] = Array.from(lane.probes.tells?.data ?? []);
  const found = lane.probes.found?.data ?? [];
  return {
    ...losses,
    pairLead: losses.large - losses.pair,
    mixtureLead: losses.large - losses.mixture,
    mixtureOverPair: losses.pair - losses.mixture,
    notTold: losses.pair - losses.told,
    corpus,
    word,
    before,
    // Weight of the right specialist before the fifth word and the ninth that can be predicted.
    found4: found[5],
    found8: found[9],
  };
}

/** Lanes in the order of their overlap at which a probe has looked. */
const started = (run: RunData, probe = 'unseen') =>
  runsOf(run)
    .filter((lane) => lane.probes[probe] && lane.step > 0)
    .sort((a, b) => Number(a.settings.overlap) - Number(b.settings.overlap));

/** The overlap from which on the large model is ahead: 0 if it always is, 1 if it never is. */
function crossing(leads: { at: number; lead: number }[]): number {
  const first = leads.findIndex(({ lead }) => lead <= 0);
  if (first <= 0) return first < 0 ? 1 : 0;
  const [a, b] = [leads[first - 1], leads[first]];
  return a.at + ((b.at - a.at) * a.lead) / (a.lead - b.lead);
}

function findings(run: RunData): Findings {
  const all = laneFindings(run, ofLane);
  const leads = byOverlap.map((at) => ({ at, lead: all[`o${100 * at}.pairLead`] }));
  if (leads.some(({ lead }) => lead === undefined)) return all;
  const [lane] = run.lanes ?? [];
  return {
    ...all,
    crossing: crossing(leads),
    /** Of five overlaps those at which the mixture is below both others. */
    mixtureBest: overlaps.filter(
      (at) => all[`o${100 * at}.mixtureLead`] > 0 && all[`o${100 * at}.mixtureOverPair`] > 0,
    ).length,
    floor: Number(lane?.facts?.floor),
    mixtureActive: Number(lane?.facts?.mixtureActive),
    mixtureNumbers: Number(lane?.facts?.mixtureNumbers),
    largeNumbers: Number(lane?.facts?.largeNumbers),
    specialistNumbers: Number(lane?.facts?.specialistNumbers),
  };
}

const mixtureOf = (run: RunData) => `mixture of ${plain(Number(run.settings.experts))}`;

const lossByOverlap = against({
  name: 'loss-by-overlap',
  reads: { probes: ['unseen'], maybe: ['floor'] },
  x: { label: 'share of rules in common', ticks: [0, 0.25, 0.5, 0.75, 1] },
  y: { label: 'loss on unseen documents, nats a word (log scale)', scale: 'log', say: value },
  lines(run) {
    const done = started(run);
    const line = (name: string, of: (typeof rows)[number]) => ({
      name,
      at: done.map(({ settings }) => Number(settings.overlap)),
      values: done.map((lane) => lossesOf(lane)[of]),
    });
    if (!done.length) return [];
    return [
      line('one large', 'large'),
      line('specialists', 'pair'),
      line(mixtureOf(run), 'mixture'),
    ];
  },
  rules(run) {
    const at = Number(started(run)[0]?.facts?.floor);
    return Number.isFinite(at) ? [{ at, words: 'best possible', side: 'left' }] : [];
  },
  aspect: 0.46,
});

const soon = against({
  name: 'found-by-word',
  reads: { probes: ['found'] },
  x: { label: 'words predicted so far' },
  y: { label: 'weight of the right specialist' },
  lines: (run) =>
    started(run, 'found').map(({ settings, probes }) => ({
      name: `overlap ${plain(Number(settings.overlap))}`,
      at: Array.from({ length: 17 }, (_, i) => i),
      values: Array.from(probes.found.data).slice(0, 17),
    })),
  aspect: 0.7,
});

const tells = against({
  name: 'told-by-expert',
  reads: { probes: ['tells'] },
  x: { label: 'share of rules in common', ticks: [0, 0.25, 0.5, 0.75, 1] },
  y: { label: 'share of the uncertainty taken away' },
  lines(run) {
    const done = started(run, 'tells');
    if (!done.length) return [];
    return ['its corpus', 'the word', 'the word before'].map((name, i) => ({
      name,
      at: done.map(({ settings }) => Number(settings.overlap)),
      values: done.map(({ probes }) => probes.tells.data[i]),
    }));
  },
  aspect: 0.7,
});

const sizes = sheet({
  name: 'losses-by-overlap',
  reads: { probes: ['unseen'] },
  nothing: 'Nothing has been trained yet.',
  of(run) {
    return {
      columns: [
        'overlap',
        'one large',
        'specialists',
        '… told the corpus',
        'the wrong one',
        mixtureOf(run),
      ],
      rows: started(run).map((lane) => {
        const losses = lossesOf(lane);
        return [plain(Number(lane.settings.overlap)), ...rows.map((name) => value(losses[name]))];
      }),
    };
  },
});

/** "Two specialists win below an overlap of 0.52, one large model above it". */
function winners(found: Findings): string {
  const at = found.crossing;
  const ahead = byOverlap.map((overlap) => found[`o${100 * overlap}.pairLead`] > 0);
  if (ahead.some((wins, i) => wins && ahead[i - 1] === false))
    return 'Two specialists and one large model take turns as the overlap grows';
  if (at <= 0) return 'One large model beats two specialists at every overlap';
  if (at >= 1) return 'Two specialists beat one large model at every overlap';
  return `Two specialists win below an overlap of ${at.toFixed(2)}, one large model above it`;
}

export default {
  name: 'corpora',
  experiment: 'corpora',
  plan: { kind: 'sweep', lanes, lastStep },
  title(run, found) {
    if (found.crossing === undefined) {
      const done = (run.lanes ?? []).filter(({ step }) => step >= lastStep).length;
      if (!done) return 'One large model, two specialists and a mixture, not yet trained';
      return `${count(done)} of five overlaps are trained: the ends come first`;
    }
    const best = found.mixtureBest;
    const places = ['none', 'one', 'two', 'three', 'four', 'all'][best];
    return `${winners(found)}; the ${mixtureOf(run)} beats both at ${places} of five`;
  },
  caption:
    'At each of five overlaps, four models read the same documents, sixteen of each corpus in a step: a layer of 48 units, which reads both corpora; two specialists of 24 units, each of which reads one; and a mixture of experts of 12 units, two of which take each word. The specialists answer together, each weighed by how well it has predicted the document so far. The loss is on documents that nobody has read.',
  controls: {
    experts: { min: 2, max: 16, step: 2, default: 4 },
    documents: { max: 5000 },
    learningRate: { min: 0.001, max: 0.03, default: 0.008 },
  },
  fixed: { overlap: 0 },
  views: [
    { view: lossByOverlap },
    { view: sizes, label: 'Loss on unseen documents' },
    { view: soon, label: 'How soon a document gives its corpus away', size: 'half' },
    { view: tells, label: 'What the mixture sorts by', size: 'half' },
  ],
  lastStep,
  describe(run) {
    const done = started(run);
    if (!done.length) return 'Nothing trained yet.';
    const words = done.map((lane) => {
      const { large, pair, mixture } = lossesOf(lane);
      return `overlap ${plain(Number(lane.settings.overlap))}: one large ${value(large)}, two specialists ${value(pair)}, mixture ${value(mixture)}`;
    });
    return `Loss on unseen documents, at ${words.join('; at ')}.`;
  },
  findings,
  strip: [
    { finding: 'crossing', label: 'overlap from which one large model is ahead' },
    { finding: 'o50.mixtureLead', label: 'mixture ahead of the large model at ½', unit: 'nats' },
  ],
  goals: [
    {
      name: 'both',
      words:
        'At an overlap of ½, a mixture whose loss is at least 0.01 below both others, with fewer numbers at work than the large model.',
      met: (_run, _answers, found) =>
        found['o50.mixtureLead'] >= 0.01 &&
        found['o50.mixtureOverPair'] >= 0.01 &&
        found.mixtureActive < found.largeNumbers,
    },
  ],
  nameRun: mixtureOf,
  recorded: {
    default: { settings: {}, seeds: 4 },
    eight: { settings: { experts: 8 }, seeds: 3 },
  },
} satisfies LabDescription as LabDescription;

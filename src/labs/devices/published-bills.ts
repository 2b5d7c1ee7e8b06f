/** The bill of released models beside the one of our small cluster, by counting: station 09. */
import { percent } from '../../lab/format';
import { fractions } from '../../lab/fractions';
import type { Findings, LabDescription, RunData } from '../../lab/types';
import { isSparseLayer } from '../../model/accounting/architecture';
import { expectedDevices, shareOfSetsWithin } from '../../model/accounting/communication';
import { groupsByRule } from '../../model/accounting/group-chance';
import { type ReleasedModel, released } from '../../model/accounting/released';
import { experts, topK } from '../../model/experiments/devices/shared/yard';
import { sheet } from '../../views/sheet';

interface Case {
  name: string;
  label: string;
  experts: number;
  topK: number;
  /** Sparse layers, and numbers of a token. */
  layers: number;
  dim: number;
  /** Experts that a device or node is scored by. */
  best: number;
}

/** Devices or nodes that the experts stand on, in all three. */
const groups = 8;

const modelNamed = (name: string) => released.find((model) => model.name === name)!;

function caseOf({ name, model, architecture }: ReleasedModel, best: number): Case {
  const sparse = architecture.layers.filter(isSparseLayer);
  const { experts, topK } = sparse[0].feedForward;
  return {
    name,
    label: model,
    experts,
    topK,
    layers: sparse.length,
    dim: architecture.dim,
    best,
  };
}

const v3 = caseOf(modelNamed('deepseek-v3'), 2);
const v2 = caseOf(modelNamed('deepseek-v2'), 1);
const ours: Case = {
  ...v3,
  name: 'ours',
  label: 'our cluster, as wide as V3',
  experts,
  topK,
  layers: 1,
  best: 1,
};
const cases = [ours, v2, v3];

/** One byte a number on the way there, two back. */
const bytesOfTrip = (dim: number) => dim * (1 + 2);
const kibibyte = 1024;

/** What each column of a row says: [experts, k, free, limited, allowed, KiB per expert, KiB free, KiB limited, MiB of all layers]. */
function rowOf({ experts, topK, layers, dim, best }: Case, limit: number): number[] {
  const free = expectedDevices(experts, topK, groups);
  const within =
    limit < groups ? groupsByRule({ experts, topK, groups, limit, best }, fractions(1)) : free;
  const kib = (trips: number) => (trips * bytesOfTrip(dim)) / kibibyte;
  return [
    experts,
    topK,
    free,
    within,
    shareOfSetsWithin(experts, topK, groups, limit),
    kib(topK),
    kib(free),
    kib(within),
    (kib(within) * layers) / kibibyte,
  ];
}

const rowsOf = (run: RunData): number[][] => {
  const data = Array.from(run.probes.bills?.data ?? []);
  const width = data.length / cases.length;
  return width ? cases.map((_, i) => data.slice(i * width, (i + 1) * width)) : [];
};

const shown = {
  reads: { probes: ['bills'], facts: ['cases'] },
  nothing: 'Nothing has been counted yet.',
};

export default {
  name: 'published-bills',
  plan: {
    kind: 'table',
    compute({ mostGroups }) {
      const rows = cases.map((each) => rowOf(each, Number(mostGroups)));
      return {
        facts: { cases: cases.map(({ label }) => label) },
        metrics: { devices: rows.map((row) => [row[3]]) },
        probes: { bills: { shape: [rows.length, rows[0].length], data: rows.flat() } },
      };
    },
  },
  title(run, { v3Free, v3Within, v3Kib }) {
    if (v3Free === undefined) return 'Bills of released models, not yet counted';
    const most = Number(run.settings.mostGroups);
    if (most >= groups)
      return `Without a limit a token of DeepSeek-V3 would reach ${v3Free.toFixed(2)} of 8 nodes by chance, for ${v3Kib.toFixed(0)} KiB a layer`;
    return `With at most ${most} of 8 nodes, a token of DeepSeek-V3 reaches ${v3Within.toFixed(2)} by chance, for ${v3Kib.toFixed(0)} KiB a layer; without a limit, ${v3Free.toFixed(2)}`;
  },
  caption:
    'Nothing is trained here: scores are random and alike for all experts, and the published rule chooses. Eight devices (V2) or eight nodes (V3) hold equally many experts. A token is sent once to each one that it uses, its home included, with one byte for each number on the way there and two on the way back.',
  controls: { mostGroups: { default: 4, change: 'live' } },
  views: [
    {
      view: sheet({
        ...shown,
        name: 'published-visits',
        of: (run) => ({
          columns: [
            'model',
            'experts, per token',
            'without a limit',
            'limited',
            'sets that remain',
          ],
          rows: rowsOf(run).map((row, i) => [
            cases[i].label,
            `${row[0]}, ${row[1]}`,
            row[2].toFixed(2),
            row[3].toFixed(2),
            percent(row[4], row[4] < 0.01 ? 3 : 1),
          ]),
        }),
      }),
      label: 'Devices or nodes of a token, by chance',
    },
    {
      view: sheet({
        ...shown,
        name: 'published-bytes',
        of: (run) => ({
          columns: ['model', 'for each expert', 'without a limit', 'limited', 'all layers, MiB'],
          rows: rowsOf(run).map((row, i) => [
            cases[i].label,
            ...row.slice(5, 8).map((kib) => kib.toFixed(0)),
            row[8].toFixed(2),
          ]),
        }),
      }),
      label: 'KiB for one token and layer: a copy for each expert, or for each device or node',
    },
  ],
  lastStep: cases.length,
  describe(_, { oursFree, v2Free, v3Free, oursWithin, v2Within, v3Within }) {
    if (v3Free === undefined) return 'Nothing counted yet.';
    const words = [
      ['our cluster', oursFree, oursWithin],
      ['V2', v2Free, v2Within],
      ['V3', v3Free, v3Within],
    ].map(
      ([name, free, within]) =>
        `${name} ${(free as number).toFixed(2)} free and ${(within as number).toFixed(2)} limited`,
    );
    return `Devices or nodes of a token by chance: ${words.join(', ')}.`;
  },
  findings(run): Findings {
    const [own, second, third] = rowsOf(run);
    if (!third) return {};
    const of = (name: string, row: number[]) => ({
      [`${name}Free`]: row[2],
      [`${name}Within`]: row[3],
      [`${name}Sets`]: row[4],
      [`${name}KibPerExpert`]: row[5],
      [`${name}KibFree`]: row[6],
      [`${name}Kib`]: row[7],
      [`${name}Mib`]: row[8],
    });
    return { ...of('ours', own), ...of('v2', second), ...of('v3', third) };
  },
  recorded: {
    default: {},
    m3: { mostGroups: 3 },
    m2: { mostGroups: 2 },
  },
} satisfies LabDescription as LabDescription;

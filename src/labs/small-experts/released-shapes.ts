/** Layers of released models, scaled down: station 07. */
import { count, percent, plain, value } from '../../lab/format';
import { recent } from '../../lab/run';
import type { Findings, LabDescription, Preset, RunData } from '../../lab/types';
import { type ReleasedModel, released } from '../../model/accounting/released';
import type { Plain } from '../../model/experiments/types';
import { curves } from '../../views/curves';
import { sheet } from '../../views/sheet';
import { kindMap } from './shared/kinds';
import { setsInWords } from './shared/sets';

/** In the order of the menu: by DeepSeek, then others, the oldest first. */
const offered = [
  'deepseekmoe-16b',
  'deepseek-v2',
  'deepseek-v3',
  'mixtral-8x7b',
  'qwen1.5-moe',
  'olmoe',
  'qwen3-30b',
  'gpt-oss-120b',
  'glm-4.5',
  'kimi-k2',
];

const modelOf = (name: string): ReleasedModel => released.find((each) => each.name === name)!;

const presets: Preset[] = offered.map((name) => ({
  name,
  label: modelOf(name).model,
  inputs: () => ({ configuration: { configuration: modelOf(name).config as Plain } }),
}));

const fact = (run: RunData, name: string): number => Number(run.facts?.[name]);

/** "64 experts, 6 chosen, 2 shared". */
function shapeOf(run: RunData): string {
  const shared = fact(run, 'shared');
  return `${fact(run, 'experts')} experts, ${fact(run, 'topK')} chosen${shared ? `, ${shared} shared` : ''}`;
}

const tens = (share: number) => percent(share, share < 0.01 ? 2 : share < 0.1 ? 1 : 0);

const scale = sheet({
  name: 'scale',
  reads: {
    facts: [
      'experts',
      'width',
      'modelWidth',
      'hidden',
      'modelHidden',
      'units',
      'modelUnits',
      'allUnits',
      'modelAllUnits',
      'routerShare',
      'modelRouterShare',
      'modelLayers',
      'tokensPerExpert',
      'sets',
      'compared',
    ],
    probes: ['setsInUse'],
  },
  nothing: 'No configuration has been read yet.',
  aspect: 0.3,
  narrowAspect: 0.9,
  of(run) {
    if (!run.facts?.experts) return { columns: ['', 'the model', 'here'], rows: [] };
    const pair = (words: string, theirs: string, ours: string, say = count) => [
      words,
      say(fact(run, theirs)),
      say(fact(run, ours)),
    ];
    return {
      columns: ['one layer', 'the model', 'here'],
      rows: [
        pair('width of a token', 'modelWidth', 'width'),
        pair('units of an expert', 'modelHidden', 'hidden'),
        pair('units at work on a token', 'modelUnits', 'units'),
        pair('units in all', 'modelAllUnits', 'allUnits'),
        pair('router’s share of the arithmetic', 'modelRouterShare', 'routerShare', tens),
        ['layers', count(fact(run, 'modelLayers')), '1'],
        ['tokens of a step per expert, on average', '–', plain(fact(run, 'tokensPerExpert'))],
        [
          'sets of chosen experts',
          `${setsInWords(fact(run, 'sets'))} possible`,
          `${count(run.probes.setsInUse?.data[0] ?? 0)} in use among ${fact(run, 'compared')} tokens`,
        ],
      ],
    };
  },
});

function findings(run: RunData): Findings {
  const loss = recent(run, 'loss', 0.05)[0];
  if (loss === undefined || !run.facts?.experts) return {};
  return {
    loss,
    routerShare: fact(run, 'routerShare'),
    modelRouterShare: fact(run, 'modelRouterShare'),
    setsInUse: run.probes.setsInUse?.data[0] ?? 0,
    scale: fact(run, 'modelUnits') / fact(run, 'units'),
    allUnits: fact(run, 'allUnits'),
    tokensPerExpert: fact(run, 'tokensPerExpert'),
  };
}

export default {
  name: 'released-shapes',
  experiment: 'released-shape',
  title(run, { loss, routerShare, modelRouterShare }) {
    if (loss === undefined)
      return 'A released model’s layer of experts, scaled down, not yet trained';
    return `${shapeOf(run)}: the router takes ${tens(routerShare)} of the arithmetic here, ${tens(modelRouterShare)} in the model`;
  },
  caption:
    'This is one layer of a released model. The numbers of experts are the model’s own; units and widths are scaled down until about 64 units are at work on a token of 24 numbers. All shapes are trained alike: gates divided by their sum, the Switch loss, and 128 tokens a step. A token has two of sixteen kinds, and one part of the answer is common to all tokens. The faint curves are Mixtral’s shape and DeepSeek-V3’s.',
  controls: { learningRate: { min: 0.002, max: 0.05 } },
  presets,
  views: [
    {
      view: curves({
        name: 'shape-loss',
        of: 'loss',
        label: 'loss, as a share of the answers’ variance (log scale)',
        share: 0.05,
      }),
    },
    { view: scale, label: 'The scale' },
    { view: kindMap, label: 'Which expert takes which kind' },
  ],
  lastStep: 600,
  describe(run, { loss, scale }) {
    if (loss === undefined) return 'Nothing trained yet.';
    return `${shapeOf(run)}. One unit here stands for ${count(scale)} of the model’s. The loss is ${value(loss)} after ${count(run.step)} steps.`;
  },
  findings,
  strip: [{ finding: 'loss', label: 'loss' }],
  nameRun: shapeOf,
  behind: ['mixtral', 'v3'],
  recorded: {
    default: { settings: {}, seeds: 3 },
    v3: { settings: {}, preset: 'deepseek-v3', seeds: 3 },
    mixtral: { settings: {}, preset: 'mixtral-8x7b', seeds: 3 },
  },
} satisfies LabDescription as LabDescription;

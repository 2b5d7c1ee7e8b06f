/** Is it faster? What a pass with a draft costs, and what it brings, by the depth of the model: station 14. */
import { count, listed, value } from '../../lab/format';
import type { Findings, LabDescription, PlannedLane, RunData } from '../../lab/types';
import { against } from '../../views/against';
import { asUsual, countedOf, tokensPerPass } from './shared/answers';

const depths = [1, 2, 4, 8];

const lanes = (): PlannedLane[] =>
  depths.map((layers) => ({
    name: `layers${layers}`,
    label: `${layers} ${layers === 1 ? 'layer' : 'layers'}`,
    settings: { modelLayers: layers },
  }));

interface Measured {
  layers: number;
  /** Characters a pass with one draft. */
  tokens: number;
  /** Seconds of a pass with a draft over those of one without. */
  cost: number;
}

const measuredOf = (run: RunData): Measured[] =>
  (run.lanes ?? []).flatMap((lane) => {
    const [none, one] = countedOf(lane);
    if (!none || !one) return [];
    return [
      {
        layers: Number(lane.settings.modelLayers),
        tokens: tokensPerPass(one),
        cost: one.passSeconds / none.passSeconds,
      },
    ];
  });

const layered = (all: Measured[]) =>
  `${listed(all.map(({ layers }) => count(layers)))} ${all.at(-1)?.layers === 1 ? 'layer' : 'layers'}`;

export default {
  name: 'clock',
  experiment: 'foreteller',
  plan: { kind: 'race', lanes, axes: ['steps'] },
  title(run) {
    const all = measuredOf(run);
    if (!all.length) return 'Four models of different depth, none of them timed yet';
    const faster = all.filter(({ tokens, cost }) => tokens > cost);
    if (!faster.length) return `A draft slows writing down at every depth: ${layered(all)}`;
    if (faster.length === all.length)
      return `A draft speeds writing up at every depth: ${layered(all)}`;
    const slower = all.filter((each) => !faster.includes(each));
    return `With ${layered(slower)} a draft costs more time than it saves; with ${layered(faster)} it pays`;
  },
  caption:
    'Models of 1 to 8 layers, each with one module, train side by side for 60 steps. Then they are timed as they continue the same beginnings, by turns without drafts and with one draft for each pass. Where the characters of a pass lie above its time, writing is faster. The time of a pass is that of the quickest tenth, on the device that ran it; without drafts, that of the quicker of two ways to read.',
  controls: {
    writingTemperature: {},
    learningRate: { default: 0.02 },
  },
  fixed: {
    ...asUsual,
    foretells: 'sequential',
    further: 1,
    furtherWeight: 0.3,
    shaped: true,
    modelLayers: 2,
    drafts: 1,
    rateSteps: 60,
  },
  views: [
    {
      view: against({
        name: 'cost-and-gain',
        reads: { answers: ['counted'] },
        x: { label: 'layers of the model', ticks: depths },
        y: { label: 'of a pass with one draft, over one without' },
        lines(run) {
          const all = measuredOf(run);
          const at = all.map(({ layers }) => layers);
          return [
            { name: 'characters a pass', at, values: all.map(({ tokens }) => tokens) },
            { name: 'time of a pass', at, values: all.map(({ cost }) => cost) },
          ];
        },
      }),
    },
  ],
  asks: {
    counted: {
      act: 'count',
      every: 60_000,
      with: ({ writingTemperature }) => ({
        drafts: 1,
        temperature: writingTemperature,
        texts: 4,
        count: 32,
      }),
    },
  },
  lastStep: 60,
  describe(run) {
    const all = measuredOf(run);
    if (!all.length) return 'Nothing timed yet.';
    const words = all.map(
      ({ layers, tokens, cost }) =>
        `${layers}: ${value(tokens)} characters for ${value(cost)} times the time, ${value(tokens / cost)} times as fast`,
    );
    return `A pass with one draft, by the number of layers. ${words.join('; ')}.`;
  },
  findings(run): Findings {
    const all = measuredOf(run);
    return Object.fromEntries(
      depths.flatMap((layers) => {
        const found = all.find((each) => each.layers === layers);
        return [
          [`cost${layers}`, found?.cost ?? 0],
          [`tokens${layers}`, found?.tokens ?? 0],
          [`speed${layers}`, found ? found.tokens / found.cost : 0],
        ];
      }),
    );
  },
  strip: [
    { finding: 'speed2', label: 'times as fast, 2 layers' },
    { finding: 'speed8', label: 'times as fast, 8 layers' },
  ],
  recorded: { default: { settings: {}, seeds: 3 } },
} satisfies LabDescription as LabDescription;

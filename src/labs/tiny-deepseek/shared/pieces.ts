/** The pieces of the whole model as switches: what is set with each in and with it out. */
import type { Settings } from '../../../model/experiments/types';
import { blocks, type Drawn } from '../../../views/marks/glyph';
import type { Piece, Stop } from '../../../views/wiring';

const nodes = 4;

const number = (settings: Settings, name: string) => Number(settings[name]);
const hasExperts = ({ sparse }: Settings) => sparse !== 'none';

/** Units of an expert with which about as many numbers work on a character. */
const unitsOf = (sliced: boolean, shared: boolean) =>
  sliced ? (shared ? 16 : 20) : shared ? 28 : 40;

const isSliced = (settings: Settings) => number(settings, 'experts') > 8;
const isShared = (settings: Settings) => number(settings, 'sharedExperts') > 0;

const latent: Piece = {
  name: 'latent',
  label: 'latent attention',
  isOn: ({ attention }) => attention !== 'heads',
  turned: (_, on) => ({ attention: on ? 'latent-rotary' : 'heads' }),
  says({ attention, latentWidth, rotaryWidth, keyValueHeads }) {
    if (attention === 'heads')
      return `keys and values of ${keyValueHeads} ${keyValueHeads === 1 ? 'head' : 'heads'}`;
    return `${latentWidth} numbers for content, ${rotaryWidth} for position`;
  },
  draws(settings): Drawn {
    const { latentWidth, rotaryWidth, keyValueHeads } = settings;
    if (latent.isOn(settings))
      return {
        groups: [blocks(Number(latentWidth), 'full'), blocks(Number(rotaryWidth), 'pale')],
        size: 6,
      };
    return {
      groups: Array.from({ length: Number(keyValueHeads) }, () => blocks(16, 'full')),
      size: 1,
    };
  },
};

const gates: Piece = {
  name: 'gates',
  label: 'sigmoid gates',
  applies: hasExperts,
  isOn: ({ router }) => router === 'sigmoid-normalised',
  turned: (_, on) => ({ router: on ? 'sigmoid-normalised' : 'softmax-top-k' }),
  says: (settings) => (gates.isOn(settings) ? 'each score by itself' : 'softmax: scores compete'),
  draws: (settings) =>
    gates.isOn(settings)
      ? { groups: [3, 2, 4, 1].map((wide) => [{ look: 'full', wide }]), size: 6 }
      : { groups: [[3, 2, 4, 1].map((wide) => ({ look: 'pale' as const, wide }))], size: 6 },
};

/** Two switches, one setting. */
const keepsEven = (bias: boolean, loss: boolean) =>
  bias ? (loss ? 'both' : 'bias') : loss ? 'loss' : 'none';
const hasBias = ({ keepsEven: by }: Settings) => by === 'both' || by === 'bias';
const hasLoss = ({ keepsEven: by }: Settings) => by === 'both' || by === 'loss';

const bias: Piece = {
  name: 'bias',
  label: 'a bias that balances',
  applies: hasExperts,
  isOn: hasBias,
  turned: (settings, on) => ({ keepsEven: keepsEven(on, hasLoss(settings)) }),
  says: (settings) => (hasBias(settings) ? `moves by ${settings.biasRate} a step` : 'no bias'),
  draws: (settings) => ({
    groups: [
      hasBias(settings)
        ? (['full', 'empty', 'full', 'pale'] as const).map((look) => ({ look }))
        : blocks(4, 'barred'),
    ],
  }),
};

const limit: Piece = {
  name: 'limit',
  label: 'a limit on nodes',
  applies: hasExperts,
  isOn: (settings) => number(settings, 'mostGroups') < nodes,
  turned: (_, on) => ({ mostGroups: on ? 2 : nodes }),
  says: ({ mostGroups }) =>
    mostGroups === nodes ? 'all four are open' : `${mostGroups} of four are open`,
  draws: ({ mostGroups }) => ({
    groups: Array.from({ length: nodes }, (_, node) => [
      { look: node < Number(mostGroups) ? 'empty' : 'barred', wide: 2 },
    ]),
  }),
};

const experts: Piece = {
  name: 'experts',
  label: 'experts',
  isOn: hasExperts,
  turned: (_, on) => ({ sparse: on ? 'but-first' : 'none' }),
  says: (settings) =>
    hasExperts(settings) ? 'some work, the others wait' : 'a dense network in each layer',
  draws: (settings) => ({
    groups: [
      hasExperts(settings)
        ? (['full', 'empty', 'empty', 'full'] as const).map((look) => ({ look }))
        : [{ look: 'full', wide: 4 }],
    ],
  }),
};

const slices: Piece = {
  name: 'slices',
  label: 'slices',
  applies: hasExperts,
  isOn: isSliced,
  turned: (settings, on) => ({
    experts: on ? 16 : 8,
    topK: on ? 4 : 2,
    expertHidden: unitsOf(on, isShared(settings)),
  }),
  says: (settings) =>
    `${settings.topK} of ${settings.experts}, ${settings.expertHidden} units each`,
  draws(settings) {
    const each = Math.max(1, Math.floor(number(settings, 'experts') / nodes));
    const most = Math.min(nodes, number(settings, 'mostGroups'));
    // As many as are chosen, spread over the nodes that may be open.
    return {
      groups: Array.from({ length: nodes }, (_, node) => {
        const chosen = number(settings, 'topK');
        const here = node < most ? Math.ceil((chosen - node) / most) : 0;
        return [
          ...blocks(Math.min(each, Math.max(0, here)), 'full'),
          ...blocks(Math.max(0, each - Math.max(0, here)), 'empty'),
        ];
      }),
      size: isSliced(settings) ? 7 : 11,
    };
  },
};

const shared: Piece = {
  name: 'shared',
  label: 'a shared expert',
  applies: hasExperts,
  isOn: isShared,
  turned: (settings, on) => ({
    sharedExperts: on ? 1 : 0,
    expertHidden: unitsOf(isSliced(settings), on),
  }),
  says: ({ sharedExperts }) =>
    sharedExperts === 0
      ? 'no expert answers every character'
      : `${sharedExperts === 1 ? 'one answers' : `${sharedExperts} answer`} every character`,
  draws: (settings) => ({
    groups: [
      isShared(settings) ? blocks(number(settings, 'sharedExperts'), 'full') : blocks(1, 'barred'),
    ],
  }),
};

const module: Piece = {
  name: 'module',
  label: 'multi-token module',
  isOn: (settings) => number(settings, 'predictors') > 0,
  turned: (_, on) => ({ predictors: on ? 1 : 0 }),
  says: ({ predictors }) =>
    predictors === 0
      ? 'nobody looks further'
      : `${predictors === 1 ? 'predicts one character' : `${predictors} predict characters`} further`,
  draws: ({ predictors }) => ({
    groups: [
      blocks(1, 'pale'),
      Number(predictors) > 0 ? blocks(Number(predictors), 'full') : blocks(1, 'barred'),
    ],
  }),
};

const rows: Piece = {
  name: 'rows',
  label: 'a small loss within rows',
  applies: hasExperts,
  isOn: hasLoss,
  turned: (settings, on) => ({ keepsEven: keepsEven(hasBias(settings), on) }),
  says: (settings) =>
    hasLoss(settings) ? `weighs ${settings.balanceStrength}` : 'no balancing loss',
  draws: (settings) => ({
    groups: [hasLoss(settings) ? blocks(4, 'pale') : blocks(4, 'barred')],
  }),
};

export const stops: Stop[] = [
  { label: 'embedding', words: 'a character becomes 32 numbers', pieces: [] },
  { label: 'attention', words: 'what is kept of a character', pieces: [latent], layered: true },
  { label: 'router', words: 'who answers', pieces: [gates, bias, limit], layered: true },
  {
    label: 'answers',
    words: 'added to the 32 numbers',
    pieces: [experts, slices, shared],
    layered: true,
  },
  { label: 'head', words: 'predicts the next character', pieces: [module] },
  { label: 'loss', words: 'trains all of it:', pieces: [rows] },
];

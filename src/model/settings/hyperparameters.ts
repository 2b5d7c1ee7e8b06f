/**
 * The one table of everything a reader can set. Menus, addresses, checks and captions read it;
 * no TensorFlow.js here, so a page draws its controls without loading any.
 * A lab picks entries by name and may narrow the range or change the default.
 */

/** What a change of the setting does to a running model. */
export type Change =
  /** One small buffer is written: the next step uses it. */
  | 'live'
  /** The step is captured again; parameters and optimizer state stay. */
  | 'rebuild'
  /** The shapes or the data change: training starts anew. */
  | 'restart';

interface Common {
  label: string;
  /** As in the equations, TeX-free: "α", "E", "k". */
  symbol?: string;
  /** One sentence: what it does. */
  help: string;
  change: Change;
  /** Glossary entry, where there is one. */
  term?: string;
}

export interface NumberSetting extends Common {
  kind: 'number';
  min: number;
  max: number;
  /** Distance between slider stops; on a log scale, the number of stops per decade. */
  step: number;
  scale?: 'linear' | 'log';
  integer?: boolean;
  /** Log scales cannot show 0; this adds it as the lowest stop ("off"). */
  zero?: boolean;
  default: number;
  unit?: string;
}

export interface ChoiceSetting extends Common {
  kind: 'choice';
  /** The values, or the folder of src/model whose members they are. */
  options:
    | { value: string; label: string }[]
    | { members: 'routers' | 'balancing' | 'tasks' | 'optimizers' };
  default: string;
}

export interface SwitchSetting extends Common {
  kind: 'switch';
  default: boolean;
}

export type Hyperparameter = NumberSetting | ChoiceSetting | SwitchSetting;

export const hyperparameters = {
  learningRate: {
    kind: 'number',
    label: 'learning rate',
    symbol: 'η',
    change: 'live',
    help: 'Size of each step along the negative gradient.',
    min: 1e-4,
    max: 0.3,
    step: 6,
    scale: 'log',
    default: 0.01,
  },
  hidden: {
    kind: 'number',
    label: 'hidden units',
    symbol: 'n',
    change: 'restart',
    help: 'Units in the hidden layer.',
    min: 1,
    max: 128,
    step: 1,
    integer: true,
    default: 32,
  },
  activation: {
    kind: 'choice',
    label: 'activation',
    change: 'rebuild',
    help: 'The function each hidden unit applies.',
    options: [
      { value: 'relu', label: 'ReLU' },
      { value: 'tanh', label: 'tanh' },
      { value: 'square', label: 'square (a polynomial)' },
    ],
    default: 'relu',
  },
  batch: {
    kind: 'number',
    label: 'batch',
    symbol: 'B',
    change: 'restart',
    help: 'Tokens per training step.',
    min: 16,
    max: 1024,
    step: 16,
    integer: true,
    default: 128,
    unit: 'tokens',
  },
  experts: {
    kind: 'number',
    label: 'experts',
    symbol: 'E',
    change: 'restart',
    term: 'expert',
    help: 'How many experts the router can choose from.',
    min: 2,
    max: 16,
    step: 1,
    integer: true,
    default: 8,
  },
  topK: {
    kind: 'number',
    label: 'experts per token',
    symbol: 'k',
    change: 'rebuild',
    term: 'top-k',
    help: 'How many experts each token is sent to.',
    min: 1,
    max: 8,
    step: 1,
    integer: true,
    default: 2,
  },
  router: {
    kind: 'choice',
    label: 'router',
    change: 'rebuild',
    term: 'router',
    help: 'How scores become a choice.',
    options: { members: 'routers' },
    default: 'softmax-top-k',
  },
  balancer: {
    kind: 'choice',
    label: 'balancer',
    change: 'rebuild',
    term: 'balancer',
    help: 'What keeps the load even.',
    options: { members: 'balancing' },
    default: 'none',
  },
  balanceStrength: {
    kind: 'number',
    label: 'balance strength',
    symbol: 'α',
    change: 'live',
    help: 'Weight of the balancing loss beside the task loss.',
    min: 1e-4,
    max: 1,
    step: 6,
    scale: 'log',
    zero: true,
    default: 0.01,
  },
  biasRate: {
    kind: 'number',
    label: 'bias step',
    symbol: 'γ',
    change: 'live',
    help: 'How far the selection bias moves after each step.',
    min: 1e-4,
    max: 0.1,
    step: 6,
    scale: 'log',
    default: 0.003,
  },
  zLoss: {
    kind: 'number',
    label: 'router z-loss',
    change: 'live',
    term: 'z-loss',
    help: 'Weight of the penalty on large router logits.',
    min: 1e-4,
    max: 0.1,
    step: 3,
    scale: 'log',
    zero: true,
    default: 0,
  },
  jitter: {
    kind: 'number',
    label: 'jitter',
    symbol: 'ε',
    change: 'live',
    help: 'Random factor between 1 − ε and 1 + ε on the router’s input.',
    min: 0,
    max: 0.5,
    step: 0.01,
    default: 0,
  },
  capacityFactor: {
    kind: 'number',
    label: 'capacity factor',
    change: 'live',
    term: 'capacity',
    help: 'Room per expert, as a multiple of its fair share; tokens beyond it are dropped.',
    min: 0.25,
    max: 8,
    step: 0.25,
    default: 8,
  },
  fault: {
    kind: 'choice',
    label: 'fault',
    change: 'rebuild',
    help: 'A mistake in the balancing code, to be found by what it does.',
    options: [
      { value: 'none', label: 'none' },
      { value: 'loss-never-added', label: 'A' },
      { value: 'load-after-capacity', label: 'B' },
      { value: 'loss-is-constant', label: 'C' },
    ],
    default: 'none',
  },
} satisfies Record<string, Hyperparameter>;

export type HyperparameterName = keyof typeof hyperparameters;

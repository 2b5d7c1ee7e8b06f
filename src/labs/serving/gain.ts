/** What it brings to serve several at once, for a mixture and for a dense model: station 15. */
import { count, value } from '../../lab/format';
import { listOf } from '../../lab/run';
import type { Findings, LabDescription, RunData } from '../../lab/types';
import { readTogether, textsForArithmetic, tokensPerSecond } from '../../model/accounting/reading';
import type { Settings } from '../../model/experiments/types';
import { expectedTouched } from '../../model/serving/touched';
import { against, type Drawn } from '../../views/against';
import type { Side } from '../../views/axes';
import { activeOf, gigabyte, servableNamed } from './shared/machines';

const sizes = Array.from({ length: 15 }, (_, i) => 2 ** i);

interface Speeds {
  /** Tokens a second of all users. */
  mixture: number;
  dense: number;
}

function speedsAt(settings: Settings, users: number): Speeds {
  const weights = servableNamed(String(settings.servedModel));
  const active = activeOf(weights);
  const bytes = Number(settings.weightBits) / 8;
  const machine = {
    memory: Number(settings.memoryRate) * gigabyte,
    arithmetic: Number(settings.arithmetic) * 1e12,
  };
  const of = (read: number) => tokensPerSecond(read * bytes, active, users, machine);
  return { mixture: of(readTogether(weights, users)), dense: of(active) };
}

/** Users from which arithmetic is the limit. */
function limitsOf(settings: Settings): Speeds {
  const weights = servableNamed(String(settings.servedModel));
  const active = activeOf(weights);
  const bytes = Number(settings.weightBits) / 8;
  const machine = {
    memory: Number(settings.memoryRate) * gigabyte,
    arithmetic: Number(settings.arithmetic) * 1e12,
  };
  return {
    mixture: textsForArithmetic(weights.all * bytes, active, machine),
    dense: textsForArithmetic(active * bytes, active, machine),
  };
}

const usersOf = (run: RunData) => Number(run.settings.users);

const mark = (run: RunData) =>
  run.facts?.sizes
    ? {
        at: usersOf(run),
        words: `${count(usersOf(run))} ${usersOf(run) === 1 ? 'user' : 'users'}`,
      }
    : undefined;

/** By the sizes that were counted: all users together, or each of them. */
const curvesOf = (run: RunData, each: boolean): Drawn[] => {
  const sizes = listOf<number>(run, 'sizes');
  return (['mixture', 'dense'] as const).map((name) => ({
    name,
    at: sizes,
    values: listOf<number>(run, name).map((speed, i) => speed / (each ? sizes[i] : 1)),
  }));
};

const users: Side = {
  label: 'users at once (log scale)',
  scale: 'log',
  say: count,
  ticks: [1, 16, 256, 4096],
};

export default {
  name: 'gain',
  plan: {
    kind: 'table',
    compute(settings) {
      const { mixture, dense } = speedsAt(settings, Number(settings.users));
      const { experts, topK } = servableNamed(String(settings.servedModel));
      const speeds = sizes.map((users) => speedsAt(settings, users));
      return {
        facts: {
          sizes,
          mixture: speeds.map((each) => each.mixture),
          dense: speeds.map((each) => each.dense),
          inUse: sizes.map((users) => expectedTouched(experts, topK, users) / experts),
        },
        // A row a number of users.
        metrics: { speeds: speeds.map((each) => [each.mixture, each.dense]) },
        probes: { speeds: { shape: [2], data: [mixture, dense] } },
      };
    },
  },
  title(run, { gain, denseGain }) {
    const { model } = servableNamed(String(run.settings.servedModel));
    const n = usersOf(run);
    if (gain === undefined) return 'Users of a released model, not yet counted';
    if (n === 1) return `For one user, ${model} writes as fast as a dense model of its active size`;
    return `${count(n)} users instead of one: ${model} writes ${value(gain)} times as many tokens a second in all, a dense model of its active size ${value(denseGain)} times`;
  },
  caption:
    'Upper bounds: in a step, each user gets one token; all weights that are needed are read once, and nothing else is; reading and arithmetic overlap. Which experts are needed is left to dice. Tokens a second are for one device’s share of a machine that holds the model: twice the devices, twice the numbers. Where a curve of all users bends and runs level, arithmetic has become the limit.',
  controls: {
    users: { default: 16 },
    servedModel: {},
    weightBits: { default: '8' },
    memoryRate: { default: 3350 },
    arithmetic: {},
  },
  views: [
    {
      view: against({
        name: 'tokens-of-all',
        reads: { facts: ['sizes', 'mixture', 'dense'] },
        x: users,
        y: { label: 'tokens a second, all users (log scale)', scale: 'log', say: value },
        lines: (run) => curvesOf(run, false),
        mark,
      }),
      label: 'All users together',
    },
    {
      view: against({
        name: 'tokens-of-each',
        reads: { facts: ['sizes', 'mixture', 'dense'] },
        x: users,
        y: { label: 'tokens a second (log scale)', scale: 'log', say: value },
        lines: (run) => curvesOf(run, true),
        mark,
        aspect: 0.5,
      }),
      label: 'Each user',
      size: 'half',
    },
    {
      view: against({
        name: 'experts-in-use',
        reads: { facts: ['sizes', 'inUse'] },
        x: users,
        y: { label: 'share of a layer’s experts in use' },
        lines: (run) => [
          {
            name: 'in use',
            at: listOf<number>(run, 'sizes'),
            values: listOf<number>(run, 'inUse'),
          },
        ],
        mark,
        aspect: 0.5,
      }),
      label: 'Experts in use',
      size: 'half',
    },
  ],
  lastStep: sizes.length,
  describe(run, { touched, perExpert, limit, denseLimit }) {
    const { experts } = servableNamed(String(run.settings.servedModel));
    if (touched === undefined) return 'Nothing counted yet.';
    return `${count(usersOf(run))} users touch ${value(touched)} of ${experts} experts of a layer, ${value(perExpert)} tokens each if all are in use. Arithmetic is the limit from ${count(limit)} users on, for the dense model from ${count(denseLimit)}.`;
  },
  findings(run): Findings {
    if (!run.probes.speeds) return {};
    const n = usersOf(run);
    const { experts, topK } = servableNamed(String(run.settings.servedModel));
    const gains = (users: number) => {
      const [one, now] = [1, users].map((each) => speedsAt(run.settings, each));
      return { mixture: now.mixture / one.mixture, dense: now.dense / one.dense };
    };
    const limits = limitsOf(run.settings);
    return {
      gain: gains(n).mixture,
      denseGain: gains(n).dense,
      // Whatever is set: what the prose goes through.
      gain32: gains(32).mixture,
      gain64: gains(64).mixture,
      gain256: gains(256).mixture,
      touched: expectedTouched(experts, topK, n),
      perExpert: (n * topK) / experts,
      limit: limits.mixture,
      denseLimit: limits.dense,
    };
  },
  goals: [
    {
      name: 'edge',
      words:
        'DeepSeek-V3 on the machine as given: enough users to make arithmetic the limit, and at most a fifth more.',
      met: ({ settings }, _, { limit }) =>
        settings.servedModel === 'deepseek-v3' &&
        settings.weightBits === '8' &&
        settings.memoryRate === 3350 &&
        settings.arithmetic === 1979 &&
        Number(settings.users) >= limit &&
        Number(settings.users) <= 1.2 * limit,
    },
  ],
  recorded: {
    default: {},
    'users-256': { users: 256 },
    'users-6300': { users: 6300 },
  },
} satisfies LabDescription as LabDescription;

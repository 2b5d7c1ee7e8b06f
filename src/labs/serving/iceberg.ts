/** Released models in the memory of one machine: what is above water, and what is below. Station 15. */
import { count, listed, value } from '../../lab/format';
import type { Findings, LabDescription, RunData } from '../../lab/types';
import type { Settings } from '../../model/experiments/types';
import { bars } from '../../views/bars';
import { activeOf, gigabyte, type Servable, servableNamed, servables } from './shared/machines';

interface Bound {
  /** GB of all weights, and of those that one token needs. */
  all: number;
  active: number;
  /** Share of the routed experts that fits beside everything else. */
  held: number;
  /** Tokens a second, at most. */
  speed: number;
  /** The same with an empty memory for experts, and with one that holds all. */
  streamed: number;
  whole: number;
}

function boundOf(weights: Servable, settings: Settings): Bound {
  const size = (weightsCount: number) =>
    (weightsCount * Number(settings.weightBits)) / 8 / gigabyte;
  const [all, fixed, chosen] = [weights.all, weights.fixed, weights.chosen].map(size);
  const active = size(activeOf(weights));
  const room = Number(settings.memoryRoom) - fixed;
  const held = Math.max(0, Math.min(1, room / (all - fixed)));
  const { memoryRate, diskRate } = settings;
  const speed = (hit: number) =>
    1 / (active / Number(memoryRate) + ((1 - hit) * chosen) / Number(diskRate));
  return { all, active, held, speed: speed(held), streamed: speed(0), whole: speed(1) };
}

const fits = (run: RunData): Servable[] =>
  servables.filter((each) => boundOf(each, run.settings).held >= 1);

export default {
  name: 'iceberg',
  plan: {
    kind: 'table',
    compute(settings) {
      const bounds = servables.map((each) => boundOf(each, settings));
      const of = (name: keyof Bound) => bounds.map((bound) => bound[name]);
      return {
        facts: { models: servables.map(({ model }) => model) },
        // A row a model.
        metrics: { speed: of('speed').map((speed) => [speed]) },
        probes: {
          all: { shape: [bounds.length], data: of('all') },
          active: { shape: [bounds.length], data: of('active') },
          speed: { shape: [bounds.length], data: of('speed') },
        },
      };
    },
  },
  title(run, { fit }) {
    const { weightBits, memoryRoom } = run.settings;
    if (fit === undefined) return 'Released models beside one machine, not yet counted';
    const rest = fit < servables.length ? '; the others wait for the disk' : '';
    return `At ${String(weightBits)} bits a weight, ${count(fit)} of ${servables.length} models fit into ${count(Number(memoryRoom))} GB${rest}`;
  },
  caption:
    'Upper bounds for one user: a token reads its active weights from memory, and what is not there from the disk. Experts that do not fit are fetched when they are needed; the share that is found is what dice would give, the share that fits. Nothing but weights is counted.',
  controls: {
    memoryRoom: {},
    weightBits: {},
    memoryRate: { max: 1000 },
    diskRate: {},
  },
  views: [
    {
      view: bars({
        name: 'whole-models',
        of: { probe: 'all', names: { fact: 'models' } },
        label: 'GB of all weights',
        rules: (run) => [
          {
            at: Number(run.settings.memoryRoom),
            words: `${count(Number(run.settings.memoryRoom))} GB`,
          },
        ],
        say: value,
        aspect: 0.52,
        narrowAspect: 1.25,
      }),
      label: 'Under water: what has to be kept',
    },
    {
      view: bars({
        name: 'active-parts',
        of: { probe: 'active', names: { fact: 'models' } },
        label: 'GB that one token reads',
        say: value,
        aspect: 1,
        narrowAspect: 1.25,
      }),
      label: 'Above water: what one token needs',
      size: 'half',
    },
    {
      view: bars({
        name: 'speed-bounds',
        of: { probe: 'speed', names: { fact: 'models' } },
        label: 'tokens a second, at most',
        say: value,
        aspect: 1,
        narrowAspect: 1.25,
      }),
      label: 'The limit for one user',
      size: 'half',
    },
  ],
  lastStep: servables.length,
  describe(run, { fit, qwen, mixtral }) {
    if (fit === undefined) return 'Nothing counted yet.';
    const names = fits(run).map(({ model }) => model);
    return `${count(fit)} models fit${names.length ? `: ${listed(names)}` : ''}. At most ${value(qwen)} tokens a second from Qwen3-30B-A3B and ${value(mixtral)} from Mixtral 8x7B.`;
  },
  findings(run): Findings {
    if (!run.probes.all) return {};
    const of = (name: string) => boundOf(servableNamed(name), run.settings);
    const [v3, qwen, mixtral] = ['deepseek-v3', 'qwen3-30b', 'mixtral-8x7b'].map(of);
    return {
      fit: fits(run).length,
      v3: v3.speed,
      v3Streamed: v3.streamed,
      v3Whole: v3.whole,
      v3All: v3.all,
      v3Active: v3.active,
      v3Calls: servableNamed('deepseek-v3').calls,
      qwen: qwen.speed,
      qwenAll: qwen.all,
      qwenActive: qwen.active,
      qwenDense: Number(run.settings.memoryRate) / qwen.all,
      mixtral: mixtral.speed,
      mixtralStreamed: mixtral.streamed,
      mixtralWhole: mixtral.whole,
      mixtralAll: mixtral.all,
      mixtralCalls: servableNamed('mixtral-8x7b').calls,
    };
  },
  recorded: {
    default: {},
  },
} satisfies LabDescription as LabDescription;

/** Eight selection biases in the reader's hand, beside the rule that turns them: station 08. */
import { count, plain } from '../../lab/format';
import type { Findings, LabDescription, RunData } from '../../lab/types';
import { type Inputs, numbers } from '../../model/experiments/types';
import { against } from '../../views/against';
import { dialsByHand } from '../../views/dials-by-hand';
import { letter } from '../../views/marks/bullet';
import {
  batchesOf,
  chanceVio,
  compared,
  experts,
  farthest,
  level,
  levelled,
  roundsOf,
  ruleTurns,
  type Scores,
  tick,
  turned,
  zeros,
} from './shared/turned-dials';

/** The reader's dials. Throws a sentence for what no dial can be. */
function handOf(inputs: Inputs): number[] {
  const given = Array.from(numbers(inputs, 'dials')?.data ?? zeros());
  if (given.length !== experts || !given.every((dial) => Math.abs(dial) <= farthest))
    throw new Error(
      `There are ${experts} dials, each from −${farthest} to ${farthest}; got ${given.map(plain).join(', ')}.`,
    );
  // What float32 adds to 0.02 is nobody's.
  return given.map((dial) => Number(dial.toPrecision(6)));
}

/** What depends on seed and drift alone: kept while the dials are turned. */
interface World {
  of: string;
  all: Scores[];
  /** Of a hand that levels the first batch and then leaves its dials. */
  set: { [name: string]: number };
}

function worldOf(seed: number, drift: number): World {
  const all = batchesOf(seed, drift);
  const hand = compared(all, levelled(all[0]));
  return {
    of: `${seed} ${drift}`,
    all,
    set: {
      setTurns: hand.turns,
      setVio: hand.hand[0],
      setRuleVio: hand.ruled[0],
      setRuleTurns: ruleTurns(all[0]),
      setLater: hand.later,
      setRuleLater: hand.ruleLater,
    },
  };
}

let latest: World | undefined;
let chance: number | undefined;

const fact = (run: RunData, name: string) => Number(run.facts?.[name]);
const rowOf = (run: RunData, metric: string) => (run.metrics[metric] ?? []).map(([vio]) => vio);
const short = (x: number) => x.toFixed(2);
const batchOf = (run: RunData) => fact(run, 'batch');

const vioOverBatches = against({
  name: 'hand-or-rule',
  reads: { metrics: ['hand', 'rule'], facts: ['batch', 'chance'] },
  x: { label: 'batch', say: count, ticks: [1, 6, 11, 16, 21] },
  y: { label: 'MaxVio' },
  lines: (run) =>
    (['hand', 'rule'] as const).map((name) => ({
      name: { hand: 'your dials', rule: 'the rule' }[name],
      at: run.steps,
      values: rowOf(run, name),
    })),
  rules: (run) => (run.facts ? [{ at: fact(run, 'chance'), words: 'chance' }] : []),
  mark: (run) => (run.facts ? { at: batchOf(run), words: 'shown above' } : undefined),
  aspect: 0.3,
  narrowAspect: 0.8,
});

function findings(run: RunData): Findings {
  if (!run.steps.length) return {};
  const [hand, rule] = [rowOf(run, 'hand'), rowOf(run, 'rule')];
  return {
    turns: fact(run, 'turns'),
    vio: hand[0],
    ruleVio: rule[0],
    later: fact(run, 'later'),
    ruleLater: fact(run, 'ruleLater'),
    ...(run.facts?.set as Findings),
  };
}

export default {
  name: 'dials-by-hand',
  plan: {
    kind: 'table',
    takes: { dials: 'numbers' },
    draws: 'run of batches',
    compute(settings, inputs, seed) {
      const hand = handOf(inputs);
      const drift = Number(settings.drift);
      if (latest?.of !== `${seed} ${drift}`) latest = worldOf(seed, drift);
      const { all, set } = latest;
      const batch = Number(settings.batchShown);
      const { turns, rule, hand: vios, ruled, later, ruleLater } = compared(all, hand);
      const bias = rule[batch - 1];
      const [own, its] = [hand, bias].map((each) => turned(all[batch - 1], each));
      // Two experts a token.
      const share = (counts: number[]) => counts.map((n) => n / (2 * all[0].length));
      chance ??= chanceVio();
      return {
        facts: {
          batch,
          turns,
          rounds: roundsOf(turns) + batch - 1,
          tick,
          farthest: 0.6,
          later,
          ruleLater,
          chance,
          set,
        },
        metrics: { hand: vios.map((vio) => [vio]), rule: ruled.map((vio) => [vio]) },
        probes: {
          // Dials of the hand and of the rule, their loads, and the mean gates under the hand's.
          dials: {
            shape: [5, experts],
            data: [hand, bias, share(own.counts), share(its.counts), own.gates].flat(),
          },
        },
      };
    },
  },
  title(run, { turns, vio, ruleVio }) {
    if (vio === undefined) return 'Eight dials and a batch, not yet routed';
    const batch = batchOf(run);
    const [hand, rule] = [rowOf(run, 'hand'), rowOf(run, 'rule')].map((row) => row[batch - 1]);
    if (batch > 1)
      return `MaxVio in batch ${batch}: ${short(hand)} with your dials, ${short(rule)} under the rule, which went on turning`;
    if (!turns) return `All dials at 0: the busiest expert has ${short(vio + 1)} times its share`;
    return `MaxVio ${short(vio)} after ${count(turns)} of your turns, ${short(ruleVio)} after as many of the rule`;
  },
  caption:
    'There are eight experts and 256 tokens in a batch, and each token uses two experts. The scores are random, not learned: some experts are popular, and popularity drifts from batch to batch. You turn the dials for the first batch and then leave them. The rule moves all eight dials by one tick, 0.02, in each round. On the first batch it makes as many turns as you, in whole rounds; after each batch it makes one more round. Another seed draws other scores.',
  controls: { batchShown: {}, drift: {} },
  views: [{ view: dialsByHand }, { view: vioOverBatches, label: 'The same dials, batch by batch' }],
  lastStep: 1,
  describe(run, { turns, vio, later, ruleLater }) {
    if (vio === undefined) return 'Nothing routed yet.';
    const batch = batchOf(run);
    const shares = Array.from(run.probes.dials.data).slice(2 * experts, 3 * experts);
    const busiest = shares.indexOf(Math.max(...shares));
    const idlest = shares.indexOf(Math.min(...shares));
    return `In batch ${batch}, after ${count(turns)} ${turns === 1 ? 'turn' : 'turns'}, ${letter(busiest)} is the busiest expert and ${letter(idlest)} the idlest, and MaxVio is ${short(rowOf(run, 'hand')[batch - 1])}. Over the last five batches it is ${short(later)} with these dials and ${short(ruleLater)} under the rule.`;
  },
  findings,
  goals: [
    {
      name: 'level',
      words: `Level the first batch by hand: MaxVio below ${level}.`,
      met: (_run, _answers, { vio }) => vio < level,
    },
  ],
  presets: [
    {
      name: 'zero',
      label: 'all at 0',
      inputs: () => ({ dials: { shape: [experts], data: Float32Array.from(zeros()) } }),
    },
  ],
  recorded: {
    default: { settings: {}, seeds: 8 },
    still: { settings: { drift: 0 }, seeds: 8 },
  },
} satisfies LabDescription as LabDescription;

import { uniforms } from '../../../tensor/random';
import { draw } from '../../decoding/sampling';
import { acceptance } from '../../decoding/speculative';
import { type Inputs, read, type SimulatingExperiment } from '../types';
import { chanceVariation, rules, totalVariation } from './shared/rules';

const reads = ['context'] as const;

/** First tokens that each rule is to write in one step. */
const drawsPerStep = 50;
/** Characters that are shown by name, the likeliest with model or module. */
const named = 8;

/**
 * Station 14: at one place of a text, model and module each have a distribution of the next
 * character. Draft after draft is judged by the rule of speculative sampling and by three others,
 * and what each writes is counted. No model is run: a foreteller brings both distributions along.
 */
export default {
  name: 'same',
  reads,
  takes: { model: 'model' },
  metrics: {
    distance: { label: 'distance from the model’s distribution, rule by rule' },
    chance: { label: 'distance that chance alone gives' },
    accepted: { label: 'share of the drafts accepted, rule by rule' },
  },

  simulate(settings, seed, inputs) {
    const { context } = read(settings, reads);
    const { p, q, words, text } = placeOf(inputs, context);
    const next = uniforms(seed, 'drafts');
    const order = Array.from(p.keys()).sort((a, b) => p[b] + q[b] - p[a] - q[a]);
    const shown = order.slice(0, named);
    const rest = order.slice(named);
    const inShort = (all: ArrayLike<number>) => [
      ...shown.map((token) => all[token]),
      ...(rest.length ? [rest.reduce((sum, token) => sum + all[token], 0)] : []),
    ];
    const counts = rules.map(() => new Float64Array(p.length));
    const written = rules.map(() => 0);
    const accepted = rules.map(() => 0);
    let drafted = 0;
    const shares = (rule: number) =>
      counts[rule].map((n) => (written[rule] ? n / written[rule] : 0));

    return {
      facts: {
        names: [...shown.map((token) => words[token]), ...(rest.length ? ['others'] : [])],
        rules: rules.map(({ label }) => label),
        text,
        alpha: acceptance(p, q),
        agreement: p.reduce((sum, x, i) => sum + x * q[i], 0),
        apart: totalVariation(p, q),
      },

      step() {
        for (let i = 0; i < drawsPerStep; i++) {
          const draft = draw(q, next());
          drafted += 1;
          for (const [rule, { judge }] of rules.entries()) {
            const outcome = judge(draft, p, q, next);
            accepted[rule] += Number(outcome.accepted);
            if (outcome.token === undefined) continue;
            counts[rule][outcome.token] += 1;
            written[rule] += 1;
          }
        }
        return {
          distance: rules.map((_, rule) => totalVariation(shares(rule), p)),
          chance: chanceVariation(p, drafted),
          accepted: accepted.map((n) => n / drafted),
        };
      },

      probes: () => ({
        /** [rules + 2, names]: what each rule wrote, then the model's p and the module's q. */
        shares: {
          shape: [rules.length + 2, shown.length + Number(rest.length > 0)],
          data: Float32Array.from(
            [...rules.map((_, rule) => shares(rule)), p, q].flatMap((all) => inShort(all)),
          ),
        },
      }),
    };
  },
} satisfies SimulatingExperiment;

interface Place {
  p: Float64Array;
  q: Float64Array;
  words: string[];
  /** What stands before it. */
  text: string;
}

/** Three characters by hand, where no model is handed in. */
const byHand: Place = {
  p: Float64Array.of(0.5, 0.3, 0.2),
  q: Float64Array.of(0.2, 0.3, 0.5),
  words: ['a', 'b', 'c'],
  text: '',
};

/** Throws a sentence for a model that no foreteller is. */
function placeOf({ model }: Inputs, context: number): Place {
  if (!(model && 'model' in model)) return byHand;
  const { form, about, weights } = model.model;
  if (form !== 'foreteller')
    throw new Error(
      `This model is a ${form}; choose a foreteller, which the lab of the tape trains.`,
    );
  const contexts = about.contexts as string[];
  const words = about.words as string[];
  const at = Math.min(context, contexts.length) - 1;
  const rowOf = (name: string) => {
    const row = Float64Array.from(
      weights[name].data.slice(at * words.length, (at + 1) * words.length),
    );
    const sum = row.reduce((all, x) => all + x, 0);
    return row.map((x) => x / sum);
  };
  return { p: rowOf('p'), q: rowOf('q'), words, text: contexts[at] };
}

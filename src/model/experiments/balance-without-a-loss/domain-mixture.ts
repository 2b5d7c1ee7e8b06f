import * as tf from '../../../tensor/tf';
import { pick, seenAndGradients } from '../../gradients';
import * as sparseLayer from '../../layers/sparse-layer';
import { counts, load, maxVio } from '../../metrics';
import adam from '../../optimizers/adam';
import { refuse } from '../../refuse';
import { balancers } from '../../registry';
import { relativeDomainLoad } from '../../routing-statistics';
import type { Balancer, Params } from '../../types';
import { type Experiment, read } from '../types';
import {
  domainMarks,
  domains,
  experts,
  first,
  kindMarks,
  ofDomain,
  layer as plain,
  sequence,
  task,
  topK,
} from './shared/domains';
import { type Slip, slippedBalancer, slippedRouter, slips } from './shared/slips';

const reads = [
  'balancer',
  'scope',
  'balanceStrength',
  'biasRate',
  'batch',
  'writer',
  'moves',
  'fault',
  'learningRate',
] as const;

/** Tokens that are looked at, equally many of each domain. */
const specimens = 4096;

/**
 * Station 08: a mixture on sequences of four domains, under a balancer that counts over as many of
 * them as `scope` says. Who takes which domain is measured on tokens that nobody learns from.
 * `writer` lets one domain write alone, and `moves` lets weights, or weights and bias, stand still
 * meanwhile, as they do where a model is used. deepseekv3, figure 9, in small.
 */
export default {
  name: 'domain-mixture',
  reads,
  metrics: {
    loss: { label: 'mean squared error, as a share of the answers’ variance' },
    load: { label: 'share of the assignments' },
    maxVio: { label: 'MaxVio of the batch' },
  },

  start(settings, seed) {
    const given = read(settings, reads);
    const { batch, scope, writer, moves } = given;
    const slip = given.fault as Slip;
    refuse(slipRefusal(slip, given.balancer));
    const balancer = slippedBalancer(slip, balancers.get(given.balancer));
    refuse(refusal(balancer, batch));
    const together = Math.min(scope, batch / sequence);
    refuse(scopeRefusal(balancer, together, batch / sequence));
    const data = task(seed);
    const look = data.specimens(specimens);
    const params = first(seed);
    const names = Object.keys(params);
    const layer = { ...plain, balancer, router: slippedRouter(slip, plain.router) };
    const routeScale = tf.scalar(Math.SQRT2); // two gates that sum to 1: answers as large as one's
    const writing = domains.indexOf(writer);

    return {
      state: { ...params, ...adam.init(params), bias: tf.zeros([experts]) },
      facts: { tokensPerStep: batch, domains, scope: balancer.loss ? together : null },
      live: ['learningRate', 'balanceStrength', 'biasRate'],

      step({ state, live, random }) {
        const { bias, ...others } = state as { bias: tf.Tensor1D } & Params;
        const drawn = data.batch(batch, random);
        const { x, y } = writing < 0 ? drawn : ofDomain(data, drawn.x, writing);
        const now = pick(state, names);
        const compute = (params: typeof now) => {
          const routed = sparseLayer.route(params, x, layer, { bias, live: { routeScale } });
          const answer = sparseLayer.answer(params, x, layer, routed);
          const task = tf.div(tf.mean(tf.squaredDifference(answer, y)), data.variance) as tf.Scalar;
          const { total } = sparseLayer.withBalance(
            task,
            live.balanceStrength,
            layer,
            routed.routing,
            together * sequence,
          );
          const { scores, mask } = routed.routing;
          return { loss: total, task, scores, mask };
        };
        const learns = moves === 'all';
        const { seen, grads } = learns
          ? seenAndGradients(now, compute)
          : { seen: compute(now), grads: undefined };
        const moved = grads
          ? adam.update(now, grads, state, { learningRate: live.learningRate })
          : undefined;
        const { scores, mask } = seen;
        const share = load(mask);
        const latest = { routing: { scores }, topK };
        const next =
          moves === 'nothing'
            ? undefined
            : balancer.update?.(bias, counts(mask), live.biasRate, latest);
        return {
          state: {
            ...(moved ? { ...moved.params, ...moved.state } : cloned(others)),
            bias: next ?? tf.clone(bias),
          },
          metrics: { loss: seen.task, load: share, maxVio: maxVio(share) },
        };
      },

      probes: {
        /** [domains, experts]: 1 where an expert gets no more of a domain than its fair share. */
        domainMap: ({ state }) => mapOf(state, domainMarks),
        /** [kinds, experts]: the same by the kind of the token. */
        kindMap: ({ state }) => mapOf(state, kindMarks),
        /**
         * [4]: how unevenly experts take domains, and kinds (the standard deviation of an expert's
         * relative loads, averaged over the experts); MaxVio of all domains together, and of one
         * alone, averaged over the domains.
         */
        measures: ({ state }) => {
          const byDomain = mapOf(state, domainMarks);
          return tf.stack([
            spread(byDomain),
            spread(mapOf(state, kindMarks)),
            tf.sub(tf.max(tf.mean(byDomain, 0)), 1),
            tf.sub(tf.mean(tf.max(byDomain, 1)), 1),
          ]);
        },
        bias: ({ state }) => tf.clone(state.bias),
        /** How far the gates move if 1 is added to every bias: nothing, where a bias only chooses. */
        moved: ({ state }) => {
          const bias = state.bias as tf.Tensor1D;
          const [now, raised] = [bias, tf.add(bias, 1) as tf.Tensor1D].map(
            (each) => sparseLayer.route(state, look.x, layer, { bias: each }).routing.gates,
          );
          return tf.mean(tf.abs(tf.sub(raised, now)));
        },
      },

      dispose() {
        data.dispose();
        tf.dispose([look.x, look.y, routeScale]);
      },
    };

    function mapOf(state: Params, marks: (x: tf.Tensor2D) => tf.Tensor2D) {
      const bias = state.bias as tf.Tensor1D;
      const { routing } = sparseLayer.route(state, look.x, layer, { bias });
      return relativeDomainLoad(routing.mask, marks(look.x), topK);
    }
  },
} satisfies Experiment;

/** [rows, experts] → the standard deviation of each column, averaged. */
const spread = (map: tf.Tensor2D): tf.Scalar =>
  tf.mean(tf.sqrt(tf.moments(map, 0).variance)) as tf.Scalar;

/** What stands still. */
const cloned = (state: Params): Params =>
  Object.fromEntries(Object.entries(state).map(([name, tensor]) => [name, tf.clone(tensor)]));

function refusal({ name, needs, update, loss }: Balancer, batch: number): string | undefined {
  if (needs)
    return `The balancer "${name}" needs ${needs.join(' and ')}, which this mixture does not have.`;
  if (name !== 'none' && !update && !loss) return `The balancer "${name}" does nothing here.`;
  if (batch % sequence !== 0 || batch < sequence)
    return `A batch is whole sequences of ${sequence} tokens; ${batch} tokens are not.`;
}

function slipRefusal(slip: Slip, balancer: string): string | undefined {
  if (!slips.includes(slip)) return `There is no fault "${slip}"; there are ${slips.join(', ')}.`;
  const of = slip === 'scores-not-shared' ? 'switch' : 'bias';
  return slip !== 'none' && balancer !== of
    ? `The fault "${slip}" is made in the balancer "${of}"; the balancer is "${balancer}".`
    : undefined;
}

const scopeRefusal = ({ loss }: Balancer, together: number, sequences: number) =>
  loss && sequences % together !== 0
    ? `A batch of ${sequences} sequences cannot be counted ${together} at a time: that does not divide ${sequences}.`
    : undefined;

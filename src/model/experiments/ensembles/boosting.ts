import * as tf from '../../../tensor/tf';
import * as boost from '../../ensembles/ada-boost';
import * as members from '../../ensembles/members';
import { pick, seenAndGradients } from '../../gradients';
import { prefixed, within } from '../../layers/names';
import adam from '../../optimizers/adam';
import shapes from '../../tasks/shapes';
import type { Params } from '../../types';
import { type Experiment, type Inputs, numbers, read, type StepInput } from '../types';
import { framed } from './shared/rows';

const reads = ['shape', 'hidden', 'rows', 'noise', 'learningRate'] as const;

/** Room for members; each has its turn of so many steps. */
const rounds = 40;
const turn = 60;
const unseenRows = 500;
/** Cells along a side of the map. */
const cells = 41;
/** The strong network beside them: all its units are trained at once, at a rate of its own. */
const strong = { members: 1, inputs: 2, hidden: 20, outputs: 1, steepness: 2 };
const strongRate = 0.03;

/**
 * Station 03: AdaBoost, a round at a time. Forty weak networks lie side by side, and a step trains
 * the one whose turn it is; at the end of a turn the points it got wrong gain weight. Beside them
 * one larger network learns the same points.
 */
export default {
  name: 'boosting',
  reads,
  takes: { points: 'points' },
  metrics: {
    loss: { label: 'weighted loss of the member at its turn' },
    wrong: { label: 'share of the points wrong' },
    bound: { label: 'bound on the training error' },
  },

  start(settings, seed, inputs) {
    const s = read(settings, reads);
    const config = { members: rounds, inputs: 2, hidden: s.hidden, outputs: 1, steepness: 2 };
    const { count, seen, unseen, dispose } = casesOf(inputs, s, seed);
    const grid = tf.tensor2d(gridOf(cells), [cells * cells, 2]);
    const weak = members.init(config, seed);
    const names = Object.keys(weak);
    const large = prefixed('strong', members.init(strong, seed));
    const strongNames = Object.keys(large);
    const rate = { learningRate: tf.scalar(strongRate) };

    /** [cases, rounds] */
    const logits = (from: Params, x: tf.Tensor2D) =>
      tf.reshape(members.forward(pick(from, names), x, config), [
        x.shape[0],
        rounds,
      ]) as tf.Tensor2D;
    const votes = (from: Params, x: tf.Tensor2D) =>
      tf.sub(tf.mul(2, tf.step(logits(from, x))), 1) as tf.Tensor2D;
    const score = (from: Params, x: tf.Tensor2D) =>
      boost.score(votes(from, x), from.alphas as tf.Tensor1D);
    /** [cases] */
    const strongLogits = (from: Params, x: tf.Tensor2D) =>
      tf.reshape(members.forward(within('strong', from), x, strong), [-1]) as tf.Tensor1D;

    return {
      state: {
        ...weak,
        ...adam.init(weak),
        ...large,
        ...prefixed('of-strong', adam.init(large)),
        weights: tf.fill([count], 1 / count),
        alphas: tf.zeros([rounds]),
        bound: tf.scalar(1),
      },
      live: ['learningRate'],
      facts: { own: numbers(inputs, 'points') !== undefined, points: count, turn, rounds },

      step(input) {
        const { state, live } = input;
        const now = pick(state, names);
        const { x, labels } = seen(input);
        const { own, ends } = turnAt(input);
        const { seen: found, grads } = seenAndGradients(now, (from) => ({
          loss: boost.weightedLoss(
            tf.sum(tf.mul(logits(from, x), own), 1) as tf.Tensor1D,
            labels,
            state.weights as tf.Tensor1D,
          ),
        }));
        const moved = adam.update(now, grads, state, live);
        // After Adam, whose means of earlier gradients would move a member on beyond its turn.
        const params = Object.fromEntries(
          names.map((name) => [
            name,
            tf.add(
              now[name],
              tf.mul(tf.sub(moved.params[name], now[name]), spreadOver(now[name], own, config)),
            ),
          ]),
        );

        const said = votes(params, x);
        const round = boost.round(
          state.weights as tf.Tensor1D,
          labels,
          tf.sum(tf.mul(said, own), 1) as tf.Tensor1D,
        );
        // A member no better than chance gets no vote, and the weights stay.
        const counts = tf.mul(ends, tf.cast(tf.less(round.error, 0.5), 'float32'));
        const either = (then: tf.Tensor, otherwise: tf.Tensor) =>
          tf.add(tf.mul(counts, then), tf.mul(tf.sub(1, counts), otherwise));
        const alphas = tf.add(state.alphas, tf.mul(own, tf.mul(counts, round.alpha)));
        const bound = either(tf.mul(state.bound, round.factor), state.bound);

        const large = pick(state, strongNames);
        const { grads: strongGrads } = seenAndGradients(large, (from) => ({
          loss: boost.weightedLoss(
            strongLogits(from, x),
            labels,
            tf.fill([count], 1 / count) as tf.Tensor1D,
          ),
        }));
        const strongMoved = adam.update(large, strongGrads, within('of-strong', state), rate);

        const next = { ...params, ...strongMoved.params, alphas };
        const others = unseen(input);
        return {
          state: {
            ...next,
            ...moved.state,
            ...prefixed('of-strong', strongMoved.state),
            weights: either(round.weights, state.weights),
            bound,
          },
          metrics: {
            loss: found.loss,
            wrong: tf.stack([
              wrong(boost.score(said, alphas as tf.Tensor1D), labels),
              wrong(score(next, others.x), others.labels),
              wrong(strongLogits(next, others.x), others.labels),
            ]),
            bound: tf.clone(bound),
          },
        };
      },

      probes: {
        /** [points, 3]: x, y and class. */
        seen: (input) => {
          const { x, labels } = seen(input);
          return tf.concat([x, tf.expandDims(tf.step(labels), 1)], 1);
        },
        /** [points], with a mean of 1. */
        weights: ({ state }) => tf.mul(state.weights, count),
        /**
         * [3, cells, cells], rows from the bottom up: how sure the member at its turn, the vote and
         * the strong network are of the second class.
         */
        maps: (input) => {
          const { state } = input;
          const { own } = turnAt(input, true);
          const one = tf.sum(tf.mul(logits(state, grid), own), 1);
          const total = tf.maximum(tf.sum(tf.abs(state.alphas)), 1e-6);
          const vote = tf.mul(0.5, tf.add(1, tf.div(score(state, grid), total)));
          return tf.stack(
            [tf.sigmoid(one), vote, tf.sigmoid(strongLogits(state, grid))].map((map) =>
              tf.reshape(map, [cells, cells]),
            ),
          );
        },
        /** [3]: share of the unseen points that each has right. */
        right: (input) => {
          const { x, labels } = unseen(input);
          const { own } = turnAt(input, true);
          const one = tf.sum(tf.mul(logits(input.state, x), own), 1) as tf.Tensor1D;
          return tf.sub(
            1,
            tf.stack(
              [one, score(input.state, x), strongLogits(input.state, x)].map((each) =>
                wrong(each, labels),
              ),
            ),
          );
        },
        /** [40]: how much each member's vote counts; 0 before its turn. */
        alphas: ({ state }) => tf.clone(state.alphas),
        /** [40]: share of the unseen points that each member alone has wrong. */
        alone: (input) => {
          const { x, labels } = unseen(input);
          const off = tf.lessEqual(tf.mul(votes(input.state, x), tf.expandDims(labels, 1)), 0);
          return tf.mean(tf.cast(off, 'float32'), 0);
        },
      },

      dispose: () => {
        dispose();
        tf.dispose([grid, rate]);
      },
    };
  },
} satisfies Experiment;

/**
 * 1 for the member whose turn it is, [rounds], and 1 at the last step of a turn. At rest after a
 * turn, `last` names the member whose turn it was. Halves keep a quotient off the border that a
 * device may round to either side.
 */
function turnAt({ random: { counter } }: StepInput, last = false) {
  const step = tf.cast(counter, 'float32');
  const turnOf = (offset: number) => tf.floor(tf.div(tf.add(step, offset), turn));
  const now = last ? tf.maximum(turnOf(-0.5), 0) : turnOf(0.5);
  return {
    own: tf.cast(
      tf.less(tf.abs(tf.sub(tf.range(0, rounds, 1, 'float32'), now)), 0.5),
      'float32',
    ) as tf.Tensor1D,
    ends: tf.sub(turnOf(1.5), turnOf(0.5)) as tf.Scalar,
  };
}

/** What is 1 for a member, at every number that belongs to it. */
function spreadOver(
  tensor: tf.Tensor,
  own: tf.Tensor1D,
  { hidden }: members.MembersConfig,
): tf.Tensor {
  const { shape } = tensor;
  // Second weights have the members on their first axis, first weights all units on their last.
  if (shape[0] === rounds && shape.length > 1)
    return tf.reshape(own, [rounds, ...shape.slice(1).map(() => 1)]);
  const each = tf.tile(tf.expandDims(own, 1), [1, hidden]);
  return tf.reshape(each, [...shape.slice(1).map(() => 1), rounds * hidden]);
}

/** Share of the cases on whose side the score is not; one that is undecided is wrong by half. */
const wrong = (score: tf.Tensor, labels: tf.Tensor1D): tf.Scalar =>
  tf.mean(tf.mul(0.5, tf.sub(1, tf.sign(tf.mul(score, labels))))) as tf.Scalar;

interface Labelled {
  /** [cases, 2] */
  x: tf.Tensor2D;
  /** [cases], −1 or 1. */
  labels: tf.Tensor1D;
}

interface Sampled {
  count: number;
  seen(now: StepInput): Labelled;
  /** Other points of the same shape; of the reader's own there are no others. */
  unseen(now: StepInput): Labelled;
  dispose(): void;
}

function casesOf(
  inputs: Inputs,
  { shape, rows, noise }: { shape: string; rows: number; noise: number },
  seed: number,
): Sampled {
  const own = numbers(inputs, 'points');
  if (own) {
    const classes = new Set(Array.from(own.data).filter((_, i) => i % 3 === 2));
    if (own.shape[1] !== 3)
      throw new Error(
        'The points have no classes, and boosting learns to tell two classes apart. Write 0 or 1 after x and y, as in 0.5, -1.2, 1.',
      );
    if (classes.size !== 2 || !classes.has(0) || !classes.has(1))
      throw new Error(
        `The points are of class ${[...classes].sort().join(', ')}; boosting tells two classes apart, 0 and 1, and needs points of both.`,
      );
    const cases = ({ inputs: { points } }: StepInput): Labelled => {
      const [x, y, group] = tf.split(points as tf.Tensor2D, 3, 1);
      return {
        x: tf.concat([framed(x, 1), framed(y, 1)], 1) as tf.Tensor2D,
        labels: tf.sub(tf.mul(2, tf.reshape(group, [-1])), 1) as tf.Tensor1D,
      };
    };
    return { count: own.shape[0], seen: cases, unseen: cases, dispose() {} };
  }
  const labelled = (part: 'train' | 'unseen', cases: number): Labelled => {
    const sample = shapes.sample(seed, cases, { shape, noise }, part);
    return {
      x: tf.tensor2d(sample.inputs as Float32Array, [cases, 2]),
      labels: tf.tensor1d(Float32Array.from(sample.targets, (group) => 2 * group - 1)),
    };
  };
  const [seen, unseen] = [labelled('train', rows), labelled('unseen', unseenRows)];
  return {
    count: rows,
    seen: () => seen,
    unseen: () => unseen,
    dispose: () => tf.dispose([{ ...seen }, { ...unseen }]),
  };
}

/** Points of an even grid over [−1, 1]², x fastest. */
const gridOf = (side: number) =>
  Float32Array.from({ length: side * side * 2 }, (_, i) => {
    const cell = i >> 1;
    const at = i % 2 === 0 ? cell % side : Math.floor(cell / side);
    return -1 + (2 * (at + 0.5)) / side;
  });

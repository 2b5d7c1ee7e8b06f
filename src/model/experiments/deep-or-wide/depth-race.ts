import * as tf from '../../../tensor/tf';
import { within } from '../../layers/names';
import * as deepMlp from '../../networks/deep-mlp';
import * as linearPieces from '../../networks/linear-pieces';
import * as tent from '../../networks/tent-network';
import adam from '../../optimizers/adam';
import { answer } from '../../tasks/tent-map';
import type { Params } from '../../types';
import { type Experiment, read, type Settings } from '../types';
import { column, costOf, middles, squaredError, stepTogether, together } from './shared/contest';

const reads = ['folds', 'budget', 'layers', 'equal', 'learningRate'] as const;

/** Points trained on, and those on which the figures judge. */
const points = 256;
const places = Array.from({ length: 4 * points + 1 }, (_, i) => i / (4 * points));

const contestants = ['deep', 'wide'] as const;

/**
 * Station 02: a deep and a wide network of one size learn the tent that is folded `folds` times,
 * beside the network of two units a layer that is written down and has no error at all.
 */
export default {
  name: 'depth-race',
  reads,
  metrics: {
    loss: { label: 'mean of the two errors' },
    losses: { label: 'mean squared error of the deep and of the wide network' },
  },

  start(settings, seed) {
    const { folds } = read(settings, reads);
    const nets = netsOf(settings);
    const target = (xs: number[]) => column(xs.map((x) => answer(x, folds)));
    const held = {
      x: column(middles(points)),
      y: target(middles(points)),
      unseenX: column(places),
      unseenY: target(places),
    };
    const params = together(
      Object.fromEntries(contestants.map((name) => [name, deepMlp.init(nets[name], seed, [0, 1])])),
    );
    const names = Object.keys(params);
    const answers = (from: Params, x: tf.Tensor2D) =>
      contestants.map((name) => deepMlp.forward(within(name, from), x, nets[name]));

    return {
      state: { ...params, ...adam.init(params) },
      live: ['learningRate'],
      facts: {
        contestants: ['deep', 'wide', 'written down'],
        widths: [...contestants.map((name) => nets[name].widths), tent.configOf(folds).widths],
        sizes: contestants.map((name) => deepMlp.parameters(nets[name])),
        multiplications: contestants.map((name) => deepMlp.multiplications(nets[name])),
        places,
        target: places.map((x) => answer(x, folds)),
      },

      step(now) {
        const { state, losses, loss } = stepTogether(
          names,
          now,
          (from) =>
            tf.stack(answers(from, held.x).map((fit) => squaredError(fit, held.y))) as tf.Tensor1D,
        );
        return { state, metrics: { loss, losses } };
      },

      probes: {
        /** [2, places]: what the deep and the wide network answer. */
        fits: ({ state }) =>
          tf.stack(answers(state, held.unseenX).map((fit) => tf.reshape(fit, [-1]))),
        /** [2]: their errors on these places. */
        unseen: ({ state }) =>
          tf.stack(answers(state, held.unseenX).map((fit) => squaredError(fit, held.unseenY))),
      },

      acts: {
        /** For each contestant the places where its slope changes: deep, wide, written down. */
        pieces: async ({ state }) => {
          const trained = await Promise.all(
            contestants.map(async (name) => {
              const weights = await onHost(within(name, state));
              return linearPieces.kinks(weights, nets[name], 0, 1);
            }),
          );
          const written = Array.from({ length: 2 ** folds - 1 }, (_, i) => (i + 1) / 2 ** folds);
          return [...trained, written];
        },
      },

      dispose: () => tf.dispose(held),
    };
  },
} satisfies Experiment;

/** The two networks that the settings ask for. Throws a sentence where there is none. */
export function netsOf(settings: Settings): Record<'deep' | 'wide', deepMlp.DeepMlpConfig> {
  const { budget, layers, equal } = read(settings, reads);
  const shape = { inputs: 1, outputs: 1, activation: 'relu' as const };
  const cost = costOf(equal);
  const of = (depth: number, most: number) => ({
    ...shape,
    widths: Array<number>(depth).fill(deepMlp.widthFor({ ...shape, depth }, most, cost)),
  });
  const deep = of(layers, budget);
  return { deep, wide: of(1, cost(deep)) };
}

/** Weights by name, for counting on the host. */
async function onHost(params: Params): Promise<linearPieces.HostWeights> {
  const entries = Object.entries(params).map(
    async ([name, tensor]) => [name, await tensor.data()] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

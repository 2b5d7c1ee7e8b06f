/** The experiments of stations 01 and 06, as their labs run them. */
import moeBalance from '../../src/model/experiments/collapse/moe-balance';
import oneHiddenLayer from '../../src/model/experiments/hidden-layer/one-hidden-layer';
import { train } from '../../test/model/training';
import reference from '../../test/reference/stations.json';
import type { Named } from './types';

const first = async (rows: Promise<Record<string, number[]>[]>) =>
  (await rows).map(({ loss }) => loss[0]);

const fits = reference.oneHiddenLayer.map(
  ({ seed, losses, ...settings }): Named => ({
    name: `station 01, ${settings.hidden} hidden units, ${settings.activation}`,
    reference: losses,
    train: () => first(train(oneHiddenLayer, settings, seed, losses.length)),
  }),
);

const mixtures = reference.moeBalance.map(({ seed, rows, ...settings }): Named => {
  const wanted = rows.map(({ loss }) => loss);
  return {
    name: `station 06, balancer ${settings.balancer}, top ${settings.topK}`,
    reference: wanted,
    train: () => first(train(moeBalance, { ...settings, biasRate: 0.003 }, seed, wanted.length)),
  };
});

export default [...fits, ...mixtures];

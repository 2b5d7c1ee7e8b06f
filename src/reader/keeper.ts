/**
 * What this browser keeps for labs: long inputs and models. The databases are opened when the first
 * is asked for; where the browser keeps nothing, nothing is found.
 */
import type { Keeper } from '../lab/inputs/types';

const inputs = () => import('./inputs');
const models = () => import('./models');

export const keeper: Keeper = {
  async keepInput(hash, word) {
    try {
      await (await inputs()).keepInput(hash, word);
    } catch {
      // The address names what is not kept; opened again, it says so.
    }
  },

  async findInput(hash) {
    try {
      return await (await inputs()).findInput(hash);
    } catch {
      return undefined;
    }
  },

  async models() {
    try {
      return await (await models()).keptModels();
    } catch {
      return [];
    }
  },

  findModel: async (name) => (await models()).findModel(name),
};

/** Released models as weights to be read, by name: what the tables of station 15 count with. */
import { type Weights, weightsOf } from '../../../model/accounting/reading';
import { type ReleasedModel, released } from '../../../model/accounting/released';

export interface Servable extends Weights {
  name: string;
  model: string;
}

const servable = ({ name, model, architecture }: ReleasedModel): Servable => ({
  name,
  model,
  ...weightsOf(architecture),
});

export const servables: Servable[] = released.map(servable);

export const servableNamed = (name: string): Servable =>
  servables.find((each) => each.name === name)!;

/** Weights at work on one token. */
export const activeOf = ({ fixed, chosen }: Weights): number => fixed + chosen;

export const gigabyte = 1e9;

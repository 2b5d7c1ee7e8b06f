/**
 * What to do with a draft: the rule of speculative sampling, and three others that have been taken
 * for it. Each gives the first token of a pass, if any, and whether the draft counts as accepted. To
 * refill is to draw from what the drafter had put too low: the residual.
 */
import { draw } from '../../../decoding/sampling';
import { type Distribution, residual, type Uniform, verify } from '../../../decoding/speculative';

export interface Outcome {
  token?: number;
  accepted: boolean;
}

/** A draft was drawn from `q`; `p` is the model's distribution in the same place. */
export type DraftRule = (draft: number, p: Distribution, q: Distribution, next: Uniform) => Outcome;

export interface NamedRule {
  name: string;
  label: string;
  judge: DraftRule;
}

const byVerify =
  (onRejection: 'resample' | 'drop'): DraftRule =>
  (draft, p, q, next) => {
    const { tokens, accepted } = verify(
      { tokens: [draft], drafted: [q], target: [p, p] },
      next,
      onRejection,
    );
    return { token: tokens[0], accepted: accepted === 1 };
  };

export const rules: NamedRule[] = [
  { name: 'right', label: 'accept by p/q, else refill', judge: byVerify('resample') },
  { name: 'drop', label: 'accept by p/q, else nothing', judge: byVerify('drop') },
  {
    name: 'own',
    label: 'accept if drawn again, else that draw',
    judge: (draft, p, _q, next) => {
      const own = draw(p, next());
      return { token: own, accepted: own === draft };
    },
  },
  {
    name: 'mixed',
    label: 'accept if drawn again, else refill',
    judge: (draft, p, q, next) =>
      draw(p, next()) === draft
        ? { token: draft, accepted: true }
        : { token: draw(residual(p, q), next()), accepted: false },
  },
];

/** Half the sum of the differences: how much probability must move to make one of the other. */
export const totalVariation = (a: Distribution, b: Distribution): number =>
  Array.from(a).reduce((sum, x, i) => sum + Math.abs(x - b[i]), 0) / 2;

/**
 * About how far n draws from p lie from p by chance alone: the mean of |share − p| is
 * √(2p(1 − p)/πn), where n is not small.
 */
export const chanceVariation = (p: Distribution, n: number): number =>
  Array.from(p).reduce((sum, x) => sum + Math.sqrt((2 * x * (1 - x)) / (Math.PI * n)), 0) / 2;

/** How many numbers the models of station 12 have, and how many of them one question uses. */

export interface Sizes {
  /** Numbers that are left of each half of a question (m). */
  width: number;
  /** Experts (E); one alone has no router. */
  experts: number;
  /** Hidden units of an expert. */
  hidden: number;
  /** Classes to choose from. */
  out: number;
  /** False where nothing is learned to choose the expert by. */
  router?: boolean;
}

/** Bits of half a question. */
export const bits = 16;

const squeeze = ({ width }: Sizes) => 2 * bits * width;
const routed = ({ width, experts, router = true }: Sizes) =>
  experts > 1 && router ? 2 * width * experts : 0;
/** Numbers of one expert: a unit has 2m weights, a bias and a weight for each class. */
const unit = ({ width, out }: Sizes) => 2 * width + 1 + out;
const expert = (sizes: Sizes) => sizes.hidden * unit(sizes) + sizes.out;

/** Numbers in all, and those that answer one question. */
export const numbersOf = (sizes: Sizes) => ({
  parameters: squeeze(sizes) + routed(sizes) + sizes.experts * expert(sizes),
  active: squeeze(sizes) + routed(sizes) + expert(sizes),
});

/** The fewest hidden units with which one expert alone has as many numbers as are wanted. */
function unitsFor(wanted: number, sizes: Sizes): number {
  return Math.ceil((wanted - squeeze(sizes) - sizes.out) / unit(sizes));
}

/** Units of a dense net that puts at least as many numbers to work as the mixture does. */
export const equalAtWork = (mixture: Sizes): number => unitsFor(numbersOf(mixture).active, mixture);

/** Units of a dense net that has at least as many numbers in all. */
export const equalInAll = (mixture: Sizes): number =>
  unitsFor(numbersOf(mixture).parameters, mixture);

/** Classes of each question: facts have eight, hands yes and no. */
export const classesOf = (question: string): number => (question === 'facts' ? 8 : 2);

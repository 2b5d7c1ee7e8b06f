/**
 * What cannot be is said in a sentence. A `refusal(…)` gives it, or undefined where nothing is
 * wrong: menus show it. `refuse` throws it where it is too late to ask.
 */
export function refuse(refusal: string | undefined): void {
  if (refusal) throw new Error(refusal);
}

/** A model by name, trained from the numbers of a reference that shares no code with it. */
export interface Named {
  name: string;
  /** Losses of the reference, one a step. */
  reference: number[];
  /** As many of ours. */
  train(): Promise<number[]>;
}

/** A state of a view, made by hand: what tests draw and the gallery shows. */
import type { Axis, RunData, View } from '../../../src/lab/types';

export interface Example {
  view: View;
  /** What is special about it. */
  state: string;
  run: RunData;
  past?: RunData[];
  recorded?: RunData;
  axis?: Axis;
  lastStep?: number;
}

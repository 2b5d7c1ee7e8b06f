/** A state of a view, made by hand: what tests draw and the gallery shows. */
import type { View, ViewProps } from '../../../src/lab/types';

export interface Example extends Omit<ViewProps, 'width' | 'height'> {
  view: View;
  /** What is special about it. */
  state: string;
}

/** A view as it is at one width, without a lab around it. */
import type { View, ViewProps } from '../../lab/types';
import { Chart } from './Chart';
import { Drawing, sizeAt } from './Drawing';

interface Props {
  view: View;
  width: number;
  /** Whether the page gives that width, rather than the build having guessed it. */
  measured?: boolean;
  props: Omit<ViewProps, 'width' | 'height'>;
}

export function Still({ view, width, measured = false, props }: Props) {
  const size = sizeAt(view, width);
  if (view.plot) return <Chart view={view} size={size} measured={measured} props={props} />;
  return <Drawing view={view} size={size} props={props} />;
}

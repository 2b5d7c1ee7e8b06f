/** A view that is no chart: a picture of Preact's own, or a page. */
import type { ComponentChildren } from 'preact';
import type { DrawnView, View, ViewProps } from '../../lab/types';
import { narrow } from '../../views/axes';
import type { Size } from '../../views/plot';
import { useRoom } from './room';

interface Props {
  view: DrawnView;
  size: Size;
  props: Omit<ViewProps, 'width' | 'height'>;
}

export function Drawing({ view, size, props }: Props) {
  const { Draw } = view;
  const inside = <Draw {...props} {...size} />;
  if (view.kind === 'page') return <Page>{inside}</Page>;
  return (
    <svg
      class="lab-svg"
      viewBox={`0 0 ${size.width} ${size.height}`}
      role="img"
      aria-label={view.describe(props.run, props.axis)}
    >
      {inside}
    </svg>
  );
}

function Page({ children }: { children: ComponentChildren }) {
  const room = useRoom<HTMLDivElement>();
  return (
    <div class="lab-page" ref={room}>
      {children}
    </div>
  );
}

/** The frame that a view asks for at a width. */
export const sizeAt = (view: View, width: number): Size => ({
  width,
  height: Math.round(width * ((width < narrow ? view.narrowAspect : undefined) ?? view.aspect)),
});

/**
 * A chart on the page. At build it is drawn into the HTML; in the browser it takes over what is
 * there and draws again when its rows change: a dozen times a second at most, in view, and not
 * under a finger.
 */
import { useRef } from 'preact/hooks';
import type { ChartView, ViewProps } from '../../lab/types';
import { markup, picture, type Size } from '../../views/plot';
import { chartDocument } from './chart-document';
import { useDrawing } from './use-drawing';

interface Props {
  view: ChartView;
  size: Size;
  /** Whether `size` is what the page really gives: before that is known, the built picture stays. */
  measured: boolean;
  props: Omit<ViewProps, 'width' | 'height'>;
}

export function Chart({ view, size, measured, props }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const all = { ...props, ...size };
  const { Layer } = view;
  const drawn = () =>
    [view.plot(all), size, view.describe(props.run, props.axis), chartDocument] as const;
  const scale = useDrawing(host, {
    props: all,
    measured,
    scaled: Layer !== undefined,
    draw: () => picture(...drawn()),
  });
  // Hydration leaves what stands in an element whose HTML is set; only the drawing changes it.
  const html = import.meta.env.SSR ? markup(...drawn()) : '';
  return (
    <>
      <div ref={host} class="lab-chart" dangerouslySetInnerHTML={{ __html: html }} />
      {Layer && scale && props.onInputs && (
        // biome-ignore lint/a11y/noSvgWithoutTitle: the layer's own parts carry their names
        <svg class="lab-layer" viewBox={`0 0 ${size.width} ${size.height}`}>
          <Layer {...all} scale={scale} />
        </svg>
      )}
    </>
  );
}

/** When a chart is drawn anew, and what holds it. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ScaleOf, ViewProps } from '../../lab/types';
import type { Picture } from '../../views/plot';
import { Pace } from './pace';

type Host = { current: HTMLElement | null };

interface Drawing {
  props: ViewProps;
  measured: boolean;
  /** Something above the chart needs its scales, so that the built picture alone will not do. */
  scaled: boolean;
  draw(): Picture;
}

/** Draws into the host when what is drawn changes; gives the scales of the chart that stands there. */
export function useDrawing(host: Host, drawing: Drawing): ScaleOf | undefined {
  const { props, measured, scaled } = drawing;
  const [placed, setPlaced] = useState<{ scale: ScaleOf }>();
  const latest = useRef(drawing);
  latest.current = drawing;
  const pace = useRef<Pace>();
  const built = useRef(props);

  // Before anything is painted, so that nothing is seen at a wrong size.
  useLayoutEffect(() => {
    if (!measured) return;
    const first = !pace.current;
    pace.current ??= new Pace(() => {
      const { svg, scale } = latest.current.draw();
      const { width, height } = latest.current.props;
      // While the pictures of a page are exchanged, WebKit lays it out once without them (it settles
      // container queries first), and a shorter page is scrolled up. So the place keeps its shape.
      if (host.current) host.current.style.aspectRatio = `${width} / ${height}`;
      host.current?.replaceChildren(svg);
      setPlaced((before) => (before && same(before.scale, scale) ? before : { scale }));
    });
    if (!(first && !scaled && standsAsBuilt(host, built.current, props))) pace.current.ask();
  }, [measured, ...shownOf(props)]);

  useEffect(() => {
    const release = holdBack(host.current!, (reason, held) => pace.current?.hold(reason, held));
    const print = () => pace.current?.flush();
    window.addEventListener('beforeprint', print);
    return () => {
      pace.current?.stop();
      release();
      window.removeEventListener('beforeprint', print);
    };
  }, []);

  return placed?.scale;
}

/** Of a view's props, all that its picture is made of. */
const shownOf = ({ run, past, inputs, axis, lastStep, width, height }: ViewProps) => [
  run,
  past,
  inputs,
  axis,
  lastStep,
  width,
  height,
];

/** Whether the picture of the build is of this size, and of the same rows: it may stay. */
function standsAsBuilt(host: Host, built: ViewProps, { run, past, width, height }: ViewProps) {
  const box = host.current?.firstElementChild?.getAttribute('viewBox');
  return box === `0 0 ${width} ${height}` && run === built.run && past === built.past;
}

/** Out of view nothing is drawn; nor under a pointer that is down, which would lose what it holds. */
function holdBack(element: HTMLElement, hold: (reason: string, held: boolean) => void): () => void {
  // A press for the menu may never be told to have ended.
  const press = ({ button }: PointerEvent) => button === 0 && hold('pointer', true);
  const release = () => hold('pointer', false);
  const sight = new IntersectionObserver(
    (entries) => hold('sight', !entries.at(-1)!.isIntersecting),
    { rootMargin: '100px' },
  );
  sight.observe(element);
  element.addEventListener('pointerdown', press);
  window.addEventListener('pointerup', release);
  window.addEventListener('pointercancel', release);
  return () => {
    sight.disconnect();
    element.removeEventListener('pointerdown', press);
    window.removeEventListener('pointerup', release);
    window.removeEventListener('pointercancel', release);
  };
}

/** Whether two charts place their numbers alike: what is drawn upon them may stay. */
const same = (a: ScaleOf, b: ScaleOf) =>
  (['x', 'y'] as const).every(
    (name) =>
      String(a(name)?.domain) === String(b(name)?.domain) &&
      String(a(name)?.range) === String(b(name)?.range),
  );

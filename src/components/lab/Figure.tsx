/**
 * The pictures of a lab. At build each is drawn twice, wide and narrow, and CSS shows the one that
 * fits; in the browser it is drawn once, for the width it really has. Both have the same shape,
 * so nothing moves when the script arrives.
 */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { lastStepOf } from '../../lab/plans';
import type { LabStore } from '../../lab/store';
import type { LabDescription, View, ViewProps } from '../../lab/types';
import type { Inputs, SettingValue } from '../../model/experiments/types';
import { narrow } from '../../views/axes';

const nominal = { main: 760, half: 370, narrow: 350 };

type Entry = LabDescription['views'][number];

interface FigureProps {
  store: LabStore;
  shown: Entry[];
  size: 'main' | 'half';
}

/** The views of one size, in their order; nothing where the lab has none. */
export function Figure({ store, shown, size }: FigureProps) {
  const own = shown.filter((entry) => (entry.size ?? 'main') === size);
  if (!own.length) return null;
  return (
    <div class="lab-views">
      {own.map((entry) => (
        <Picture key={entry.view.name} store={store} entry={entry} />
      ))}
    </div>
  );
}

function Picture({ store, entry }: { store: LabStore; entry: Entry }) {
  const { view, label, size = 'main' } = entry;
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const run = store.shown.value;
  const words = view.describe(run);
  const props = {
    run,
    past: store.history.all.value,
    lastStep: lastStepOf(store.lab),
    axis: store.axis.value,
    inputs: store.inputs.values.value,
    ...(store.accepts.value && {
      onInputs: (inputs: Inputs) => store.setInputs(inputs),
      onSetting: (name: string, value: SettingValue) => store.set(name, value),
    }),
    ...(store.isOpen.value && { ask: store.ask }),
  };
  const widths = width ? [width] : [nominal[size], nominal.narrow];
  return (
    <div class={`lab-view lab-view-${size}`}>
      {label && <p class="lab-view-label">{label}</p>}
      <div class="lab-picture" ref={box}>
        {widths.map((each, i) => (
          <Svg
            key={i === 0 ? 'first' : 'second'}
            class={width ? undefined : i === 0 ? 'lab-wide-only' : 'lab-narrow-only'}
            view={view}
            width={each}
            words={words}
            props={props}
          />
        ))}
      </div>
    </div>
  );
}

interface SvgProps {
  view: View;
  width: number;
  words: string;
  class?: string;
  props: Omit<ViewProps, 'width' | 'height'>;
}

function Svg({ view, width, words, class: name, props }: SvgProps) {
  const { Draw, Layer } = view;
  const height = Math.round(width * aspectAt(view, width));
  const size = { width, height };
  return (
    <div class={name}>
      <svg class="lab-svg" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={words}>
        <Draw {...props} {...size} />
      </svg>
      {Layer && props.onInputs && (
        // biome-ignore lint/a11y/noSvgWithoutTitle: the layer's own parts carry their names
        <svg class="lab-layer" viewBox={`0 0 ${width} ${height}`}>
          <Layer {...props} {...size} />
        </svg>
      )}
    </div>
  );
}

export const aspectAt = (view: View, width: number) =>
  width < narrow ? (view.narrowAspect ?? view.aspect) : view.aspect;

/** The element's width in CSS pixels; undefined until it is known, and so in the first render. */
function useWidth(box: { current: HTMLElement | null }): number | undefined {
  const [width, setWidth] = useState<number>();
  const read = () => {
    const now = Math.round(box.current?.clientWidth ?? 0);
    if (now > 0) setWidth(now);
  };
  useLayoutEffect(read, []);
  useEffect(() => {
    if (!box.current || typeof ResizeObserver === 'undefined') return;
    const observer = new ResizeObserver(read);
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  return width;
}

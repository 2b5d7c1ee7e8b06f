/**
 * The pictures of a lab. At build each is drawn twice, wide and narrow, and CSS shows the one that
 * fits; in the browser it is drawn once, for the width it really has. Both have the same shape,
 * so nothing moves when the script arrives, and on a desk or a phone they are the same picture.
 * Its letters follow the reader's size of text.
 */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { lastStepOf } from '../../lab/plans';
import type { LabStore } from '../../lab/store';
import type { LabDescription } from '../../lab/types';
import type { Inputs, Settings } from '../../model/experiments/types';
import { laidOut, leastWidth, lettersOfPage } from './letters';
import { Still } from './Still';

/** Widths a chapter gives on a desk, whole and half, and on a phone of 390 px. */
const nominal = { main: 940, half: 454, below: 940, narrow: 358 };

type Entry = LabDescription['views'][number];
type Size = NonNullable<Entry['size']>;

/**
 * Which views stand over the controls, and what rows stand under them. Over them are the main ones,
 * or the first two halves: whoever presses Play sees what it does.
 */
export function placed(shown: Entry[]): { lead: Entry[]; rows: Entry[][] } {
  const of = (size: Size) => shown.filter((entry) => (entry.size ?? 'main') === size);
  const [main, halves, below] = [of('main'), of('half'), of('below')];
  return main.length
    ? { lead: main, rows: [halves, below] }
    : { lead: halves.slice(0, 2), rows: [halves.slice(2), below] };
}

interface FigureProps {
  store: LabStore;
  entries: Entry[];
  locked: string[];
}

/** Views of one place, in their order; nothing where the lab has none. */
export function Figure({ store, entries, locked }: FigureProps) {
  if (!entries.length) return null;
  return (
    <div class="lab-views">
      {entries.map((entry) => (
        <Picture
          key={entry.view.name}
          store={store}
          entry={entry}
          alone={entries.length === 1}
          locked={locked}
        />
      ))}
    </div>
  );
}

interface PictureProps {
  store: LabStore;
  entry: Entry;
  /** A half that stands alone has the whole width. */
  alone: boolean;
  locked: string[];
}

function Picture({ store, entry, alone, locked }: PictureProps) {
  const { view, label, size = 'main' } = entry;
  const box = useRef<HTMLDivElement>(null);
  const room = useWidth(box);
  const letter = lettersOfPage().value;
  const props = {
    run: store.shown.value,
    past: store.history.all.value,
    recorded: store.recorded,
    lastStep: lastStepOf(store.lab),
    axis: store.axis.value,
    inputs: store.inputs.values.value,
    settings: store.settings.value,
    locked,
    ...(store.accepts.value && {
      onInputs: (inputs: Inputs) => store.setInputs(inputs),
      onSettings: (changes: Settings) => store.setAll(changes),
    }),
    ...(store.isOpen.value && { ask: store.ask }),
  };
  // Larger than its room, it is moved in it, by keyboard, too.
  const moved = room !== undefined && room < leastWidth * letter;
  // A page fits any width by itself.
  const built = [nominal[alone ? 'main' : size], ...(view.kind === 'page' ? [] : [nominal.narrow])];
  const widths = room ? [laidOut(room, letter)] : built;
  const fitting = (i: number) =>
    widths.length > 1 ? ['lab-wide-only', 'lab-narrow-only'][i] : undefined;
  return (
    <div class={`lab-view lab-view-${size}`}>
      {label && <p class="lab-view-label">{label}</p>}
      <div
        class="lab-picture"
        ref={box}
        {...(moved && { role: 'group', tabIndex: 0, 'aria-label': label ?? 'The figure' })}
      >
        {widths.map((each, i) => (
          <div key={i === 0 ? 'first' : 'second'} class={fitting(i)}>
            <Still view={view} width={each} measured={room !== undefined} props={props} />
          </div>
        ))}
      </div>
    </div>
  );
}

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

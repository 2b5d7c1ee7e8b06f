/** Characters that a reader points at, one after another: by pointer, by finger, by arrow keys. */
import type { ComponentChildren } from 'preact';

interface Props {
  /** What stands there, for whoever hears it; how to move is added. */
  label: string;
  class?: string;
  /** The `data-at` of the characters inside, in reading order. */
  places: number[];
  pointed: number | undefined;
  onPoint(place: number): void;
  children: ComponentChildren;
}

export function Walked({ label, class: name, places, pointed, onPoint, children }: Props) {
  const placeUnder = (event: Event) => {
    const at = (event.target as Element | null)?.closest('[data-at]')?.getAttribute('data-at');
    if (at) onPoint(Number(at));
  };
  const move = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const next = places.indexOf(pointed ?? Number.NaN) + by;
    const place = places[Math.min(places.length - 1, Math.max(0, next))];
    if (place !== undefined) onPoint(place);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: it is no part of a form
    <div
      class={name}
      role="group"
      aria-label={`${label}; arrow keys move from character to character`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move through the characters
      tabIndex={0}
      onPointerOver={placeUnder}
      onPointerDown={placeUnder}
      onKeyDown={move}
    >
      {children}
    </div>
  );
}

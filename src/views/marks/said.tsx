/** What a figure says of the place that a reader points at. */
import { useRef } from 'preact/hooks';

interface Props {
  words: string;
  /** What the hand chose: a place, a token, a text. */
  by: string | number | undefined;
  class?: string;
}

/**
 * The words follow the run as it trains, several times a second; to ears they are told only when a
 * hand chose something else.
 */
export function Said({ words, by, class: name }: Props) {
  const chosen = useRef(by);
  const told = useRef('');
  if (chosen.current !== by) {
    chosen.current = by;
    told.current = words;
  }
  return (
    <>
      <p class={name}>{words}</p>
      <span class="lab-hidden" aria-live="polite">
        {told.current}
      </span>
    </>
  );
}

/**
 * How large the reader has letters. A picture is drawn in pixels of its own, in which its letters
 * are 13, and shown so much larger: all of it grows with the text around it, and it is laid out for
 * the room that is left.
 */
import { type Signal, signal } from '@preact/signals';

/** CSS pixels of a rem where nobody has changed it: in these pictures are drawn. */
const usual = 16;

/** The least width that pictures are laid out for: a telephone's of 320 px. `18rem` in styles/frame.css. */
export const leastWidth = 288;

let letters: Signal<number> | undefined;

/**
 * The text's size as a share of the usual one; 1 at build. A letter on the page tells, not the
 * root's font size: where a browser enlarges text alone, only what is laid out shows it.
 */
export function lettersOfPage(): Signal<number> {
  if (letters) return letters;
  letters = signal(1);
  if (typeof ResizeObserver === 'undefined') return letters;
  const letter = document.createElement('span');
  letter.className = 'lab-letter';
  letter.ariaHidden = 'true';
  letter.textContent = '0';
  document.body.append(letter);
  const read = () => {
    const { height } = letter.getBoundingClientRect();
    // Not laid out, as in a frame that is not shown: what was known stays.
    if (height > 0) letters!.value = height / usual;
  };
  read();
  new ResizeObserver(read).observe(letter);
  return letters;
}

/** Pixels in which a picture is laid out, in a room of so many CSS pixels. */
export const laidOut = (room: number, letter: number): number =>
  Math.round(Math.max(room / letter, leastWidth));

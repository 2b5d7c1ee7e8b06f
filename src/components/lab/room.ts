/** Words that change as a run goes on keep the room they had: what stands below stays under its hand. */
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/**
 * Holds an element as high as it was at its highest, in its present width and size of letters. A
 * title that takes a line less at the next step would pull up every button below it, and a press
 * that was on its way would miss.
 */
export function useRoom<E extends HTMLElement>(): RefObject<E> {
  const ref = useRef<E>(null);
  useEffect(() => {
    const element = ref.current;
    if (!element || typeof ResizeObserver === 'undefined') return;
    let form = '';
    let highest = 0;
    const read = () => {
      const { width, height } = element.getBoundingClientRect();
      const now = `${Math.round(width)} ${getComputedStyle(element).fontSize}`;
      if (now !== form) {
        form = now;
        // Of another form it was another height: it is measured anew as it falls.
        highest = 0;
        element.style.minHeight = '';
        highest = element.getBoundingClientRect().height;
      } else highest = Math.max(highest, height);
      element.style.minHeight = highest > 0 ? `${highest}px` : '';
    };
    const observer = new ResizeObserver(read);
    observer.observe(element, { box: 'border-box' });
    return () => observer.disconnect();
  }, []);
  return ref;
}

/** What ties a lab's store to the page: sight, goals, runs kept over a reload. */
import { useSignalEffect } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { keepRuns, keptRuns } from './keep';
import type { LabStore } from './store';

/** A lab off screen, or in a hidden tab, does not train. */
export function useSight(store: LabStore, root: RefObject<HTMLElement>): void {
  useEffect(() => {
    if (!root.current || typeof IntersectionObserver === 'undefined') return;
    let near = true;
    const tell = () => store.visible(near && !document.hidden);
    const observer = new IntersectionObserver(
      (entries) => {
        near = entries.at(-1)!.isIntersecting;
        tell();
      },
      { rootMargin: '100px' },
    );
    observer.observe(root.current);
    document.addEventListener('visibilitychange', tell);
    return () => {
      observer.disconnect();
      document.removeEventListener('visibilitychange', tell);
    };
  }, []);
}

/** Exercises listen on the window for what a run reaches: {lab, goal, met}. */
export function useGoals(store: LabStore): void {
  const before = useRef<string[]>([]);
  useSignalEffect(() => {
    const met = store.met.value;
    const tell = (goal: string, isMet: boolean) =>
      window.dispatchEvent(
        new CustomEvent('switchyard:goal', {
          detail: { lab: store.lab.name, goal, met: isMet },
        }),
      );
    for (const goal of met) if (!before.current.includes(goal)) tell(goal, true);
    for (const goal of before.current) if (!met.includes(goal)) tell(goal, false);
    before.current = met;
  });
}

/** Runs survive a reload, where the browser lets a page keep anything. */
export function useKeepsake(store: LabStore): void {
  useEffect(() => {
    store.past.value = [...store.past.value, ...keptRuns(store.lab.name)];
    const keep = () => keepRuns(store.lab.name, store.finished());
    window.addEventListener('pagehide', keep);
    return () => window.removeEventListener('pagehide', keep);
  }, []);
}

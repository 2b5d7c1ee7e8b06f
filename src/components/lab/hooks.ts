/** What ties a lab's store to the page: sight, goals, runs kept over a reload. */
import { effect, untracked, useSignalEffect } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { writeAddress } from '../../lab/address';
import { isAtRest } from '../../lab/phase';
import type { LabStore } from '../../lab/store';
import { dropRuns, keepRuns, keptRuns } from '../../reader/runs';
import type { CodeEvent, CodeNear, CodeSaid } from '../cell/cell';

/** A lab off screen, or in a hidden tab, does not train. */
export function useSight(store: LabStore, root: RefObject<HTMLElement>): void {
  useEffect(() => {
    if (!root.current || typeof IntersectionObserver === 'undefined') return;
    let near = true;
    const tell = () => store.player.visible(near && !document.hidden);
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

/** Milliseconds that a pointer rests on a lab before it means something. */
const dwell = 250;

/** A pointer that stays on the lab, or focus in it: Play may be next. Not where data is dear. */
export function useIntent(store: LabStore, root: RefObject<HTMLElement>): void {
  useEffect(() => {
    const lab = root.current;
    const { connection } = navigator as { connection?: { saveData?: boolean } };
    if (!lab || connection?.saveData) return;
    let timer: ReturnType<typeof setTimeout>;
    const prepare = () => void store.player.prepare();
    const enter = () => {
      timer = setTimeout(prepare, dwell);
    };
    const leave = () => clearTimeout(timer);
    lab.addEventListener('pointerenter', enter);
    lab.addEventListener('pointerleave', leave);
    lab.addEventListener('focusin', prepare);
    return () => {
      leave();
      lab.removeEventListener('pointerenter', enter);
      lab.removeEventListener('pointerleave', leave);
      lab.removeEventListener('focusin', prepare);
    };
  }, []);
}

/** Exercises listen on the window for what a run reaches: {lab, goal, met}. */
export function useGoals(store: LabStore): void {
  const before = useRef<string[]>([]);
  useSignalEffect(() => {
    const met = store.told.met.value;
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

/** A cell of the page hands code to this lab, and hears in a sentence why it does not run. */
export function useCode(store: LabStore, root: RefObject<HTMLElement>): void {
  useEffect(() => {
    const lab = root.current;
    if (!lab) return;
    const take = (event: Event) =>
      void store.trainWith((event as CustomEvent<CodeEvent>).detail.edits);
    const near = (event: Event) => store.codeIsNear((event as CustomEvent<CodeNear>).detail.files);
    lab.addEventListener('switchyard:code', take);
    lab.addEventListener('switchyard:code-near', near);
    return () => {
      lab.removeEventListener('switchyard:code', take);
      lab.removeEventListener('switchyard:code-near', near);
    };
  }, []);
  useSignalEffect(() => {
    const [edits, state, words] = [
      store.code.value,
      store.player.state.value,
      store.player.words.value,
    ];
    const wrong = state === 'error' || state === 'diverged';
    const detail = { words: edits.length && wrong ? words : '' };
    root.current?.dispatchEvent(new CustomEvent<CodeSaid>('switchyard:code-said', { detail }));
  });
}

/** Milliseconds of training that a tab that is killed may lose. */
const keepEvery = 5000;

const keepsNothing =
  'This browser would not keep the run: its storage is full, or closed to this page. The run is here until you leave; Save takes it along.';

/**
 * Runs survive a reload, a second tab and a tab that is killed, where the browser lets a page keep
 * anything: they are kept whenever they rest or the tab is hidden, and every few seconds while they
 * grow. What was kept and cannot be read is named.
 */
export function useKeepsake(store: LabStore): void {
  useEffect(() => {
    // A lab may stand twice on a page, each with runs of its own.
    const name = `${store.lab.name}.${store.id}`;
    const { runs, notes } = keptRuns(name);
    for (const note of notes) store.note(note);
    const former = new Set(runs.map(({ id }) => id));
    store.history.recall(runs);
    // Runs of earlier visits are kept already, unless another tab has cleared them since.
    const keep = () =>
      keepRuns(
        name,
        store.finished().filter(({ id }) => !former.has(id)),
      );
    const hide = () => document.hidden && keep();
    const stopClearing = effect(() => {
      if (store.history.cleared.value) dropRuns(name);
    });
    const stopKeeping = effect(() => {
      if (isAtRest(store.player.phase.value) && !untracked(keep)) store.note(keepsNothing);
    });
    const growing = setInterval(() => {
      if (store.player.phase.value === 'running') keep();
    }, keepEvery);
    window.addEventListener('pagehide', keep);
    document.addEventListener('visibilitychange', hide);
    return () => {
      stopClearing();
      stopKeeping();
      clearInterval(growing);
      window.removeEventListener('pagehide', keep);
      document.removeEventListener('visibilitychange', hide);
    };
  }, []);
}

/** The page's address with this lab as it is set now. */
export function addressOf(store: LabStore): URL {
  const address = new URL(location.href);
  const before = new URLSearchParams(location.search);
  const query = writeAddress(store.id, store.controls, store.addressed(), before).toString();
  // A colon may stand in a query as it is, and "local:" is then legible.
  address.search = query.replaceAll('%3A', ':');
  return address;
}

/** Browsers allow few changes of the address a second: a dragged slider waits for its rest. */
const addressRest = 400;

/** What the reader sets goes into the address bar; what the address itself set is left alone. */
export function useAddress(store: LabStore, ready: boolean): void {
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const first = useRef(true);
  useEffect(() => {
    if (!ready) return;
    first.current = true;
    const stop = effect(() => {
      const { settings, seed, axis, inputs, player } = store;
      for (const each of [settings, seed, axis, player.rung, inputs.values, inputs.preset])
        void each.value;
      if (first.current) {
        first.current = false;
        return;
      }
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        try {
          history.replaceState(history.state, '', addressOf(store));
        } catch {
          // A framed page may not change its address; Share still gives it.
        }
      }, addressRest);
    });
    return () => {
      clearTimeout(timer.current);
      stop();
    };
  }, [ready]);
}

/**
 * Past runs: the reader's own, apart from those that the author put behind a figure. What was
 * computed in this page and what was kept from earlier visits stand in one list, oldest first.
 */
import { computed, signal } from '@preact/signals';
import { thin } from './run';
import type { Run } from './types';

/** Runs of the reader's that a figure can still be read with. */
const most = 8;
/** Rows of a past run: it stands faintly behind another. */
const rows = 200;

export class History {
  readonly own = signal<Run[]>([]);
  /** How often the reader cleared the list: what a browser keeps goes with it. */
  readonly cleared = signal(0);
  /** What figures draw behind the run shown. */
  readonly all = computed(() => [...this.behind, ...this.own.value]);

  constructor(readonly behind: Run[] = []) {}

  /** A run that is over joins the list, or takes the place that it had. */
  add(run: Run | undefined): void {
    if (!run) return;
    this.own.value = newest([...this.own.value.filter(({ id }) => id !== run.id), thin(run, rows)]);
  }

  /** What the browser kept: runs that are here already stay as they are. */
  recall(kept: Run[]): void {
    const here = new Set(this.own.value.map(({ id }) => id));
    this.own.value = newest([...kept.filter(({ id }) => !here.has(id)), ...this.own.value]);
  }

  clear(): void {
    this.own.value = [];
    this.cleared.value++;
  }
}

const newest = (runs: Run[]) =>
  runs.toSorted((a, b) => (a.started ?? '').localeCompare(b.started ?? '')).slice(-most);

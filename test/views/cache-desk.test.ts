import type { VNode } from 'preact';
import { describe, expect, it } from 'vitest';
import type { Inputs } from '../../src/model/experiments/types';
import { cacheDesk } from '../../src/views/cache-desk';
import { drawn, spaced } from './draw';
import { examples } from './examples/cache-desk';
import { nothing } from './examples/shared';

const [example] = examples;
const finished = {
  ...example.run,
  facts: {
    ...example.run.facts,
    waits: null,
    turns: [{ character: 'b', missing: 4, givenUp: 1, byLru: false, again: 2, latest: 9 }],
  },
};

/** The handlers of the desk's parts by the words inside them, as a reader's hand calls them. */
function hands(run = example.run) {
  const handed: number[][] = [];
  const onInputs = ({ choices }: Inputs) =>
    handed.push(Array.from((choices as { data: Float32Array }).data));
  const { Draw } = cacheDesk;
  const desk = (Draw as (props: object) => VNode)({ run, width: 940, height: 100, onInputs });
  const found: VNode<Record<string, unknown>>[] = [];
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) for (const each of node) walk(each);
    else if (node && typeof node === 'object' && 'props' in node) {
      const vnode = node as VNode<Record<string, unknown>>;
      if (vnode.type === 'button') found.push(vnode);
      walk(vnode.props.children);
    }
  };
  walk(desk);
  const press = (i: number) => (found[i].props.onClick as () => void)();
  const type = (key: string, more = {}) =>
    (desk.props as unknown as { onKeyDown(event: object): void }).onKeyDown({ key, ...more });
  return { handed, press, type };
}

describe('a cache by hand', () => {
  it('asks about what is missing and shows what is known of each slot', () => {
    const desk = drawn(example);
    expect(desk.querySelector('.slots-ask')!.textContent).toBe(
      '“␣” needs C and C2, and C2 is not there: which expert goes?',
    );
    const slots = [...desk.querySelectorAll('.slots-slot')];
    expect(slots.map((slot) => slot.getAttribute('aria-disabled'))).toEqual([
      'false',
      'true',
      'false',
      'false',
    ]);
    const words = slots.map((slot) =>
      [...slot.querySelectorAll(':scope > span')].map(({ textContent }) => textContent).join(''),
    );
    expect(words).toEqual([
      'Give up A: used 5 times, last 3 ago1',
      'Give up C: needed now2',
      'Give up B2: used 1 time, last 12 ago3',
      'Give up E: used 5 times, last 3 ago; needed again in 64',
    ]);
  });

  it('gives up the expert of the slot that is pressed, by hand or by key', () => {
    const { handed, press, type } = hands();
    press(0);
    type('3');
    expect(handed).toEqual([
      [7, -2, 1, 0, -1],
      [7, -2, 1, 9, -1],
    ]);
    // What is needed stays; other keys and chords are the browser's.
    press(1);
    type('2');
    type('5');
    type('a');
    type('1', { ctrlKey: true });
    expect(handed).toHaveLength(2);
  });

  it('lets LRU choose, once or to the end, takes back and begins anew', () => {
    const { handed, press } = hands();
    for (const button of [4, 5, 6, 7]) press(button);
    expect(handed).toEqual([
      [7, -2, 1, -2, -1],
      [7, -2, 1, -2, -2],
      [7, -2, -1, -1, -1],
      [7, -1, -1, -1, -1],
    ]);
  });

  it('has nothing to give up once all is read', () => {
    const { handed, press, type } = hands(finished);
    press(4);
    press(5);
    type('1');
    expect(handed).toEqual([]);
    const ask = drawn({ ...example, run: finished }).querySelector('.slots-ask')!;
    expect(ask.textContent).toBe('All 24 characters are read.');
  });

  it('is said slot by slot, and tabled choice by choice', () => {
    expect(spaced(cacheDesk.describe(example.run))).toBe(
      '“␣” needs C and C2, and C2 is not there: which expert goes? Slot 1 holds A, used 5 times, last 3 ago; slot 2 holds C, needed now; slot 3 holds B2, used 1 time, last 12 ago; slot 4 holds E, used 5 times, last 3 ago; needed again in 6.',
    );
    expect(cacheDesk.describe(finished)).toBe('All 24 characters are read.');
    expect(cacheDesk.describe(nothing())).toBe('No cache is at hand yet.');
    expect(cacheDesk.table(example.run).rows).toEqual([
      ['1 a', 'C', 'D', 'LRU', '–', '–'],
      ['2 b', 'E', 'B', 'you', 2, '–'],
    ]);
    expect(cacheDesk.table(finished).rows[0].at(-1)).toBe('B2');
  });
});

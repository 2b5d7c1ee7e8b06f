import type { VNode } from 'preact';
import { describe, expect, it, vi } from 'vitest';
import type { ViewProps } from '../../src/lab/types';
import type { Inputs } from '../../src/model/experiments/types';
import { dialsByHand } from '../../src/views/dials-by-hand';
import { drawn, spaced } from './draw';
import { examples } from './examples/dials-by-hand';

const [first, later] = examples;
const all = (document: Document, selector: string) => [...document.querySelectorAll(selector)];

/** Elements of what a view draws, by their tag, with their handlers. */
function elements(node: unknown, tag: string): VNode<Record<string, never>>[] {
  if (Array.isArray(node)) return node.flatMap((each) => elements(each, tag));
  if (!node || typeof node !== 'object' || !('props' in node)) return [];
  const vnode = node as VNode<Record<string, never>>;
  const own = vnode.type === tag ? [vnode] : [];
  return [...own, ...elements((vnode.props as { children?: unknown }).children, tag)];
}

const drawing = (props: Partial<ViewProps>) =>
  (dialsByHand.Draw as (props: ViewProps) => VNode)({
    run: later.run,
    width: 940,
    height: 400,
    ...props,
  });

describe('eight dials by hand', () => {
  it('have a slider each that says where it stands and what it does', () => {
    const sliders = all(drawn(later), 'input[type=range]');
    expect(sliders).toHaveLength(8);
    expect(sliders.map((each) => each.getAttribute('value')).slice(0, 3)).toEqual([
      '0.1',
      '-0.2',
      '0',
    ]);
    expect(sliders[1].getAttribute('aria-label')).toBe('dial of B');
    expect(spaced(sliders[1].getAttribute('aria-valuetext')!)).toMatch(/^−0\.20, load \d+\.\d %$/);
  });

  it('are only looked at where nothing is computed', () => {
    const document = drawn(first);
    for (const each of all(document, 'input, button'))
      expect(each.hasAttribute('disabled')).toBe(true);
  });

  it('draw loads as long as they are, and the rule’s beside them', () => {
    const shares = Array.from(later.run.probes.dials.data).slice(16, 32);
    const document = drawn(later);
    const lengths = all(document, '.hand-bar rect').map((bar) => Number(bar.getAttribute('width')));
    const marks = all(document, '.hand-bar .v-middle').map((mark) =>
      Number(mark.getAttribute('x1')),
    );
    [...lengths, ...marks].forEach((length, i) => {
      expect(length).toBeCloseTo(200 * shares[i], 1);
    });
    expect(shares.slice(0, 8).reduce((sum, share) => sum + share)).toBeCloseTo(1, 5);
  });

  it('hand in all eight when one is turned, and show the batches that follow', () => {
    const onInputs = vi.fn<(inputs: Inputs) => void>();
    const onSettings = vi.fn();
    const picture = drawing({ onInputs, onSettings });
    const sliders = elements(picture, 'input');
    const turn = sliders[2].props.onInput as unknown as (event: object) => void;
    turn({ currentTarget: { value: '0.04' } });
    const handed = onInputs.mock.calls[0][0].dials as { data: Float32Array };
    expect(Array.from(handed.data, (dial) => Number(dial.toFixed(4)))).toEqual([
      0.1, -0.2, 0.04, 0, 0.06, 0, 0, -0.02,
    ]);
    const buttons = elements(picture, 'button');
    for (const each of buttons) (each.props.onClick as unknown as () => void)();
    expect(onSettings.mock.calls).toEqual([
      [{ batchShown: 8 }],
      [{ batchShown: 21 }],
      [{ batchShown: 1 }],
    ]);
    const last = onInputs.mock.calls.at(-1)![0].dials as { data: Float32Array };
    expect(Array.from(last.data)).toEqual(Array(8).fill(0));
  });

  it('keep to the batch that a teacher’s link locks', () => {
    const picture = drawing({
      onInputs: () => {},
      onSettings: () => {},
      locked: ['batchShown'],
    });
    const buttons = elements(picture, 'button');
    expect(buttons.map((each) => Boolean(each.props.disabled))).toEqual([true, true, true, false]);
  });

  it('say what hand and rule have turned', () => {
    expect(spaced(dialsByHand.describe(later.run))).toMatch(
      /^Batch 7\. A: dial \+0\.10, load .*You: 19 turns, busiest \d\.\d\d times the mean\. The rule: 8 rounds of 8 turns, busiest \d\.\d\d times the mean\.$/,
    );
    const { columns, rows } = dialsByHand.table(first.run);
    expect(columns[3]).toBe('mean gate of its tokens');
    for (const row of rows) expect(Number(row[3])).toBeGreaterThan(0.4);
  });
});

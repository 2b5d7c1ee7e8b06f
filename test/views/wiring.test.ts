import { parseHTML } from 'linkedom';
import { h, render } from 'preact';
import { describe, expect, it } from 'vitest';
import type { Settings } from '../../src/model/experiments/types';
import { asStored, drawn } from './draw';
import { empty, examples } from './examples/wiring';

const [example, noRoom] = examples;

const switches = (document: Document) =>
  [...document.querySelectorAll('button')].map((each) => [
    each.textContent,
    each.getAttribute('aria-checked'),
    each.hasAttribute('disabled'),
  ]);

describe('pieces as switches along a line', () => {
  it.each(examples)('are as stored: $state', asStored);

  it('say which are in, and can be turned only where something answers', () => {
    expect(switches(drawn(example))).toEqual([
      ['latent attention', 'true', true],
      ['a limit on nodes', 'false', true],
    ]);
    const hand = { ...example, onSettings: () => {} };
    expect(switches(drawn(hand)).map(([, , disabled]) => disabled)).toEqual([false, false]);
    // A piece that a teacher has locked, and one without room in the model.
    expect(switches(drawn({ ...hand, locked: ['width'] }))[0]).toEqual([
      'latent attention',
      'true',
      true,
    ]);
    expect(switches(drawn({ ...hand, run: noRoom.run }))[1]).toEqual([
      'a limit on nodes',
      'false',
      true,
    ]);
  });

  it('set all that a piece changes, from what is set now', () => {
    const { document } = parseHTML('<main></main>');
    const told: Settings[] = [];
    const { Draw } = example.view;
    const main = document.querySelector('main')!;
    const restore = globalThis.document;
    globalThis.document = document;
    try {
      render(
        h(Draw!, { ...example, width: 940, height: 400, onSettings: (all) => told.push(all) }),
        main,
      );
      for (const button of main.querySelectorAll('button')) button.click();
    } finally {
      globalThis.document = restore;
    }
    expect(told).toEqual([{ attention: 'heads', width: 0 }, { most: 2 }]);
  });

  it('show what is set before it is trained, and say so', () => {
    const settings = { attention: 'heads', width: 0, most: 4 };
    const document = drawn({ ...example, settings });
    expect(switches(document)[0][1]).toBe('false');
    expect(document.querySelector('.wiring-said')!.textContent).toBe(
      'Set, but not trained yet: latent attention off. The readings are still those of the run before; press Play.',
    );
    expect(drawn(example).querySelector('.wiring-said')!.textContent).toMatch(/^A switch takes/);
  });

  it('read a gauge beside its piece or its stop', () => {
    expect(
      [...drawn(example).querySelectorAll('.wiring-reading')].map(({ textContent }) => textContent),
    ).toEqual(['kept 8 without it 64', 'nats 1.25']);
    expect(example.view.describe(example.run)).toBe(
      'latent attention on: 8 numbers; kept 8, without it 64. a limit on nodes off: 4 of four. loss: nats 1.25.',
    );
    expect(noRoom.view.table(noRoom.run).rows[1]).toEqual([
      'a limit on nodes',
      'no room',
      'no experts',
      '–',
      '–',
      '–',
    ]);
    expect(empty.view.describe(empty.run)).toBe('Nothing is wired yet.');
  });
});

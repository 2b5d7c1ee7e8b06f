import { describe, expect, it } from 'vitest';
import { barred } from '../../src/views/marks/scores';
import { asStored, drawn, spaced } from './draw';
import { examples, found } from './examples/journey';
import { nothing } from './examples/shared';

const [example] = examples;
const words = (document: Document, selector: string) =>
  [...document.querySelectorAll(selector)].map(({ textContent }) => spaced(textContent!.trim()));

describe('the journey of a character', () => {
  it.each(examples)('is as stored: $state', asStored);

  it('begins with the last character of the text, stop by stop', () => {
    const document = drawn(example);
    expect(document.querySelector('.written-pointed')!.textContent).toBe('+');
    expect(words(document, '.wiring-name')).toEqual([
      'embedding',
      'layer 1 would predict “⏎” (30 %) if it were the last',
      'layer 2 would predict “3” (55 %) if it were the last',
      'head the next character',
      'module the one after “3”, which it reads beside the 32 numbers',
    ]);
    expect(words(document, '.journey-parts p')).toEqual([
      'Attention keeps 2 + 1 numbers, looks at itself (70 %) and “1” (30 %), and moves the 32 numbers by 0.500.',
      'A dense network answers every character, and moves the 32 numbers by 0.700.',
      'Attention keeps 2 + 1 numbers, looks at “1” (80 %) and itself (20 %), and moves the 32 numbers by 0.500.',
      'A 58 %, B 42 %: together they move the 32 numbers by 1.10, the shared expert by 0.300. C stood higher, in a node that is closed to it.',
      'A router of its own: C 53 %, D 47 %.',
    ]);
  });

  it('shows over every character so far how much of the look falls on it', () => {
    const [, second] = drawn(example).querySelectorAll('.journey-looks');
    expect(words(drawn(example), '.journey-looks')).toEqual(['1+', '1+']);
    expect([...second.querySelectorAll('rect')].map((bar) => bar.getAttribute('height'))).toEqual([
      '18',
      '4.5',
    ]);
  });

  it('tells who was barred by a closed node, the bias counted in', () => {
    const choice = found.layers[1].routing!;
    expect([barred(choice, 0), barred(choice, 1)]).toEqual([[], [2]]);
    // Without its bias B stands at 0.5, and with it at 0.4: D, between them, is barred only then.
    const scores = [choice.scores[0], [0.7, 0.5, 0.3, 0.45]];
    expect(barred({ ...choice, scores }, 1)).toEqual([3]);
    expect(barred({ ...choice, scores, bias: null }, 1)).toEqual([]);
  });

  it('asks only where a model stands, and says so where none does', () => {
    const still = drawn(example);
    expect(still.querySelector('button')!.hasAttribute('disabled')).toBe(true);
    expect(words(still, '.journey-trouble')).toEqual([
      'Press Play: then the model reads what you type.',
    ]);
    const live = drawn({ ...example, ask: () => new Promise(() => {}) });
    expect(live.querySelector('button')!.hasAttribute('disabled')).toBe(false);
    expect(words(live, '.journey-trouble')).toEqual(['']);
  });

  it('is said in short, and has every character in its table', () => {
    expect(spaced(example.view.describe(example.run))).toBe(
      '“+”, character 2 of 2, goes to layer 2 A B. The head predicts “3” (55 %) next. Given “3”, the module predicts “=” (80 %) after that.',
    );
    expect(example.view.table(example.run).rows[0].map((cell) => spaced(String(cell)))).toEqual([
      '1',
      '1',
      '2 + 1 numbers',
      '2 + 1 numbers',
      'itself (100 %)',
      'itself (100 %)',
      'dense',
      'A 56 %, B 44 %',
      '“+” (60 %)',
      '“3” (50 %)',
    ]);
    expect(example.view.describe(nothing())).toBe('No character has gone through yet.');
  });
});

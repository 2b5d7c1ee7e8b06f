import { describe, expect, it } from 'vitest';
import { asStored, drawn, texts } from './draw';
import { examples } from './examples/route-by-hand';

const example = (view: string, state: string) =>
  examples.find((each) => each.view.name === view && each.state === state)!;
const picture = (state: string) => drawn(example('route-by-hand', state));

const crosses = (document: Document) => document.querySelectorAll('.v-cross').length;
const arrows = (document: Document) => document.querySelectorAll('.v-push').length;

describe('one token by hand', () => {
  it.each(examples.filter(({ view }) => view.name === 'cliffs'))(
    'has cliffs as stored: $state',
    asStored,
  );

  it('cuts the way back at every expert not chosen, and softmax still moves their logits', () => {
    const document = picture('softmax first');
    expect(crosses(document)).toBe(3);
    expect(arrows(document)).toBe(4);
    expect(texts(document)).toContain('a step: no slope');
  });

  it('has no arrow where the gate is always 1', () => {
    const document = picture('always 1');
    expect(crosses(document)).toBe(4);
    expect(arrows(document)).toBe(0);
    expect(texts(document)).toContain('always 1');
  });

  it('has arrows on the chosen alone where the choice comes first', () => {
    expect(arrows(picture('two after the choice'))).toBe(2);
  });

  it('pretends where it goes straight through', () => {
    const document = picture('straight through');
    expect(crosses(document)).toBe(0);
    // Two stretches of each of three experts, and the chosen one's own.
    expect(document.querySelectorAll('.v-pretended').length).toBeGreaterThan(5);
    expect(arrows(document)).toBe(4);
  });

  it('has a slider for each logit and a step along the arrows', () => {
    const document = picture('softmax first');
    const sliders = [...document.querySelectorAll('input')];
    expect(sliders.map((each) => each.getAttribute('value'))).toEqual(['2', '1', '0', '-1']);
    expect(document.querySelector('button')?.textContent).toBe('Follow the arrows');
  });

  it('says what it shows', () => {
    const { view, run } = example('route-by-hand', 'softmax first');
    expect(view.describe(run)).toMatch(
      /C: logit 0, score 0.0871, not chosen, arrow down 0.0761; .*The answer is 0.644, the loss 0.919\.$/,
    );
  });
});

describe('cliffs', () => {
  it('say where the loss jumps, and that the slope does not know', () => {
    const { view, run } = example('cliffs', 'softmax first');
    expect(view.describe(run)).toMatch(
      /C: slope 0.0761 at 0, it falls from 1.2\d to 0.6\d+ near 2/,
    );
  });

  it('do not jump where ReLU lets experts in', () => {
    const { view, run } = example('cliffs', 'relu');
    expect(view.describe(run)).not.toMatch(/falls|rises/);
  });
});

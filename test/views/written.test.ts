import { describe, expect, it } from 'vitest';
import { drawn, spaced } from './draw';
import { nothing } from './examples/shared';
import { examples } from './examples/written';

const [example] = examples;

describe('what a decoder writes', () => {
  it('stands line by line, each character over the expert that took it first', () => {
    const lines = [...drawn(example).querySelectorAll('.written-line')];
    const signs = lines.map((line) =>
      [...line.querySelectorAll('i')].map((sign) => sign.textContent).join(''),
    );
    // The line end before the first was taken by A, that between them by A again.
    expect(signs).toEqual(['BABAB', 'BABAB']);
  });

  it('says which lines are right', () => {
    const verdicts = [...drawn(example).querySelectorAll('.written-right, .written-wrong')];
    expect(verdicts.map(({ textContent }) => textContent)).toEqual(['right', 'wrong']);
  });

  it('lets the recorded run stand in until a line is right', () => {
    const written = example.run.answers!.written as object;
    const first = (right: boolean[][]) =>
      drawn({
        ...example,
        run: { ...example.run, answers: { written: { ...written, texts: ['\nxx\ny'], right } } },
        recorded: example.run,
      }).querySelector('main')!.textContent!;
    expect(first([[false]])).toMatch(/Yours, after 120 stepsxx.*the recorded model/);
    expect(first([[true]])).not.toContain('recorded');
  });

  it('is said with the lines that are right', () => {
    expect(example.view.describe(example.run)).toBe(
      'The model wrote: 1+1=2; 1+2=4. 1 of 2 complete lines are right.',
    );
    expect(example.view.describe(nothing())).toBe('The model has written nothing yet.');
  });

  it('has its gates in the table', () => {
    expect(example.view.table(example.run).rows[0].map((cell) => spaced(String(cell)))).toEqual([
      '1.1',
      '1',
      'B 75 %, C 25 %',
    ]);
  });
});

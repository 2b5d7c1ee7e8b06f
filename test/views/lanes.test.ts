import { describe, expect, it } from 'vitest';
import { asStored, drawn, texts } from './draw';
import { examples } from './examples/lanes';

const [some] = examples;

describe('some lanes of a sweep', () => {
  it.each(examples)('are as stored: $view.name, $state', asStored);

  it('stand with what is beside them, under the names of the picture', () => {
    const words = texts(drawn(some));
    expect(words).toContain('short a');
    expect(words).toContain('short known');
    expect(words.join()).not.toContain('short c');
  });

  it('have their whole names in words and table, and leave the others out', () => {
    const { view, run } = some;
    expect(view.describe(run)).toContain('long a');
    expect(view.describe(run)).not.toContain('long c');
    expect(view.table(run).rows).toHaveLength(3);
  });
});

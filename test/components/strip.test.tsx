/** The strip as the page brings it: readable before any script, in words and in a table. */
import { parseHTML } from 'linkedom';
import { render } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import { Strip } from '../../src/components/lab/Strip';
import { LabStore } from '../../src/lab/store';
import type { Run } from '../../src/lab/types';
import { controls, lab, recorded } from '../lab/example-lab';

const seeds = [0.4, 0.5, 0.3].map((finalLoss, i) => ({ seed: i + 1, findings: { finalLoss } }));

function strip(ready = false, own: Run[] = []) {
  const store = new LabStore({
    id: 'example',
    lab: { ...lab, strip: [{ finding: 'finalLoss', label: 'loss at the end' }] },
    controls,
    recorded: { ...recorded(), seeds },
    loadEngine: () => Promise.reject(new Error('nothing is trained here')),
  });
  store.history.recall(own);
  const html = render(<Strip store={store} ready={ready} />);
  return parseHTML(`<main>${html}</main>`).document;
}

const own: Run = {
  ...recorded(),
  id: 'own',
  lab: 'example',
  origin: 'here',
  seed: 7,
  findings: { finalLoss: 0.45 },
};

describe('the strip before any script', () => {
  it('has a dot for each seed, words for all of them, and no dead control', () => {
    const document = strip();
    expect(document.querySelectorAll('.lab-strip-seed')).toHaveLength(3);
    const dots = document.querySelector('.lab-strip-dots')!;
    expect(dots.getAttribute('role')).toBe('img');
    expect(dots.getAttribute('tabindex')).toBeNull();
    expect(dots.getAttribute('aria-label')).toBe(
      'loss at the end: 3 seeds: 0.300 to 0.500, median 0.400',
    );
    expect(document.querySelectorAll('[style]')).toHaveLength(0);
  });
});

describe('the strip awake', () => {
  it('can be walked along, and holds the reader’s run in another shape', () => {
    const document = strip(true, [own]);
    const dots = document.querySelector('.lab-strip-dots')!;
    expect(dots.getAttribute('role')).toBe('slider');
    expect(dots.getAttribute('tabindex')).toBe('0');
    expect(dots.getAttribute('aria-valuemax')).toBe('4');
    expect(dots.getAttribute('aria-valuetext')).toBe('seed 3: 0.300');
    expect(document.querySelectorAll('.lab-strip-own rect')).toHaveLength(1);
    expect(document.querySelector('.lab-strip-words')!.textContent).toBe(
      'yours: 0.450, inside the three: the second highest of four',
    );
  });
});

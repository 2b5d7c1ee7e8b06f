/** Each plan brings the bar that it needs, and a badge that tells the truth, before any script. */
import { parseHTML } from 'linkedom';
import { render } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import { Shell } from '../../src/components/lab/Shell';
import { kindsFor } from '../../src/lab/inputs';
import { startRun } from '../../src/lab/run';
import type { LabDescription, Lane, Plan, RecordedRun } from '../../src/lab/types';
import type { InputKind } from '../../src/model/experiments/types';
import { controls, lab as example, recorded } from '../lab/example-lab';

const lane = (name: string, step: number): Lane => ({
  ...startRun({}, 1),
  name,
  label: name,
  step,
  facts: { flopsPerStep: 4 },
});
const several: RecordedRun = {
  ...recorded(),
  steps: [],
  metrics: {},
  lanes: [lane('dense', 100), lane('sparse', 50)],
};

interface Given {
  plan: Plan;
  recorded?: RecordedRun;
  takes?: Record<string, InputKind>;
}

async function page({ takes, ...given }: Given) {
  const lab: LabDescription = {
    ...example,
    plan: given.plan,
    views: [],
    title: () => 'A title',
    describe: () => 'A description.',
    findings: () => ({}),
    goals: undefined,
  };
  const html = render(
    <Shell
      id="example"
      name="example"
      lab={lab}
      controls={controls}
      recorded={given.recorded}
      takes={takes}
      kinds={await kindsFor(takes)}
      loadEngine={() => Promise.reject(new Error('not at build'))}
    />,
  );
  return parseHTML(`<main>${html}</main>`).document;
}
const words = (document: Document, selector: string) =>
  [...document.querySelectorAll(selector)].map((each) => each.textContent!.trim());
const lanes = () => [
  { name: 'dense', label: 'dense', settings: {} },
  { name: 'sparse', label: 'sparse', settings: {} },
];

describe('the bar', () => {
  it('of one run has play, step, restart, look back, speed and seed', async () => {
    const document = await page({ plan: { kind: 'one' }, recorded: recorded() });
    expect(words(document, '.lab-bar button')).toEqual(['Play', 'Step', 'Restart']);
    expect(document.querySelector('.lab-look input')!.getAttribute('max')).toBe('100');
    expect(words(document, '.lab-bar .lab-inline > span')).toEqual(['speed', 'seed']);
    expect(words(document, '.lab-badge')).toEqual(['recorded']);
  });

  it('of a race has a switch of the axis besides, without what cannot be shown', async () => {
    const document = await page({ plan: { kind: 'race', lanes }, recorded: several });
    expect(words(document, '.lab-axis label')).toEqual(['steps', 'FLOPs', 'seconds']);
    const axes = [...document.querySelectorAll('.lab-axis input')];
    expect(axes.map((axis) => axis.hasAttribute('disabled'))).toEqual([false, false, true]);
    expect(document.querySelector('.lab-look input')!.getAttribute('max')).toBe('100');
    expect(document.querySelector('figure')!.getAttribute('data-step')).toBe('100');
  });

  it('of a sweep has cancel and how far it is', async () => {
    const document = await page({
      plan: { kind: 'sweep', lanes, lastStep: 100 },
      recorded: several,
    });
    expect(words(document, '.lab-bar button')).toEqual(['Play', 'Cancel', 'Restart']);
    expect(words(document, '.lab-progress span')).toEqual(['1 of 2']);
    expect(document.querySelector('.lab-look')).toBeNull();
  });

  it('of a table is none, and neither is a past, a seed or a machine', async () => {
    const plan: Plan = { kind: 'table', compute: () => ({ metrics: {}, probes: {} }) };
    const document = await page({ plan });
    for (const gone of ['.lab-bar', '.lab-where', '.lab-seed'])
      expect(document.querySelector(gone), gone).toBeNull();
    expect(words(document, '.lab-badge')).toEqual(['calculated']);
    expect(words(document, '.lab-more button')).toEqual(['Share', 'Table', 'Save']);
    expect(words(document, '.lab-now')).toEqual(['A description.']);
  });
});

describe('what goes in', () => {
  it('has a way to write each kind, and none that looks alive before its script', async () => {
    const takes = { text: 'text', points: 'points' } as const;
    const document = await page({ plan: { kind: 'one' }, recorded: recorded(), takes });
    expect(words(document, '.lab-edit')).toEqual(['Enter a text: text', 'Enter points: points']);
    for (const button of document.querySelectorAll('.lab-edit'))
      expect(button.closest('fieldset')!.hasAttribute('disabled')).toBe(true);
  });

  it('offers the recorded model where a model is taken', async () => {
    const document = await page({
      plan: { kind: 'one' },
      recorded: recorded(),
      takes: { base: 'model' },
    });
    expect(words(document, '.lab-controls option').slice(0, 1)).toEqual(['the recorded model']);
  });
});

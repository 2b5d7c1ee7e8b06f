/** The page of recorded runs: every seed with what it found, and a way to repeat it. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LabPlace, runsInWords } from '../../src/course/runs-page';
import type { LabDescription } from '../../src/lab/types';
import { lab as example } from '../lab/example-lab';

const lab: LabDescription = {
  ...example,
  fixed: { topK: 1 },
  presets: [
    { name: 'wave', label: 'wave', inputs: () => ({}) },
    { name: 'step', label: 'step', inputs: () => ({}) },
  ],
  recorded: {
    default: {},
    few: { balancer: 'switch', experts: 4 },
    stepped: { settings: {}, preset: 'step' },
    turned: { settings: {}, changes: [{ step: 1200, name: 'balancer', value: 'none' }] },
    race: {},
    fixed: { topK: 2 },
    beyond: { experts: 4000 },
  },
};
const members = {
  balancing: [
    { value: 'none', label: 'none' },
    { value: 'switch', label: 'Switch loss' },
  ],
};
const folder = mkdtempSync(join(tmpdir(), 'switchyard-page-'));
mkdirSync(join(folder, 'example'));
const file = (variant: string, run: object) =>
  writeFileSync(
    join(folder, 'example', `${variant}.json`),
    JSON.stringify({
      variant,
      seed: 2,
      step: 1500,
      backend: 'wasm',
      settings: {},
      metrics: {},
      probes: {},
      findings: { loss: 0.5, dead: null },
      seeds: [
        { seed: 2, findings: { loss: 0.5, dead: null } },
        { seed: 1, findings: { loss: 0.25, dead: 1 } },
      ],
      ...run,
    }),
  );
file('default', {});
file('few', { seeds: undefined });
file('stepped', {});
file('turned', {});
file('fixed', {});
file('beyond', {});
file('race', { step: 3000, lanes: [1, 2].map(() => ({ step: 1500, metrics: {}, probes: {} })) });

const place = (more: Partial<LabPlace> = {}): LabPlace => ({
  chapter: '06-x',
  id: 'example',
  lab: 'example',
  run: 'default',
  altered: false,
  ...more,
});
const pageOf = (places: LabPlace[], variant = 'default') =>
  runsInWords(lab, members, places, folder).find((run) => run.variant === variant)!;

describe('a recorded run', () => {
  it('shows all seeds and their median', () => {
    expect(pageOf([place()])).toMatchObject({
      seeds: 'seeds 1 and 2',
      kept: 2,
      steps: '1,500 steps',
      columns: [
        { words: 'Median' },
        { words: 'Seed 2', href: '/06-x/?example.seed=2#example' },
        { words: 'Seed 1', href: '/06-x/#example' },
      ],
      rows: [
        { finding: 'loss', cells: ['0.375', '0.5', '0.25'] },
        { finding: 'dead', cells: ['–', '–', '1'] },
      ],
    });
  });

  it('of one seed has no median', () => {
    const { columns, rows } = pageOf([place()], 'few');
    expect(columns.map(({ words }) => words)).toEqual(['Seed 2']);
    expect(rows[0].cells).toEqual(['0.5']);
  });

  it('of a race counts the steps of one model', () => {
    expect(pageOf([], 'race').steps).toBe('2 models, 1,500 steps each');
  });

  it('says its settings, and what changed on the way', () => {
    expect(pageOf([], 'turned').how).toMatch(/^Settings: .*, after 1,200 steps balancer none\.$/);
    expect(pageOf([], 'few').how).toContain('experts 4');
  });
});

describe('the address of a seed', () => {
  const href = (places: LabPlace[], variant?: string) =>
    pageOf(places, variant).columns.at(-1)?.href;

  it('opens the lab as it was for that run', () => {
    expect(href([place({ id: 'one' })], 'few')).toBe(
      '/06-x/?one.balancer=switch&one.experts=4&one.seed=2#one',
    );
    expect(href([place()], 'stepped')).toBe('/06-x/?example.input=step#example');
  });

  it('is none where it would open something else', () => {
    expect(href([])).toBeUndefined();
    expect(href([place({ lab: 'other' })])).toBeUndefined();
    expect(href([place({ altered: true })])).toBeUndefined();
    expect(href([place({ altered: true }), place({ chapter: '07-y' })])).toBe('/07-y/#example');
    for (const variant of ['turned', 'fixed', 'beyond'])
      expect(href([place()], variant), variant).toBeUndefined();
  });
});

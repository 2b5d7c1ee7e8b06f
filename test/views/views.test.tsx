import { render } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../src/lab/findings';
import { startRun } from '../../src/lab/run';
import { resolveSettings } from '../../src/lab/settings';
import type { LabDescription, RunData, View } from '../../src/lab/types';
import { letter } from '../../src/views/bullet';
import { binned, linearTicks, log, logTicks, spreadLabels } from '../../src/views/scale';
import { recorded } from '../lab/example-lab';

const views = Object.values(
  import.meta.glob<Record<string, unknown>>('../../src/views/*.tsx', { eager: true }),
).flatMap((module) => Object.values(module).filter(isView));

const labs = Object.values(
  import.meta.glob<{ default: LabDescription }>('../../src/labs/*/*.ts', { eager: true }),
).map((module) => module.default);

function isView(value: unknown): value is View {
  return typeof value === 'object' && value !== null && 'Draw' in value && 'describe' in value;
}

/** A run with every metric and probe that some view reads, of the given number of experts. */
function fullRun(experts: number, steps = 900): RunData {
  const all = Array.from({ length: steps }, (_, i) => i + 1);
  const curve = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i / 9));
  return {
    ...startRun({ experts, hidden: 3 }, 1),
    step: steps,
    steps: all,
    metrics: {
      loss: all.map((step) => [1 / step]),
      load: all.map(() =>
        Array.from({ length: experts }, (_, e) => (e ? 0.2 / (experts - 1) : 0.8)),
      ),
      balanceLoss: all.map(() => [1.2]),
      dropped: all.map((step) => [step / (4 * steps)]),
      losses: all.map((step) => [1 / step, 0.5 / step, 0.1 / step]),
      taskLoss: all.map((step) => [1 / step, 0.5 / step, 0.1 / step]),
      maxVio: all.map(() => [6, 2, 0.1]),
    },
    probes: {
      bias: { shape: [experts], data: Array.from({ length: experts }, (_, e) => e - 1) },
      clusterLoad: {
        shape: [4, experts],
        data: Array.from({ length: 4 * experts }, (_, i) => (i % experts === 0 ? 1 : 0)),
      },
      target: { shape: [64], data: curve },
      fit: { shape: [64], data: curve.map((y) => y + 0.1) },
      pieces: { shape: [3, 64], data: new Float32Array(192).fill(0.3) },
      widths: { shape: [3], data: [4, 16, 64] },
      strengths: { shape: [3], data: [0, 0.01, 1] },
    },
    events: [{ step: 300, words: 'balancer: Switch loss' }],
  };
}

const draw = (view: View, run: RunData, width = 700) =>
  render(
    <svg role="img" aria-label="test">
      <view.Draw
        run={run}
        width={width}
        height={width * view.aspect}
        past={[recorded()]}
        lastStep={900}
      />
    </svg>,
  );

describe('every view', () => {
  it('is found', () => expect(views.length).toBeGreaterThanOrEqual(6));

  it.each(views.map((view) => [view.name, view] as const))(
    '%s draws real numbers only',
    (_, view) => {
      for (const run of [startRun({}, 1), fullRun(8), fullRun(16), fullRun(2, 1)])
        for (const width of [320, 700]) {
          const svg = draw(view, run, width);
          expect(svg).not.toMatch(/NaN|Infinity|undefined/);
        }
    },
  );

  it.each(views.map((view) => [view.name, view] as const))(
    '%s says its state in words',
    (_, view) => {
      expect(view.describe(startRun({}, 1))).toMatch(/[a-z].*\.$/);
      const words = view.describe(fullRun(8));
      expect(words).toMatch(/[a-z].*\d.*\.$/);
      expect(words).not.toMatch(/NaN|undefined|Infinity/);
      expect(words).not.toBe(view.describe(startRun({}, 1)));
    },
  );

  it.each(views.map((view) => [view.name, view] as const))('%s has a full table', (_, view) => {
    const { columns, rows } = view.table(fullRun(8));
    expect(rows.length).toBeGreaterThan(1);
    for (const row of rows) {
      expect(row).toHaveLength(columns.length);
      for (const cell of row) expect(String(cell)).not.toMatch(/NaN|undefined/);
    }
    expect(new Set(rows.map((row) => row[0])).size).toBe(rows.length);
  });

  it.each(views.map((view) => [view.name, view] as const))('%s names its axes', (_, view) => {
    expect(draw(view, fullRun(8))).toMatch(/steps|share|loss|error|cluster|x<|y<|log scale/);
  });
});

describe('every lab', () => {
  it.each(labs.map((lab) => [lab.name, lab] as const))(
    '%s speaks before and after training',
    (_, lab) => {
      const settings = resolveSettings(lab);
      for (const run of [startRun(settings, 1), { ...fullRun(8), settings }]) {
        const findings = findingsOf(lab, run);
        const title = lab.title(run, findings);
        expect(title).toMatch(/^[A-Z0-9].{10,}/);
        expect(title).not.toMatch(/\.$/);
        for (const words of [title, lab.describe(run, findings)])
          expect(words).not.toMatch(/NaN|undefined|Infinity/);
      }
      expect(lab.caption).toMatch(/\.$/);
      expect(Object.keys(lab.recorded)).toContain('default');
      for (const [name, number] of Object.entries(lab.findings(fullRun(8))))
        expect(Number.isFinite(number), name).toBe(true);
    },
  );
});

describe('scales', () => {
  it('tick at round numbers within the range', () => {
    expect(linearTicks(0, 1500, 5)).toEqual([0, 500, 1000, 1500]);
    expect(linearTicks(-1, 1, 4)).toEqual([-1, -0.5, 0, 0.5, 1]);
    expect(logTicks(0.001, 10, 5)).toEqual([0.001, 0.01, 0.1, 1, 10]);
    expect(logTicks(0.021, 0.4, 5)).toEqual([0.05, 0.1, 0.2]);
  });

  it('invert', () => {
    const scale = log([0.001, 10], [300, 20]);
    for (const value of [0.001, 0.02, 10]) expect(scale.invert(scale(value))).toBeCloseTo(value, 9);
  });

  it('average rows in bins and keep both ends', () => {
    const steps = Array.from({ length: 1000 }, (_, i) => i + 1);
    const { steps: at, rows } = binned(
      steps,
      steps.map((s) => [s, 1]),
      1000,
      50,
    );
    expect(at.length).toBe(50);
    expect([at[0], at.at(-1)]).toEqual([1, 1000]);
    expect(rows[10]).toEqual([210.5, 1]);
  });

  it('move labels apart without changing their order', () => {
    expect(spreadLabels([10, 11, 12], 20, 0, 100)).toEqual([10, 30, 50]);
    expect(spreadLabels([98, 99, 97], 20, 0, 100)).toEqual([80, 100, 60]);
    expect(spreadLabels([50], 20, 0, 100)).toEqual([50]);
  });

  it('letter experts beyond eight', () => {
    expect([0, 7, 8, 17].map(letter)).toEqual(['A', 'H', 'A2', 'B3']);
  });
});

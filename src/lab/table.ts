/** A run that is computed at once: what a table's plan makes of settings and inputs. */
import type { Asked } from './plans';
import { startRun } from './run';
import type { LabDescription, Plan, Run } from './types';

/** Throws the plan's sentence where settings and inputs cannot work together. */
export function tabulated(
  lab: LabDescription,
  plan: Plan & { kind: 'table' },
  { settings, seed, inputs = {} }: Asked,
): Run {
  const computed = plan.compute(settings, inputs, seed);
  const rows = Math.max(0, ...Object.values(computed.metrics).map(({ length }) => length));
  return {
    ...startRun({ ...settings }, seed),
    ...computed,
    id: `table ${lab.name}`,
    lab: lab.name,
    origin: 'here',
    step: rows,
    steps: Array.from({ length: rows }, (_, i) => i + 1),
    inputs,
  };
}

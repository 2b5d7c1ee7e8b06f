/** The ambiguity identity as a figure and as findings: what the labs of station 03 share. */
import { latestRow } from '../../../lab/run';
import type { Findings, RunData } from '../../../lab/types';
import { parted } from '../../../views/parted';

export const balance = (name: string, answer: string) =>
  parted({
    name,
    metric: 'parts',
    whole: { column: 1, name: 'mean error of the members' },
    parts: [
      { column: 0, name: `error of ${answer}` },
      { column: 2, name: 'ambiguity' },
    ],
    left: 3,
    label: 'squared error',
  });

/** NaN before the first step. */
export function partsOf(run: RunData): Findings {
  const [blend, members, ambiguity, left] = latestRow(run, 'parts');
  return {
    blend: blend ?? Number.NaN,
    members: members ?? Number.NaN,
    ambiguity: ambiguity ?? Number.NaN,
    disagreement: ambiguity / members,
    left: left ?? Number.NaN,
  };
}

/** The largest of what was left over at any recorded step. */
export const leftMost = (run: RunData): number =>
  Math.max(0, ...(run.metrics.parts ?? []).map((row) => row[3]));

/** Whether the run learned points of the reader's own. */
export const isOwn = (run: RunData): boolean => run.facts?.own === true;

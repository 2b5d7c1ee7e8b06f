/** Where runs come from, and what they are called. */
import { type Asked, emptyRun } from './plans';
import type { LabDescription, RecordedRun, Run, RunData } from './types';

/** With the short name that the lab gives it, if any. */
export const named = <R extends RunData>(lab: Pick<LabDescription, 'nameRun'>, run: R): R =>
  lab.nameRun ? { ...run, label: lab.nameRun(run) } : run;

/** The page's own run. */
export const recordedAsRun = (lab: LabDescription, recorded: RecordedRun): Run => ({
  ...recorded,
  id: `recorded ${lab.name}/${recorded.variant}`,
  origin: 'recorded',
});

/** A run that is about to be computed in this page. */
export function newRun(lab: LabDescription, asked: Asked): Run {
  const { inputs, inputWords, code } = asked;
  const run: Run = {
    ...emptyRun(lab, asked),
    id: newId(),
    lab: lab.name,
    origin: 'here',
    ...(inputs && { inputs, inputWords }),
    ...(code?.length && { code }),
  };
  return named(lab, run);
}

/** Unlike any other of this browser: the time, and chance beside it. */
const newId = () => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;

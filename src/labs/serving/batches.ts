/** How many experts are in use when several users are served together: station 15. */
import { count, value } from '../../lab/format';
import { listOf } from '../../lab/run';
import type { Findings, LabDescription, RunData } from '../../lab/types';
import { expectedTouched } from '../../model/serving/touched';
import { against } from '../../views/against';
import { curves } from '../../views/curves';
import { touchedOf } from './shared/answers';
import { onTraces } from './shared/on-traces';

const at = (run: RunData) => listOf<number>(run, 'sizes');

const byFormula = (run: RunData, users: number) =>
  expectedTouched(Number(run.facts?.experts), Number(run.facts?.topK), users);

const kinds = (run: RunData) => Number(run.settings.kindsAsked);

export default {
  name: 'batches',
  experiment: 'served',
  plan: { kind: 'simulate' },
  title(run, { users8, formula8 }) {
    if (users8 === undefined) return 'Sixteen experts, and no user to serve yet';
    const who =
      kinds(run) === 1
        ? 'who write one kind of line'
        : kinds(run) === 6
          ? 'who write all kinds of lines'
          : `who write ${kinds(run)} kinds of lines`;
    return `Eight users ${who} keep ${value(users8)} of 16 experts busy; dice would keep ${value(formula8)}`;
  },
  caption:
    'In one step, each user gets one character. Users are drawn from the choices that the router of the cache’s lab made on fresh lines. The figure shows how many of a layer’s 16 experts are in use with so many users at once, averaged over three layers. “In a row” are successive characters of one text, as when a prompt is read or drafts are checked.',
  controls: { kindsAsked: {}, users: { min: 1, max: 256, default: 8 } },
  fixed: { devices: 8, spares: 0 },
  views: [
    {
      view: against({
        name: 'touched-by-users',
        reads: { answers: ['touched'], facts: ['sizes', 'experts', 'topK'] },
        x: { label: 'users at once (log scale)', scale: 'log', ticks: [1, 2, 4, 8, 16, 64, 256] },
        y: { label: 'experts in use, of 16' },
        lines(run) {
          const found = touchedOf(run);
          if (!found) return [];
          const sizes = at(run);
          return [
            { name: 'by dice', at: sizes, values: sizes.map((users) => byFormula(run, users)) },
            { name: 'users', at: sizes, values: found.users, measured: true, like: 1 },
            { name: 'users', at: sizes, values: found.users, like: 1 },
            { name: 'in a row', at: sizes, values: found.inRow, like: 2 },
          ];
        },
        mark: (run) =>
          touchedOf(run)
            ? {
                at: Number(run.settings.users),
                words: `${count(Number(run.settings.users))} users`,
              }
            : undefined,
      }),
    },
    {
      view: curves({
        name: 'touched-in-steps',
        of: 'touched',
        label: 'experts in use, of 16',
        scale: 'linear',
        stepNoun: 'steps of writing',
        aspect: 0.24,
      }),
      label: 'Step after step, with as many users as set',
    },
  ],
  asks: {
    touched: { act: 'touched', every: 4000, with: ({ kindsAsked }) => ({ kinds: kindsAsked }) },
  },
  lastStep: 100,
  describe(_run, { users8, users32, inRow32 }) {
    if (users8 === undefined) return 'Nobody served yet.';
    return `Eight users at once touch ${value(users8)} experts of a layer, 32 touch ${value(users32)}; 32 characters of one text ${value(inRow32)}.`;
  },
  findings(run): Findings {
    const found = touchedOf(run);
    if (!found || !run.steps.length) return {};
    const sizes = at(run);
    const of = (users: number) => sizes.indexOf(users);
    return {
      users2: found.users[of(2)],
      users8: found.users[of(8)],
      users32: found.users[of(32)],
      users128: found.users[of(128)],
      inRow2: found.inRow[of(2)],
      inRow8: found.inRow[of(8)],
      inRow32: found.inRow[of(32)],
      inRow128: found.inRow[of(128)],
      formula8: byFormula(run, 8),
      formula32: byFormula(run, 32),
      off: Math.max(...sizes.map((users, i) => Math.abs(found.users[i] - byFormula(run, users)))),
    };
  },
  strip: [
    { finding: 'users8', label: 'in use by eight users' },
    { finding: 'inRow8', label: 'in use by eight characters in a row' },
  ],
  recorded: {
    default: onTraces(),
    'one-kind': onTraces('default', { kindsAsked: 1 }),
    sequence: onTraces('sequence'),
    none: onTraces('none'),
  },
} satisfies LabDescription as LabDescription;

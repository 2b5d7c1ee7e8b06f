/** Findings in a line, as the command line shows them. */
import type { Findings } from '../../src/lab/types';

export const inShort = (findings: Findings): string =>
  Object.entries(findings)
    .map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
    .join(', ');

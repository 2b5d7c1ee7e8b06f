/** Who takes which domain, in numbers: of a mixture, or of each lane of a race. */
import type { Findings, RunData } from '../../../lab/types';
import { heat } from '../../../views/heat';
import { between } from './windows';

/** Steps at the end of a run that its loss is taken of. */
export const end = 50;

/** What the experiment measures on tokens that it looks at, and the task loss. */
export function mapFindings(run: RunData): Findings {
  const measures = run.probes.measures?.data;
  if (!measures || !run.steps.length) return {};
  const [domainSpread, kindSpread, globalVio, oneDomainVio] = Array.from(measures);
  const finalLoss = between(run, 'loss', run.step - end, run.step);
  return { finalLoss, domainSpread, kindSpread, globalVio, oneDomainVio };
}

/** Fair is 1; two of eight experts for every token of a domain are 4. */
export const domainMap = heat({
  name: 'domain-map',
  probe: 'domainMap',
  rows: { label: 'domain', names: { fact: 'domains' } },
  columns: { label: 'expert', names: 'experts' },
  quantity: 'times its fair share',
  to: 4,
  say: (x) => x.toFixed(1),
});

/** What a foreteller answers about itself, as its labs read it. */
import type { RunData } from '../../../lab/types';
import type { Counted } from '../../../model/experiments/predicting-further/shared/writing';
import type { Settings } from '../../../model/experiments/types';

export interface Judged {
  main: number;
  /** Of the first, second … character beyond the next. */
  further: number[];
  acceptance: number[];
  same: number[];
}

/** On fresh rows; undefined until the model has been asked. */
export function judgedOf(run: RunData): Judged | undefined {
  const found = run.answers?.judged as unknown as Judged | undefined;
  return found && typeof found === 'object' ? found : undefined;
}

/** Written without drafts, with one, and so on. */
export function countedOf(run: RunData): Counted[] {
  const found = run.answers?.counted as unknown as Counted[] | undefined;
  return Array.isArray(found) ? found : [];
}

export const tokensPerPass = ({ written, passes }: Counted) => written / passes;

export const secondsPerToken = (counted: Counted) => counted.passSeconds / tokensPerPass(counted);

/** Share of the first drafts that were accepted. */
export const firstAccepted = ({ judged, accepted }: Counted) => accepted[0] / judged[0];

/** What the labs of foretellers leave as it is. */
export const asUsual: Settings = { corpus: 'yard', wagons: 768 };

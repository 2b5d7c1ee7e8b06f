/** Claims over seeds: in how many a finding lies on one side of a number, or of another run's. */
import { countOf, inSeeds, type Pair, pairsOf, type Side, spreadOf } from '../lab/seeds';
import { oneOf, required } from './checks';
import type { Measurement } from './measured';
import { type Format, formats, rangeText, spreadText, written } from './numbers';
import { made, overSeeds, type RecordedRequest, recordedFinding, seedsInWords } from './recorded';

export interface Claim {
  is: Side;
  /** Fewest seeds with which the sentence around it is true; the build fails below. */
  atLeast?: number;
}

export interface CountRequest extends RecordedRequest, Claim {
  than: number;
}

const sides: Side[] = ['below', 'above'];

/** "in 6 of 8 seeds". Throws as `measure` does, and where the claim is not written or not true. */
export function countSeeds(request: CountRequest, file: string, folder?: string): Measurement {
  const { is, than } = request;
  oneOf(file, 'MeasuredCount', 'is', required(file, 'MeasuredCount', 'is', is), sides);
  if (typeof than !== 'number' || !Number.isFinite(than))
    throw new Error(
      `${file}: <MeasuredCount> needs the attribute than, a number in braces: than={0.1}.`,
    );
  const recorded = recordedFinding(request, file, folder);
  const values = overSeeds(recorded, file, 'count');
  const meant = `${recorded.finding} of the recorded run ${recorded.name} is ${is} ${written(than)}`;
  const on = values.filter(({ value }) => countOf([value], is, than)).map(({ seed }) => seed);
  holds(request, on.length, values.length, meant, file);
  return {
    text: inSeeds(on.length, values.length),
    provenance: `${meant} ${withSeeds(on, values.length)}; ${made(recorded)}`,
  };
}

/** What `Compare` prints: the count, how far apart the two are in the median, or both. */
export const comparisons = ['count', 'difference', 'count-difference'] as const;

export interface CompareRequest extends Claim, Format {
  lab: string;
  finding: string;
  /** The finding of b; the same unless said. Lanes of one race are compared by their findings. */
  against?: string;
  /** Runs of the lab. a is `default` unless said; so is b, but beside `against` it is a's run. */
  a?: string;
  b?: string;
  stat?: (typeof comparisons)[number];
}

/** Two runs, or two findings of one, paired by seed. Throws as `countSeeds` does. */
export function compareRuns(request: CompareRequest, file: string, folder?: string): Measurement {
  const { lab, finding, is, stat = 'count' } = request;
  oneOf(file, 'Compare', 'is', required(file, 'Compare', 'is', is), sides);
  oneOf(file, 'Compare', 'stat', stat, comparisons);
  oneOf(file, 'Compare', 'format', request.format, formats);
  const { against, a: run } = request;
  const other = request.b ?? (against ? run : undefined);
  const a = recordedFinding({ lab, run, finding }, file, folder);
  const b = recordedFinding({ lab, run: other, finding: against ?? finding }, file, folder);
  const [first, second] = [a, b].map((each) => `${each.finding} of ${each.name}`);
  if (first === second)
    throw new Error(
      `${file}: <Compare> compares ${first} with itself. Name two runs, a="…" b="…", or two findings, finding="…" against="…".`,
    );
  const pairs = pairsOf(overSeeds(a, file, 'comparison'), overSeeds(b, file, 'comparison'));
  if (pairs.length < 2)
    throw new Error(
      `${file}: the runs ${a.name} and ${b.name} share ${pairs.length ? 'one seed' : 'no seed'}, so they cannot be compared. Record both with the same seeds.`,
    );
  const on = pairs.filter(({ difference }) => countOf([difference], is, 0)).map(({ seed }) => seed);
  const meant = `${first} is ${is} ${second}`;
  holds(request, on.length, pairs.length, meant, file);
  const apart = spreadOf(pairs.map((pair) => distance(pair, is)));
  const format = differenceFormat(request);
  const count = inSeeds(on.length, pairs.length);
  const bounds = rangeText(apart, { decimals: format.decimals, format: request.format });
  const range = `${written(apart.median, format)} in the median (${bounds})`;
  return {
    text: {
      count,
      difference: spreadText(apart, format),
      'count-difference': `${count}, by ${range}`,
    }[stat],
    provenance: `${meant} ${withSeeds(on, pairs.length)}, by ${range}; ${made(a)}`,
  };
}

/** How far a lies on the side it is said to be: negative where it is not. */
const distance = ({ difference }: Pair, is: Side) => (is === 'below' ? -difference : difference);

/** Two percentages differ by points. */
const differenceFormat = ({ format, decimals, unit }: Format): Format => ({
  format: format === 'percent' ? 'points' : format,
  decimals,
  unit,
});

const withSeeds = (seeds: number[], of: number) =>
  seeds.length === 0
    ? `with none of ${of} seeds`
    : `with ${seeds.length} of ${of} seeds (${seedsInWords(seeds)})`;

/** The sentence around a count says more than the count: it must stay true when runs are made anew. */
function holds({ atLeast }: Claim, count: number, of: number, meant: string, file: string): void {
  if (atLeast !== undefined && count < atLeast)
    throw new Error(
      `${file}: the text says that ${meant} in at least ${atLeast} of ${of} seeds; in the recorded runs it is ${count}. Change the text, or look at what has changed in the lab.`,
    );
}

/** Recorded runs as the prose reads them: what a file holds, and what an author may ask of it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listed } from '../lab/format';
import { type SeedValue, valuesOf } from '../lab/seeds';
import type { RecordedRun } from '../lab/types';
import { unknown } from './checks';

/** One finding of one recorded run. */
export interface RecordedFinding {
  /** "collapse/default" */
  name: string;
  finding: string;
  /** Of the run that is kept whole. */
  value: number;
  seed: number;
  /** Steps that one model took. */
  step: number;
  backend: string;
  /** Seed by seed, the kept run's first; empty in a file that knows of no seeds. */
  bySeed: SeedValue[];
}

export interface RecordedRequest {
  lab: string;
  run?: string;
  finding: string;
}

const runsFolder = () => join(process.cwd(), 'public', 'runs');

/** Throws a sentence where lab, run or finding do not exist, or the finding is no number. */
export function recordedFinding(
  { lab, run = 'default', finding }: RecordedRequest,
  file: string,
  folder = runsFolder(),
): RecordedFinding {
  const path = join(folder, lab, `${run}.json`);
  if (!existsSync(join(folder, lab)))
    throw unknown(file, 'lab with recorded runs', lab, namesIn(folder));
  if (!existsSync(path))
    throw unknown(file, `recorded run of ${lab}`, run, namesIn(join(folder, lab)));
  const { findings, seeds = [], seed, step, backend, lanes } = runIn(path);
  const name = `${lab}/${run}`;
  if (!(finding in findings))
    throw unknown(file, `finding of the run ${name}`, finding, Object.keys(findings));
  const value = findings[finding];
  if (!Number.isFinite(value))
    throw new Error(`${file}: the finding ${finding} of the run ${name} is not a number.`);
  return {
    name,
    finding,
    value,
    seed,
    // A race counts the steps of all its lanes.
    step: lanes ? Math.max(...lanes.map((lane) => lane.step)) : step,
    backend,
    bySeed: valuesOf(seeds, finding),
  };
}

/** Files as they were read: a chapter quotes a run dozens of times. */
const read = new Map<string, { text: string; run: RecordedRun }>();

function runIn(path: string): RecordedRun {
  const text = readFileSync(path, 'utf8');
  const before = read.get(path);
  if (before?.text === text) return before.run;
  const run = JSON.parse(text) as RecordedRun;
  read.set(path, { text, run });
  return run;
}

const namesIn = (folder: string) =>
  existsSync(folder) ? readdirSync(folder).map((name) => name.replace(/\.json$/, '')) : [];

/** Its values over seeds. Throws a sentence where there is one seed only, or one has no number. */
export function overSeeds(
  { name, finding, bySeed }: RecordedFinding,
  file: string,
  wanted: string,
): SeedValue[] {
  if (bySeed.length < 2)
    throw new Error(
      `${file}: the run ${name} was recorded with one seed only, which gives no ${wanted}. Record it with several (npm run record ${name}).`,
    );
  const missing = bySeed.filter(({ value }) => !Number.isFinite(value)).map(({ seed }) => seed);
  if (missing.length)
    throw new Error(
      `${file}: the finding ${finding} of the run ${name} is not a number with ${seedsInWords(missing)}, so there is no ${wanted}. Let the lab’s findings give a number whatever happens.`,
    );
  return bySeed;
}

/** "1,500 steps, computed on wasm." */
export const made = ({ step, backend }: Pick<RecordedFinding, 'step' | 'backend'>) =>
  `${step.toLocaleString('en')} ${step === 1 ? 'step' : 'steps'}, computed on ${backend}.`;

/** "seed 3", "seeds 1 to 8", "seeds 1, 2 and 5". */
export function seedsInWords(seeds: readonly number[]): string {
  const sorted = seeds.toSorted((a, b) => a - b);
  const [first, last] = [sorted[0], sorted[sorted.length - 1]];
  if (sorted.length === 1) return `seed ${first}`;
  if (sorted.length > 2 && last - first === sorted.length - 1) return `seeds ${first} to ${last}`;
  return `seeds ${listed(sorted.map(String))}`;
}

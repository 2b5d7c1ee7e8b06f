/** A number out of a recorded run, in the form the prose wants. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unknown } from './checks';

export interface Measurement {
  /** "94 %", "0.0123" */
  text: string;
  value: number;
  /** A sentence on where it comes from. */
  provenance: string;
}

export interface MeasureRequest {
  lab: string;
  run?: string;
  finding: string;
  format?: 'number' | 'percent';
  decimals?: number;
  unit?: string;
}

interface RunFile {
  seed: number;
  step: number;
  backend: string;
  findings: Record<string, number>;
}

/** Throws a sentence where lab, run or finding do not exist, or the finding is no number. */
export function measure(
  { lab, run = 'default', finding, format = 'number', decimals, unit }: MeasureRequest,
  file: string,
  folder = join(process.cwd(), 'public', 'runs'),
): Measurement {
  const path = join(folder, lab, `${run}.json`);
  if (!existsSync(join(folder, lab)))
    throw unknown(file, 'lab with recorded runs', lab, namesIn(folder));
  if (!existsSync(path))
    throw unknown(file, `recorded run of ${lab}`, run, namesIn(join(folder, lab)));
  const { findings, seed, step, backend } = JSON.parse(readFileSync(path, 'utf8')) as RunFile;
  if (!(finding in findings))
    throw unknown(file, `finding of the run ${lab}/${run}`, finding, Object.keys(findings));
  const value = findings[finding];
  if (!Number.isFinite(value))
    throw new Error(`${file}: the finding ${finding} of the run ${lab}/${run} is not a number.`);
  const steps = step.toLocaleString('en');
  return {
    value,
    text: formatNumber(value, format, decimals) + (unit ? `\u00a0${unit}` : ''),
    provenance: `${finding} of the recorded run ${lab}/${run}: seed ${seed}, ${steps} steps, computed on ${backend}.`,
  };
}

const namesIn = (folder: string) =>
  existsSync(folder) ? readdirSync(folder).map((name) => name.replace(/\.json$/, '')) : [];

/** Percent without decimals, other numbers with 3 significant digits, unless said. */
export function formatNumber(value: number, format: string, decimals?: number): string {
  const digits = (x: number, count: number) =>
    x.toLocaleString('en', { minimumFractionDigits: count, maximumFractionDigits: count });
  if (format === 'percent') return `${digits(value * 100, decimals ?? 0)}\u00a0%`.replace('-', '−');
  if (decimals !== undefined) return digits(value, decimals).replace('-', '−');
  if (value !== 0 && Math.abs(value) < 1e-4) return value.toExponential(1).replaceAll('-', '−');
  return Number(value.toPrecision(3))
    .toLocaleString('en', { maximumFractionDigits: 8 })
    .replace('-', '−');
}

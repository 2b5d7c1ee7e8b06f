/**
 * Labs in PyTorch: every program runs, and its first ten losses are those of the library. One
 * Python runs them all; where there is none with PyTorch, this is left out.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { pythonWithTorch } from '../../../scripts/python.mjs';
import type { LabDescription } from '../../../src/lab/types';
import { scriptOf, writerOf, writtenCells } from '../../../src/notebook/pytorch';
import type { Writer } from '../../../src/notebook/pytorch/types';
import * as tf from '../../../src/tensor/tf';
import { askedOf, firstRows, labs, type Variant, variantsOf } from './labs';

const steps = 10;
/** Single precision on both sides, added in different orders. */
const tolerance = 1e-4;

/** The plain definitions compute; models that are large for that, our kernels. */
beforeAll(async () => {
  await Promise.all([tf.loadBackend.cpu(), tf.loadBackend.wasm()]);
});
const backendOf = ({ experiment = '' }: LabDescription) =>
  ['decoder', 'who-chooses'].includes(experiment) ? 'wasm' : 'cpu';

const python = pythonWithTorch();
if (!python)
  console.warn(
    'No Python here has PyTorch and NumPy: the exported notebooks were not run. Debian has python3-torch and python3-numpy; PYTHON may name another Python.',
  );

const written: { lab: LabDescription; writer: Writer; variants: Variant[] }[] = [];
for (const lab of labs) {
  const writer = await writerOf(lab.experiment);
  if (writer && 'program' in writer) written.push({ lab, writer, variants: variantsOf(lab) });
}

/** What came of a program. */
interface Said {
  name: string;
  /** [steps][numbers] */
  losses?: number[][];
  /** Whether a rounding leaves each of them as it is: see run.py. */
  sure?: boolean[][];
  error?: string;
}

const asked = written.flatMap(({ lab, variants }) => variants.map((variant) => ({ lab, variant })));

let answers: Promise<Map<string, Said>> | undefined;
/** Runs every program, once. */
function said(): Promise<Map<string, Said>> {
  answers ??= (async () => {
    const programs = await Promise.all(
      asked.map(async ({ lab, variant }) => ({
        name: variant.name,
        code: await writtenCells(askedOf(lab, variant, steps)).then(scriptOf),
      })),
    );
    const { stdout, stderr } = spawnSync(python!, [join(import.meta.dirname, 'run.py')], {
      input: JSON.stringify(programs),
      encoding: 'utf8',
      maxBuffer: 1e9,
    });
    const lines = stdout.split('\n').filter(Boolean);
    if (lines.length !== programs.length) throw new Error(stderr.slice(-2000));
    return new Map(lines.map((line) => JSON.parse(line) as Said).map((each) => [each.name, each]));
  })();
  return answers;
}

/** Losses, and those that differ, since a rounding decided what came before. */
let [all, parted] = [0, 0];

describe.skipIf(!python)('in PyTorch the first ten losses are those of the lab', () => {
  for (const { lab, writer, variants } of written)
    it.each(variants.map((variant) => [variant.name, variant] as [string, Variant]))(
      '%s',
      async (name, variant) => {
        await tf.setBackend(backendOf(lab));
        const rows = await firstRows(lab, variant, writer.compares, steps);
        // Settings that do not go together have no run, and no notebook.
        if (typeof rows === 'string') return;
        const { losses, sure, error } = (await said()).get(name)!;
        expect(error).toBeUndefined();
        expect(losses!.map((row) => row.length)).toEqual(rows.map((row) => row.length));
        for (const [step, row] of rows.entries())
          for (const [i, value] of row.entries()) {
            all++;
            const off = Math.abs(losses![step][i] - value) / Math.max(Math.abs(value), 1e-3);
            if (off < tolerance) continue;
            parted++;
            expect(
              sure![step][i],
              `step ${step + 1}: ${losses![step]} in PyTorch, ${row} here`,
            ).toBe(false);
          }
      },
    );

  it('leaves few of them to a rounding', () => {
    expect(parted).toBeLessThan(0.05 * all);
  });
});

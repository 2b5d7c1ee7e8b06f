/**
 * Labs in PyTorch: every program runs, and its first losses are those of the library: six of a lab
 * as it stands, three of it with one thing other than that. One Python runs them all, while ours are
 * still computed; where there is none with PyTorch, this is left out. LABS=fit,collapse asks for
 * some labs only.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { pythonWithTorch } from '../../../scripts/python.mjs';
import type { LabDescription } from '../../../src/lab/types';
import { scriptOf, writerOf, writtenCells } from '../../../src/notebook/pytorch';
import type { Writer } from '../../../src/notebook/pytorch/types';
import * as tf from '../../../src/tensor/tf';
import { askedOf, firstRows, labs, type Variant, variantsOf } from './labs';

/** Forward, gradient and what remembers have had their turn after three. */
const stepsOf = (lab: LabDescription, variant: Variant) => (variant.name === lab.name ? 6 : 3);
/** Single precision on both sides, added in different orders. */
const tolerance = 1e-4;

const python = pythonWithTorch();
if (!python)
  console.warn(
    'No Python here has PyTorch and NumPy: the exported notebooks were not run. Debian has python3-torch and python3-numpy; PYTHON may name another Python.',
  );

const chosen = process.env.LABS?.split(',');
const written: { lab: LabDescription; writer: Writer; variants: Variant[] }[] = [];
for (const lab of labs) {
  const writer = await writerOf(lab.experiment);
  if (writer && 'program' in writer && (chosen?.includes(lab.name) ?? true))
    written.push({ lab, writer, variants: variantsOf(lab) });
}

/** A run in both. Settings that do not go together have no run, and nothing to compare. */
interface Both {
  /** Ours, [steps][numbers]. */
  expected: number[][];
  losses?: number[][];
  /** Whether a rounding leaves each loss as it is; true where nothing differs: see run.py. */
  sure?: boolean[][];
  error?: string;
}

let asked: Promise<Map<string, Both>> | undefined;
/** Every program once, as soon as there is something to compare it with. */
function both(): Promise<Map<string, Both>> {
  asked ??= (async () => {
    await tf.loadBackend.wasm();
    await tf.setBackend('wasm');
    const child = spawn(python!, [join(import.meta.dirname, 'run.py')]);
    let wrong = '';
    child.stderr.on('data', (words) => {
      wrong += words;
    });
    // Of a Python that ended too soon, the missing answers tell.
    child.stdin.on('error', () => {});
    const answers: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => answers.push(line));
    const ended = new Promise((resolve) => child.on('close', resolve));
    const ours: { name: string; expected: number[][] }[] = [];
    for (const { lab, writer, variants } of written)
      for (const variant of variants) {
        const steps = stepsOf(lab, variant);
        const expected = await firstRows(lab, variant, writer.compares, steps);
        if (typeof expected === 'string') continue;
        const code = scriptOf(await writtenCells(askedOf(lab, variant, steps)));
        const { name } = variant;
        ours.push({ name, expected });
        child.stdin.write(`${JSON.stringify({ name, code, expected, tolerance })}\n`);
        // What is written leaves when there is time.
        await new Promise(setImmediate);
      }
    child.stdin.end();
    await ended;
    if (answers.length !== ours.length) throw new Error(wrong.slice(-2000));
    return new Map(
      ours.map(({ name, expected }, i) => [name, { expected, ...JSON.parse(answers[i]) }]),
    );
  })();
  return asked;
}

/** Losses, and those that differ, since a rounding decided what came before. */
let [all, parted] = [0, 0];

describe.skipIf(!python)('in PyTorch the first losses are those of the lab', () => {
  for (const { lab, variants } of written)
    it.each(variants)('$name', async ({ name }) => {
      const found = (await both()).get(name);
      // As it stands, a lab has a run.
      if (!found) return expect(name).not.toBe(lab.name);
      const { expected, losses, sure, error } = found;
      expect(error).toBeUndefined();
      expect(losses!.map((row) => row.length)).toEqual(expected.map((row) => row.length));
      for (const [step, row] of expected.entries())
        for (const [i, value] of row.entries()) {
          all++;
          const off = Math.abs(losses![step][i] - value) / Math.max(Math.abs(value), 1e-3);
          if (off < tolerance) continue;
          parted++;
          expect(
            sure![step][i],
            `step ${step + 1}: ${losses![step][i]} in PyTorch, ${value} here`,
          ).toBe(false);
        }
    });

  it('leaves few of them to a rounding', () => {
    expect(parted).toBeLessThan(0.05 * all);
  });
});

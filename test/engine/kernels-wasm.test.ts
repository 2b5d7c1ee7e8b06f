/** Our WebAssembly: the committed binary. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { compile, target } from '../../scripts/wasm.mjs';
import * as tf from '../../src/model/tf';

const committed = readFileSync(target);

it('is what its source gives; if not, run npm run wasm', async () => {
  expect(Buffer.from(await compile()).equals(committed)).toBe(true);
});

it('lays nothing down in the memory, which is not its own', () => {
  const module = new WebAssembly.Module(committed);
  expect(WebAssembly.Module.imports(module)).toEqual([
    { module: 'env', name: 'memory', kind: 'memory' },
  ]);
  // A section's number stands before its length; 11 is data, 6 is globals, 8 is a start function.
  expect(sectionsOf(committed).filter((section) => [6, 8, 11].includes(section))).toEqual([]);
});

it('is small', () => {
  expect(committed.length).toBeLessThan(20_000);
});

it('computes experts where there is SIMD', async () => {
  await tf.loadBackend.wasm();
  await tf.setBackend('wasm');
  expect(tf.hasKernel(tf.expertsKernel('Relu'))).toBe(true);
});

/** The numbers of a binary's sections. */
function sectionsOf(binary: Uint8Array): number[] {
  const sections: number[] = [];
  let at = 8; // behind magic number and version
  while (at < binary.length) {
    sections.push(binary[at++]);
    let length = 0;
    let shift = 0;
    let byte: number;
    do {
      byte = binary[at++];
      length |= (byte & 127) << shift;
      shift += 7;
    } while (byte & 128);
    at += length;
  }
  return sections;
}

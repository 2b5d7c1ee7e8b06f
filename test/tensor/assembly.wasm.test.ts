/** Our WebAssembly: the committed binary. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compile, target } from '../../scripts/wasm.mjs';
import * as swiglu from '../../src/model/experts/swiglu';
import { attentionKernel } from '../../src/tensor/ops/attention/kernel';
import { crossEntropyKernel } from '../../src/tensor/ops/cross-entropy/kernel';
import { embeddingKernel } from '../../src/tensor/ops/embedding/kernel';
import { expertsKernel } from '../../src/tensor/ops/experts/kernel';
import { headsKernel } from '../../src/tensor/ops/heads/kernel';
import { linearKernel } from '../../src/tensor/ops/linear/kernel';
import { optimizerKernel } from '../../src/tensor/ops/optimizer/kernel';
import { hasKernel } from '../../src/tensor/ops/program';
import { rmsNormKernel } from '../../src/tensor/ops/rms-norm/kernel';
import { ropeKernel } from '../../src/tensor/ops/rope/kernel';
import { topKKernel } from '../../src/tensor/ops/router/kernel';
import { switchLossKernel } from '../../src/tensor/ops/switch-loss/kernel';
import * as tf from '../../src/tensor/tf';
import { useWasm } from '../engine/fixtures/wasm';

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

describe('where there is SIMD', () => {
  useWasm();

  it.each([
    expertsKernel('Relu'),
    expertsKernel('Swiglu'),
    optimizerKernel,
    linearKernel,
    rmsNormKernel,
    embeddingKernel,
    crossEntropyKernel,
    ropeKernel,
    headsKernel,
    attentionKernel,
    switchLossKernel,
    topKKernel,
  ])('computes %s', (name) => {
    expect(hasKernel(name)).toBe(true);
  });

  it('gives back the room it takes', () => {
    const { wasm } = tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } };
    const params = swiglu.init({ experts: 4, dim: 32, hidden: 64, out: 32 }, 1);
    const x = tf.ones<tf.Rank.R2>([256, 32]);
    const gates = tf.ones<tf.Rank.R2>([256, 4]);
    const gradient = tf.grad((x) => tf.sum(swiglu.forward(params, x as tf.Tensor2D, gates, 1024)));
    const steps = (count: number) => {
      for (let i = 0; i < count; i++) gradient(x).dispose();
      return wasm.HEAPU8.length;
    };
    const before = steps(5);
    // A step takes about 4 MB for its intermediates.
    expect(steps(100)).toBe(before);
    tf.dispose([params, x, gates]);
  });

  it('clones without copying, and either may outlive the other', async () => {
    const buffers = () => tf.memory().numDataBuffers;
    const before = buffers();
    const [first, second] = [1, 2].map((number) => {
      const x = tf.fill([1000], number);
      return { x, clone: tf.clone(x) };
    });
    expect(buffers() - before).toBe(2);
    first.x.dispose();
    second.clone.dispose();
    const other = tf.fill([1000], 3); // takes up whatever was given back too early
    expect([...new Set(await first.clone.data())]).toEqual([1]);
    expect([...new Set(await second.x.data())]).toEqual([2]);
    tf.dispose([first.clone, second.x, other]);
    expect(buffers()).toBe(before);
  });
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

/** Ops of a transformer on WASM that go row by row: norms, embeddings, the loss. */
import type * as tf from '../../model/tf';
import { crossEntropyKernel } from './cross-entropy';
import { embeddingKernel } from './embedding';
import { type Infos, registerKernels, sizeOf, type Wasm } from './module-wasm';
import { rmsNormKernel } from './rms-norm';

export function registerRows(wasm: Wasm): void {
  registerKernels(wasm, {
    [rmsNormKernel]: rmsNorm,
    [`${rmsNormKernel}Gradient`]: rmsNormGradient,
    [embeddingKernel]: embedding,
    [`${embeddingKernel}Gradient`]: embeddingGradient,
    [crossEntropyKernel]: crossEntropy,
    [`${crossEntropyKernel}Gradient`]: crossEntropyGradient,
  });
}

type Attributes = Record<string, unknown>;

function rmsNorm(wasm: Wasm, { x, gain }: Infos, { epsilon }: Attributes): tf.TensorInfo[] {
  const width = sizeOf(gain);
  const rows = sizeOf(x) / width;
  const y = wasm.output(x.shape);
  const sizes = wasm.output([rows]);
  const [from, to] = [wasm.at(x), wasm.at(y)];
  wasm.run.rmsNorm(rows, width, from, wasm.at(gain), epsilon as number, to, wasm.at(sizes));
  return [y, sizes];
}

function rmsNormGradient(wasm: Wasm, inputs: Infos): tf.TensorInfo[] {
  const { dy, x, gain, sizes, passed } = inputs;
  const width = sizeOf(gain);
  const dx = wasm.output(x.shape);
  const dGain = wasm.output(gain.shape);
  wasm.withRoom([width], (weighed) => {
    wasm.run.rmsNormGradient(
      sizeOf(sizes),
      width,
      wasm.at(dy),
      wasm.at(x),
      wasm.at(gain),
      wasm.at(sizes),
      passed ? wasm.at(passed) : 0,
      wasm.at(dx),
      wasm.at(dGain),
      weighed,
    );
  });
  return [dx, dGain];
}

function embedding(wasm: Wasm, { weight, tokens }: Infos): tf.TensorInfo {
  const [words, dim] = weight.shape;
  const count = sizeOf(tokens);
  const y = wasm.output([count, dim]);
  wasm.run.lookUp(wasm.at(weight), words, dim, wasm.at(tokens), count, wasm.at(y));
  return y;
}

function embeddingGradient(wasm: Wasm, { dy, tokens }: Infos, attributes: Attributes) {
  const words = attributes.words as number;
  const [count, dim] = dy.shape;
  const dWeight = wasm.output([words, dim]);
  wasm.run.sumByRow(wasm.at(dy), wasm.at(tokens), count, words, dim, wasm.at(dWeight));
  return dWeight;
}

function crossEntropy(wasm: Wasm, { logits, targets }: Infos): tf.TensorInfo[] {
  const [rows, classes] = logits.shape;
  const loss = wasm.output([]);
  const logs = wasm.output([rows]);
  wasm.withRoom([rows], (room) => {
    const from = wasm.at(logits);
    wasm.run.sumExponentials(rows, classes, from, wasm.at(logs), room);
    const largestThenLogs = wasm.floats(wasm.at(logs), rows);
    const sums = wasm.floats(room, rows);
    const wanted = wasm.integers(wasm.at(targets), rows);
    const values = wasm.floats(from, rows * classes);
    let total = 0;
    for (let row = 0; row < rows; row++) {
      largestThenLogs[row] += Math.log(sums[row]);
      const target = wanted[row];
      if (target >= 0 && target < classes)
        total += largestThenLogs[row] - values[row * classes + target];
    }
    wasm.floats(wasm.at(loss), 1)[0] = total / rows;
  });
  return [loss, logs];
}

function crossEntropyGradient(wasm: Wasm, { dy, logits, targets, logs }: Infos): tf.TensorInfo {
  const [rows, classes] = logits.shape;
  const dLogits = wasm.output(logits.shape);
  wasm.run.crossEntropyGradient(
    rows,
    classes,
    wasm.at(logits),
    wasm.at(targets),
    wasm.at(logs),
    wasm.floats(wasm.at(dy), 1)[0] / rows,
    wasm.at(dLogits),
  );
  return dLogits;
}

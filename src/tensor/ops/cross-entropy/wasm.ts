/** The cross-entropy on WASM. */
import type * as tf from '../../core';
import { type Infos, registerKernels, type Wasm } from '../on-wasm';
import { crossEntropyKernel } from './kernel';

export function registerCrossEntropy(wasm: Wasm): void {
  registerKernels(wasm, {
    [crossEntropyKernel]: forward,
    [`${crossEntropyKernel}Gradient`]: gradient,
  });
}

function forward(wasm: Wasm, { logits, targets }: Infos): tf.TensorInfo[] {
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

function gradient(wasm: Wasm, { dy, logits, targets, logs }: Infos): tf.TensorInfo {
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

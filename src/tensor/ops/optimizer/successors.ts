/**
 * Tensors on WASM that take the place of others. Nothing is computed before somebody looks at one
 * of them; by then whoever moved on has mostly let go of what they replace, and what nobody else
 * holds is written over. So a step goes through half as much memory, and whoever still holds the
 * old numbers keeps them.
 */
import * as tf from '../../core';
import { type Place, sizeOf, type Wasm } from '../on-wasm';

/**
 * New tensors of the shapes of `replaced`. `compute` is called once, with the addresses of the old
 * numbers and of the new, which may be the same. It may read `others` too, but takes no memory:
 * whoever looks may have views that would end.
 */
export function successors(
  wasm: Wasm,
  replaced: tf.TensorInfo[],
  others: tf.TensorInfo[],
  compute: (from: number[], to: number[]) => void,
): tf.TensorInfo[] {
  const { backend } = wasm;
  // Successors that nobody has looked at yet: else a run that never looks would keep them all.
  for (const old of replaced) wasm.at(old);
  const results = replaced.map(({ shape }) => wasm.output(shape));
  const held = [...replaced, ...others];
  for (const { dataId } of held) backend.incRef(dataId);
  const places = results.map((result) => wasm.placeOf(result));
  onFirstLook(places, () => {
    const from = replaced.map((old) => wasm.at(old));
    replaced.forEach((old, i) => {
      if (wasm.placeOf(old).refCount === 1) takeOver(wasm, old, results[i]);
    });
    const to = results.map((result) => wasm.at(result));
    compute(from, to);
    // As the engine does with what it lets go of, which leaves this to us.
    for (const { dataId } of held)
      if (backend.disposeData(dataId)) tf.engine().removeDataId(dataId, backend);
  });
  return results;
}

/** Calls `settle` once, before anybody learns where one of the places lies. */
function onFirstLook(places: Place[], settle: () => void): void {
  const known = places.map(({ id, memoryOffset }) => ({ id, memoryOffset }));
  const look = () => {
    places.forEach((place, i) => {
      for (const name of ['id', 'memoryOffset'] as const)
        Object.defineProperty(place, name, { value: known[i][name], writable: true });
    });
    settle();
  };
  for (const place of places)
    for (const name of ['id', 'memoryOffset'] as const)
      Object.defineProperty(place, name, {
        configurable: true,
        get() {
          look();
          return place[name];
        },
      });
}

/** `result` gets the memory of `old`, which has its own until it goes. */
function takeOver(wasm: Wasm, old: tf.TensorInfo, result: tf.TensorInfo): void {
  const [before, after] = [wasm.placeOf(old), wasm.placeOf(result)];
  [before.memoryOffset, after.memoryOffset] = [after.memoryOffset, before.memoryOffset];
  // TensorFlow.js's own WebAssembly keeps what it was told first.
  const { tfjs } = wasm.backend.wasm;
  tfjs.disposeData(after.id);
  tfjs.registerTensor(after.id, sizeOf(result), after.memoryOffset);
}

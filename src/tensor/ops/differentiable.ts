/**
 * An op of our own on the gradient tape. Unlike tf.customGrad it gives each input's gradient as a
 * function, which is called only where that gradient is asked for, and keeps what the forward
 * part computed without putting it on the tape.
 */
import * as tf from '../core';

type Inputs = Record<string, tf.Tensor>;

export interface Differentiable<Name extends string> {
  inputs: Record<Name, tf.Tensor>;
  /** Runs off the tape; hands `save` what `backward` will need: inputs, results, intermediates. */
  forward(save: (tensors: tf.Tensor[]) => void): tf.Tensor;
  /** The gradient with respect to each input; what several share is computed here, at once. */
  backward(dy: tf.Tensor, saved: tf.Tensor[]): Record<Name, () => tf.Tensor>;
}

/** The op's result. What `forward` leaves behind is released, unless it was saved. */
export function differentiable<Name extends string>(op: Differentiable<Name>): tf.Tensor {
  const { inputs, forward, backward } = op;
  return (tf.engine() as unknown as Tape).runKernelFunc({
    forwardFunc: (_, save) => forward(save),
    backwardsFunc: backward,
    inputs,
  });
}

/** As above, with several results; `backward` gets the gradient of each, zeros where there is none. */
export function differentiables<Name extends string>(op: {
  inputs: Record<Name, tf.Tensor>;
  forward(save: (tensors: tf.Tensor[]) => void): tf.Tensor[];
  backward(dys: tf.Tensor[], saved: tf.Tensor[]): Record<Name, () => tf.Tensor>;
}): tf.Tensor[] {
  const { inputs, forward, backward } = op;
  return (tf.engine() as unknown as Tape).runKernelFunc<tf.Tensor[]>({
    forwardFunc: (_, save) => forward(save),
    backwardsFunc: backward,
    inputs,
  });
}

/** The part of TensorFlow.js's engine behind tf.customGrad; its types call it private. */
interface Tape {
  runKernelFunc<Results extends tf.Tensor | tf.Tensor[]>(op: {
    forwardFunc(backend: unknown, save: (tensors: tf.Tensor[]) => void): Results;
    backwardsFunc(dy: Results, saved: tf.Tensor[]): Record<string, () => tf.Tensor>;
    inputs: Inputs;
  }): Results;
}

/** Runs a registered kernel with several results. Throws a sentence where the backend has none. */
export const runKernel = (
  name: string,
  inputs: Inputs,
  attributes: Record<string, unknown> = {},
): tf.Tensor[] => {
  const backend = tf.getBackend();
  if (backend && !tf.getKernel(name, backend))
    throw new Error(
      `The backend "${backend}" has no kernel "${name}": WebGPU and WASM with SIMD have; elsewhere models run the plain definition instead.`,
    );
  const results = tf
    .engine()
    .runKernel(
      name,
      inputs as unknown as tf.NamedTensorMap,
      attributes as unknown as tf.NamedAttrMap,
    );
  return (Array.isArray(results) ? results : [results]) as tf.Tensor[];
};

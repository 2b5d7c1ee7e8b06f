/**
 * Arithmetic between a tensor and a short vector (a bias) on WebGPU: TensorFlow.js copies the vector
 * into a workgroup's shared memory first, and the barrier behind it makes an addition 20 times
 * slower on a software adapter. As a matrix of one row the same vector takes the ordinary way.
 */
import * as tf from '../../core';
import { granted } from '../program';

const kernels = [
  ...['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'Pow', 'SquaredDifference'],
  ...['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual'],
];

export function registerBroadcasts(): void {
  for (const kernelName of kernels) {
    const original = tf.getKernel(kernelName, 'webgpu');
    tf.unregisterKernel(kernelName, 'webgpu');
    tf.registerKernel({
      ...original,
      kernelFunc: (call) => {
        const { a, b } = call.inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
        if (!granted.kernels) return original.kernelFunc(call);
        const inputs = { a: asRow(a, b), b: asRow(b, a) } as typeof call.inputs;
        return original.kernelFunc({ ...call, inputs });
      },
    });
  }
}

/** A vector beside a tensor of more dimensions: the same numbers as [1, length]. */
const asRow = (info: tf.TensorInfo, other: tf.TensorInfo): tf.TensorInfo =>
  info.shape.length === 1 && other.shape.length > 1
    ? { dataId: info.dataId, dtype: info.dtype, shape: [1, ...info.shape] }
    : info;

/**
 * TensorFlow.js as its users write it: variables, an optimizer of the library, one eager step
 * after another. A copy of its own, without anything of this project registered with it.
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import type { Case, Values } from '../cases/types';
import * as classifier from '../models/classifier/plain';
import * as decoder from '../models/decoder/plain';
import * as fit from '../models/fit/plain';
import * as transformer from '../models/transformer/plain';
import type { Backend, System } from './types';

const load: Record<Backend, () => Promise<unknown>> = {
  webgpu: () => import('@tensorflow/tfjs-backend-webgpu'),
  wasm: async () => {
    const [{ setWasmPaths }, plain, simd, threaded] = await Promise.all([
      import('@tensorflow/tfjs-backend-wasm'),
      import('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url'),
      import('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url'),
      import('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url'),
    ]);
    setWasmPaths({
      'tfjs-backend-wasm.wasm': located(plain.default),
      'tfjs-backend-wasm-simd.wasm': located(simd.default),
      'tfjs-backend-wasm-threaded-simd.wasm': located(threaded.default),
    });
  },
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
};

/** A binary beside this script; in Node a file below the working directory. */
function located(url: string): string {
  if (typeof process !== 'undefined' && process.versions?.node && url.startsWith('/'))
    return process.cwd() + url;
  return new URL(url, import.meta.url).href;
}

export const plain: System = {
  async start(chosen, values, backend) {
    if (tf.getBackend() !== backend) {
      await load[backend]();
      if (!(await tf.setBackend(backend))) throw new Error(`No ${backend} backend is to be had.`);
    }
    const variables = Object.fromEntries(
      Object.entries(values.params).map(([name, { data, shape }]) => [
        name,
        tf.variable(tf.tensor(data.slice(), shape)),
      ]),
    );
    const data = Object.fromEntries(
      Object.entries(values.data).map(([name, { data, shape, dtype }]) => [
        name,
        tf.tensor(data.slice(), shape, dtype),
      ]),
    );
    const loss = lossOf(chosen, values, variables, data);
    const optimizer = tf.train.adam(chosen.learningRate, 0.9, 0.999, 1e-8);
    return {
      note: 'eager',
      async run(count, which) {
        const losses: tf.Scalar[] = [];
        for (let step = 0; step < count; step++) {
          const value = optimizer.minimize(loss, true) as tf.Scalar;
          if (which === 'last') losses.pop()?.dispose();
          losses.push(value);
        }
        const values = await Promise.all(losses.map((value) => value.data()));
        tf.dispose(losses);
        return values.map(([value]) => value);
      },
      close() {
        optimizer.dispose();
        tf.dispose([variables, data]);
      },
    };
  },
};

type Tensors = Record<string, tf.Tensor>;

function lossOf(chosen: Case, values: Values, params: Tensors, data: Tensors): () => tf.Scalar {
  switch (chosen.model) {
    case 'classifier':
      return () => classifier.loss(chosen.config, params, data);
    case 'transformer': {
      const constants = transformer.constants(chosen.config, values);
      return () => transformer.loss(chosen.config, params, data, constants);
    }
    case 'decoder': {
      const constants = transformer.constants(chosen.config, values);
      return () => decoder.loss(chosen.config, params, data, constants);
    }
    case 'fit':
      return () => fit.loss(params, data);
  }
}

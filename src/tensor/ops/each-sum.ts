/** Programs in TensorFlow.js's form whose results are sums; one program for all sizes. */

import * as tf from '../core';
import type { WebGPUBackend } from '../internals';
import { elementwise } from './on-every-backend';
import { chainOf, sharesOf, together } from './sums';
import { variantOf } from './variant';

export interface EachSum {
  shape: number[];
  inputs: Record<string, tf.TensorInfo>;
  dtype?: string;
  /** See `elementwise`. */
  key: string;
  /** Whole numbers that the WGSL reads as `uniforms.…`. */
  uniforms: Record<string, number>;
  /** Terms of a result, at most. */
  terms: number;
  /** Statements that find out from `index`, the number of the result, where its terms lie. */
  before: string;
  /** WGSL: the first term and the one behind the last; `i` counts them. */
  from?: string;
  to: string;
  /** What moves on from term to term, and by how much. */
  moving?: Record<string, string>;
  /** Statements that declare `value`, the term. */
  term: string;
  /** What is found before the first term, and with another: WGSL of `found` and `value`. */
  start?: string;
  next?: string;
  /** WGSL: what is stored of what is found. */
  result?: string;
}

export function eachSum(backend: WebGPUBackend, sum: EachSum): tf.TensorInfo {
  const { shape, inputs, dtype = 'float32', key, uniforms, terms, before, term } = sum;
  const { from = '0', to, moving = {}, start = '0.0', next = 'found + value' } = sum;
  const { result = 'found' } = sum;
  const results = tf.util.sizeFromShape(shape);
  const shares = sharesOf(variantOf(backend), results, terms);
  const moved = (by: string) =>
    Object.entries(moving)
      .map(([name, step]) => `${name} += ${step}${by};`)
      .join(' ');
  const joined = (a: string, b: string) => next.replace('found', a).replace('value', b);
  const program = elementwise({
    shape,
    inputs: Object.keys(inputs),
    key,
    uniforms: Object.keys(uniforms)
      .map((name) => `${name} : i32,`)
      .join(' '),
    shares,
    chain: chainOf(terms, shares),
    body: `${before}
      var found = ${start};
      ${shares > 1 ? moved(' * i32(share)') : ''}
      for (var i = ${from}${shares > 1 ? ' + i32(share)' : ''}; i < ${to}; i += ${shares}) {
        ${term}
        found = ${next};
        ${moved(shares > 1 ? ` * ${shares}` : '')}
      }
      ${together(['found'], 'f32', shares, { joined })}
      ${shares > 1 ? 'if (share == 0u && there)' : ''} { setOutputAtIndex(index, ${result}); }`,
  });
  return backend.runWebGPUProgram(
    program,
    Object.values(inputs),
    dtype,
    Object.values(uniforms).map((number) => ({ type: 'int32', data: [number] })),
  );
}

/**
 * Independent pieces of work in as few GPU commands as the device's bindings allow: each piece
 * takes some of a command's workgroups. A toy model's step is limited by the number of commands.
 */

import type * as tf from '../core';
import type { WebGPUBackend } from '../internals';
import { mostBindings, type Program, runProgram } from './program';

/** Invocations of one workgroup. */
export const perGroup = 64;

export interface Part {
  /** Also the name of its WGSL function. */
  name: string;
  /** By name; the same name in two parts is the same tensor. */
  inputs: Program['inputs'];
  outputs: Program['outputs'];
  /** Which of them are bound as `array<vec4f>`. */
  vectors?: string[];
  /**
   * WGSL with `fn <name>(index : u32)`, without barriers; the part's invocations are counted from
   * 0 to a multiple of 64. Other functions carry the part's name in theirs.
   */
  code: string;
  invocations: number;
  /** See `Program.chain`. */
  chain: number;
}

/**
 * Invocations of one command at most, if it holds several parts: beyond, the command's own price
 * no longer matters, and a software adapter runs every part's code in every invocation.
 */
const mostTogether = 8192;

/** Runs the parts, which must not read each other's results; the results by name. */
export function runParts(backend: WebGPUBackend, parts: Part[]): Record<string, tf.TensorInfo> {
  const results: Record<string, tf.TensorInfo> = {};
  for (const some of packed(parts, mostBindings(backend))) {
    const outputs: Program['outputs'] = Object.assign({}, ...some.map((part) => part.outputs));
    const cases: string[] = [];
    let total = 0;
    for (const { name, invocations } of some) {
      const start = total;
      total += Math.ceil(invocations / perGroup);
      cases.push(`if (group < ${total}u) { ${name}((group - ${start}u) * ${perGroup}u + own); }`);
    }
    const x = Math.min(total, 65535);
    const tensors = runProgram(backend, {
      name: some.map(({ name }) => name).join(' + '),
      inputs: Object.assign({}, ...some.map((part) => part.inputs)),
      outputs,
      vectors: some.flatMap(({ vectors = [] }) => vectors),
      code: `${some.map(({ code }) => code).join('\n')}
        @compute @workgroup_size(${perGroup})
        fn main(@builtin(workgroup_id) at : vec3u, @builtin(local_invocation_index) own : u32) {
          let group = at.x + at.y * ${x}u;
          ${cases.join(' else ')}
        }`,
      chain: Math.max(...some.map(({ chain }) => chain)),
      groups: [x, Math.ceil(total / x)],
    });
    Object.keys(outputs).forEach((name, i) => {
      results[name] = tensors[i];
    });
  }
  return results;
}

/**
 * The parts in as few groups as it takes to put each into the first with room for it: groups bind
 * no more than `most` tensors, and are small or one part.
 */
export function packed(parts: Part[], most: number): Part[][] {
  const groups: { parts: Part[]; bound: Set<string>; invocations: number }[] = [];
  for (const part of parts) {
    const own = [...Object.keys(part.inputs), ...Object.keys(part.outputs)];
    const group = groups.find(
      ({ bound, invocations }) =>
        new Set([...bound, ...own]).size <= most && invocations + part.invocations <= mostTogether,
    );
    if (group) {
      group.parts.push(part);
      group.invocations += part.invocations;
      for (const name of own) group.bound.add(name);
    } else groups.push({ parts: [part], bound: new Set(own), invocations: part.invocations });
  }
  return groups.map(({ parts }) => parts);
}

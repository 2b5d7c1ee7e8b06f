/**
 * Independent pieces of work in as few GPU commands as the device's bindings allow: each piece
 * takes some of a command's workgroups. A toy model's step is limited by the number of commands.
 */

import type * as tf from '../core';
import type { WebGPUBackend } from '../internals';
import { mostBindings, type Program, runProgram } from './program';
import { chainOf, perGroup, sharedSums, sharesOf } from './sums';
import { variantOf } from './variant';

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
   * 0 to a multiple of 64. Other functions carry the part's name in theirs. Where several invocations
   * can share the terms of a result (`summed`), it is written for how many do.
   */
  code: string | ((shares: number) => string);
  /** Vectors of four in shared memory for each invocation, where several share a result. */
  sums?: number;
  /** Invocations, or results if several share one. */
  invocations: number;
  /** See `Program.chain`; of one invocation alone. */
  chain: number;
  /** The longest chain of what is not shared. */
  rest?: number;
  /** See `Program.own`. */
  own?: Program['own'];
}

/**
 * Invocations of one command at most, if it holds several parts and adds in turn: beyond, the
 * command's own price no longer matters, and a software adapter runs every part's code in every
 * invocation.
 */
const mostTogether = 8192;

/** Runs the parts, which must not read each other's results; the results by name. */
export function runParts(backend: WebGPUBackend, parts: Part[]): Record<string, tf.TensorInfo> {
  const results: Record<string, tf.TensorInfo> = {};
  const variant = variantOf(backend);
  const most = variant === 'split' ? Number.POSITIVE_INFINITY : mostTogether;
  for (const some of packed(parts, mostBindings(backend), most)) {
    const outputs: Program['outputs'] = Object.assign({}, ...some.map((part) => part.outputs));
    const cases: string[] = [];
    const codes: string[] = [];
    let [total, vectors, longest] = [0, 0, 0];
    for (const { name, invocations, chain, rest = 0, code, sums = 0 } of some) {
      const start = total;
      const shares = typeof code === 'string' ? 1 : sharesOf(variant, invocations, chain);
      const results = perGroup / shares; // of a workgroup
      total += Math.ceil(invocations / results);
      longest = Math.max(longest, rest, chainOf(chain, shares));
      if (shares > 1) vectors = Math.max(vectors, sums);
      codes.push(typeof code === 'string' ? code : code(shares));
      cases.push(
        `if (group < ${total}u) { ${name}((group - ${start}u) * ${results}u + own${shares > 1 ? ` % ${results}u, own / ${results}u, own` : ''}); }`,
      );
    }
    const x = Math.min(total, 65535);
    const tensors = runProgram(backend, {
      name: some.map(({ name }) => name).join(' + '),
      inputs: Object.assign({}, ...some.map((part) => part.inputs)),
      outputs,
      vectors: some.flatMap(({ vectors = [] }) => vectors),
      code: `${sharedSums(vectors)}
        ${codes.join('\n')}
        @compute @workgroup_size(${perGroup})
        fn main(@builtin(workgroup_id) at : vec3u, @builtin(local_invocation_index) own : u32) {
          let group = at.x + at.y * ${x}u;
          ${cases.join(' else ')}
        }`,
      chain: longest,
      // With others, a part's invocations are not the command's.
      own: some.length === 1 ? some[0].own : undefined,
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
export function packed(parts: Part[], most: number, together = mostTogether): Part[][] {
  const groups: { parts: Part[]; bound: Set<string>; invocations: number }[] = [];
  for (const part of parts) {
    const own = [...Object.keys(part.inputs), ...Object.keys(part.outputs)];
    const group = groups.find(
      ({ bound, invocations }) =>
        new Set([...bound, ...own]).size <= most && invocations + part.invocations <= together,
    );
    if (group) {
      group.parts.push(part);
      group.invocations += part.invocations;
      for (const name of own) group.bound.add(name);
    } else groups.push({ parts: [part], bound: new Set(own), invocations: part.invocations });
  }
  return groups.map(({ parts }) => parts);
}

/**
 * WGSL of sums, in either variant (variant.ts): one invocation goes through all terms of a result,
 * or several of its workgroup go through every so-many-th and add what they found two by two.
 */

import type { Part } from './parts';
import type { Variant } from './variant';

/** Invocations of one workgroup. */
export const perGroup = 64;

/** Workgroups that keep a large graphics processor busy. */
const enough = 128;

/** Terms below which an invocation is not worth its share of the adding up. */
const fewest = 8;

/** Invocations, a power of two, that share each of so many results with so many terms. */
export function sharesOf(variant: Variant, results: number, terms: number, most = perGroup) {
  let shares = 1;
  if (variant === 'split')
    while (shares < most && results * shares < enough * perGroup && terms > fewest * shares)
      shares *= 2;
  return shares;
}

/** Terms that one invocation then adds in turn. */
export const chainOf = (terms: number, shares: number): number =>
  Math.ceil(terms / shares) + Math.log2(shares);

/** WGSL that heads a loop of `k` over what an invocation goes through. */
export type Walk = (from: string, to: string, step?: number) => string;

const walkOf =
  (shares: number): Walk =>
  (from, to, step = 1) =>
    `for (var k = ${from}${shares > 1 ? ` + ${step}u * share` : ''}; k < ${to}; k += ${step * shares}u)`;

/** Vectors of four that one invocation's sums take in shared memory. */
const vectorsOf = (sums: string[], type: string) =>
  type === 'vec4f' ? sums.length : Math.ceil(sums.length / 4);

/** WGSL of the shared memory that the sums of a workgroup need. */
export const sharedSums = (vectors: number): string =>
  vectors ? `var<workgroup> halves : array<vec4f, ${vectors * perGroup}>;` : '';

/**
 * WGSL that adds up the sums of the invocations that share a result, two by two; invocation `own`
 * of the workgroup holds share `share`. The first share then has them all, or with `everywhere`
 * each. Has to be reached by all invocations of a workgroup alike.
 */
export function together(
  sums: string[],
  type: string,
  shares: number,
  { everywhere = false, joined = (a: string, b: string) => `${a} + ${b}` } = {},
): string {
  if (shares === 1) return '';
  const apart = perGroup / shares;
  const vectors = Array.from({ length: vectorsOf(sums, type) }, (_, v) => v);
  const four = (v: number) => sums.slice(4 * v, 4 * v + 4);
  const write = vectors
    .map((v) => {
      const value =
        type === 'vec4f'
          ? sums[v]
          : `vec4f(${[...four(v), '0.0', '0.0', '0.0'].slice(0, 4).join(', ')})`;
      return `halves[own + ${v * perGroup}u] = ${value};`;
    })
    .join(' ');
  const read = (at: string, joined: (a: string, b: string) => string) =>
    vectors
      .map((v) => {
        const theirs = `halves[${at} + ${v * perGroup}u]`;
        if (type === 'vec4f') return `${sums[v]} = ${joined(sums[v], theirs)};`;
        return `{ let s = ${theirs}; ${four(v)
          .map((sum, i) => `${sum} = ${joined(sum, `s[${i}]`)};`)
          .join(' ')} }`;
      })
      .join(' ');
  // Each half is written behind what the half before still reads: one barrier a halving.
  return `workgroupBarrier();
    for (var half = ${shares / 2}u; half > 0u; half /= 2u) {
      if (share / half == 1u) { ${write} }
      workgroupBarrier();
      if (share < half) { ${read(`own + half * ${apart}u`, joined)} }
    }
    ${
      everywhere
        ? `if (share == 0u) { ${write} }
          workgroupBarrier();
          ${read(`own % ${apart}u`, (_, b) => b)}`
        : ''
    }`;
}

export interface Sum {
  /** Statements that find out from `index`, the number of the result, where its terms lie. */
  before: string;
  /** WGSL: whether there is such a result. */
  when?: string;
  /** Names of what is summed, 0 at first. */
  sums: string[];
  type: string;
  /** Loops over the terms. */
  terms: (walk: Walk) => string;
  /** Statements, with loops, of all invocations that share a result, once each has the sums. */
  everywhere?: (walk: Walk) => string;
  /** Statements of the first of them that store the result. */
  after: string;
}

/** WGSL that adds up an array in shared memory, a number for each thread `own`, into its first. */
export const halving = (array: string, threads: number): string =>
  `for (var half = ${threads / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (own < half) { ${array}[own] += ${array}[own + half]; }
  }`;

type Named = Pick<Part, 'name' | 'invocations'>;

const declared = ({ sums, type }: Sum) => sums.map((sum) => `var ${sum} : ${type};`).join(' ');

/** WGSL of a function in which one invocation has a result for itself. */
export const inTurn = ({ name, invocations }: Named, sum: Sum): string =>
  `fn ${name}(index : u32) {
    if (index >= ${invocations}u) { return; }
    ${sum.before}
    ${sum.when ? `if (!(${sum.when})) { return; }` : ''}
    ${declared(sum)}
    ${sum.terms(walkOf(1))}
    ${sum.everywhere?.(walkOf(1)) ?? ''}
    ${sum.after}
  }`;

/** A part whose results are sums. */
export function summed(part: Omit<Part, 'code' | 'sums'>, sum: Sum): Part {
  const { name, invocations: results } = part;
  const { before, when, sums, type, terms, everywhere, after } = sum;
  return {
    ...part,
    sums: vectorsOf(sums, type),
    code: (shares) =>
      shares === 1
        ? inTurn(part, sum)
        : `fn ${name}(given : u32, share : u32, own : u32) {
          let index = min(given, ${results - 1}u);
          ${before}
          let there = given < ${results}u${when ? ` && ${when}` : ''};
          ${declared(sum)}
          if (there) { ${terms(walkOf(shares))} }
          ${together(sums, type, shares, { everywhere: Boolean(everywhere) })}
          if (there) {
            ${everywhere?.(walkOf(shares)) ?? ''}
            if (share == 0u) { ${after} }
          }
        }`,
  };
}

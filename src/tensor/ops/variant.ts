/**
 * The two ways in which programs of our own add, and which of them a device takes: what is quick on
 * a software adapter leaves a graphics processor empty, and the other way about.
 *
 * - `in turn`: one invocation a result goes through all its terms. No barriers and no shared memory:
 *   to a software adapter each barrier is dearer than the additions.
 * - `split`: invocations of a workgroup share the terms of a result and add what they found in
 *   shared memory, two by two, so that a hundred processors have something to do (sums.ts).
 *
 * In both the order of additions is fixed: equal seeds give equal runs.
 */

import type { WebGPUBackend } from '../internals';

export type Variant = 'in turn' | 'split';

/** Names under which adapters without a graphics processor go. */
export const isSoftware = (names: string): boolean =>
  /swiftshader|llvmpipe|software|basic render|\bwarp\b/i.test(names);

/** True of a device without a graphics processor behind it. */
export function isInSoftware({ adapterInfo }: Pick<WebGPUBackend, 'adapterInfo'>): boolean {
  const { vendor = '', architecture = '' } = adapterInfo;
  return isSoftware(`${vendor} ${architecture}`);
}

const told = new WeakMap<object, Variant>();

/** What tests and the benchmark set: a variant whatever the adapter is. */
export const variant: { forced?: Variant } = {};

/** The variant of a device, as its adapter once told. */
export function variantOf(backend: WebGPUBackend): Variant {
  const known = variant.forced ?? told.get(backend);
  if (known) return known;
  const found = isInSoftware(backend) ? 'in turn' : 'split';
  told.set(backend, found);
  return found;
}

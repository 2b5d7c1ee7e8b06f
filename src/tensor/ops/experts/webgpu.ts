/**
 * The grouped experts on WebGPU: the three kernels of kernel.ts. Forward takes four commands
 * (sort the pairs, up, down, combine), the gradient two where a shader may bind ten tensors and
 * three elsewhere, that of x two more.
 *
 * Kept for the gradient: `pairs` as pairs-webgpu.ts lays them out; `inner` and `answers`, a row for each
 * pair in that order; rows beyond the last pair hold nothing in particular.
 */

import type * as tf from '../../core';
import type { WebGPUBackend } from '../../internals';
import { type Infos, onWebGPU } from '../on-webgpu';
import { runParts } from '../parts';
import { variantOf } from '../variant';
import { type ExpertsKind, expertsKernel, expertWeights } from './kernel';
import { pairsLayout, sortPairs } from './pairs-webgpu';
import { expertsParts } from './wgsl';

type Attributes = { mostPairs: number };

export function registerExperts(): void {
  for (const kind of ['Relu', 'Swiglu'] as const) {
    const name = expertsKernel(kind);
    onWebGPU<Attributes>(name, (...call) => forward(kind, ...call));
    onWebGPU<Attributes>(`${name}Gradient`, (...call) => gradient(kind, ...call));
    onWebGPU<Attributes>(`${name}InputGradient`, (...call) => inputGradient(kind, ...call));
  }
}

function partsFor(kind: ExpertsKind, { x, gates, w1, w2 }: Infos, { mostPairs }: Attributes) {
  const [, experts] = gates.shape;
  const hidden = w1.shape[1] / experts;
  // Tiles of eight rows keep fewer numbers waiting; of few rows they would be mostly empty.
  const rows = mostPairs / experts >= 12 ? 8 : 4;
  const layout = pairsLayout(gates.shape, mostPairs, rows);
  return {
    layout,
    parts: expertsParts({ kind, layout, dim: x.shape[1], hidden, out: w2.shape[1] }),
  };
}

function forward(
  kind: ExpertsKind,
  backend: WebGPUBackend,
  given: Infos,
  attributes: Attributes,
): tf.TensorInfo[] {
  const { layout, parts } = partsFor(kind, given, attributes);
  const pairs = sortPairs(backend, given.gates, layout);
  const { inner } = runParts(backend, [parts.up({ ...given, pairs })]);
  const { answers } = runParts(backend, [parts.down({ ...given, inner, pairs })]);
  const { y } = runParts(backend, [parts.combine({ ...given, answers, pairs })]);
  return [y, pairs, inner, answers];
}

function gradient(
  kind: ExpertsKind,
  backend: WebGPUBackend,
  given: Infos,
  attributes: Attributes,
): tf.TensorInfo[] {
  const { parts } = partsFor(kind, given, attributes);
  const gatesBack = variantOf(backend) === 'split' ? parts.gatesBackApart : parts.gatesBack;
  const { dInner, dGates } = runParts(backend, [parts.downBack(given), gatesBack(given)]);
  const weights = runParts(backend, [
    ...parts.upWeights({ ...given, dInner }),
    ...parts.downWeights(given),
  ]);
  const ofWeights = expertWeights[kind].map((name) => weights[`d${name.toUpperCase()}`]);
  return [dGates, ...ofWeights, dInner];
}

function inputGradient(
  kind: ExpertsKind,
  backend: WebGPUBackend,
  given: Infos,
  attributes: Attributes,
): tf.TensorInfo[] {
  const { parts } = partsFor(kind, given, attributes);
  const { dPairs } = runParts(backend, [parts.upBack(given)]);
  const { dx } = runParts(backend, [parts.gather({ ...given, dPairs })]);
  backend.disposeData(dPairs.dataId);
  return [dx];
}

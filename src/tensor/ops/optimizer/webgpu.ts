/**
 * The optimizers on WebGPU: parameters and memory are copied, then changed in place, as many
 * parameters in one command as a shader may bind. A captured step leaves out the copies
 * (engine/in-place.ts).
 */

import * as tf from '../../core';
import { copyOf, type WebGPUBackend } from '../../internals';
import { type Infos, onWebGPU } from '../on-webgpu';
import { mostBindings, type Program, runProgram } from '../program';
import { type Variant, variantOf } from '../variant';
import { optimizerKernel, type Rule } from './kernel';

const sizeOf = ({ shape }: tf.TensorInfo) => tf.util.sizeFromShape(shape);

/** Invocations of one workgroup. */
const perGroup = 64;

/** Rounds of the longest parameter's loop: a software adapter starts an invocation in the time of several. */
const perInvocation = { 'in turn': 16, split: 1 };

/**
 * Weights of several parameters in one command, unless they are equally long: with more, the
 * invocations that the longest needs would mostly find nothing to do in the others.
 */
const mostTogether = 1 << 18;

/**
 * Weights of the longest parameter from which on four are moved at a time. A software adapter
 * compiles an access to four numbers four times as long as an access to one, a third of a second
 * for four parameters; with less to move that gains nothing.
 */
const worthVectors = 4096;

export function registerOptimizer(): void {
  onWebGPU(optimizerKernel, optimize);
}

function optimize(
  backend: WebGPUBackend,
  inputs: Infos,
  { rule, parameters }: { rule: Rule; parameters: number },
): tf.TensorInfo[] {
  const { memory, learningRate, momentum } = inputs;
  const before = Array.from({ length: parameters }, (_, i) => inputs[`p${i}`]);
  const moved = before.map((info) => copyOf(backend, info));
  const changed = memory && copyOf(backend, memory);
  const results = [...moved, ...(changed ? [changed] : [])];
  let factors: Infos;
  if (rule.name === 'adam') {
    const [adam, next] = adamFactors(backend, rule, inputs);
    factors = { factors: adam };
    results.push(next);
  } else factors = momentum ? { learningRate, momentum } : { learningRate };

  const room = mostBindings(backend) - Object.keys(factors).length - (changed ? 1 : 0);
  const perProgram = Math.floor(room / 2);
  for (const some of together(before, perProgram)) {
    runProgram(backend, {
      name: `${rule.name} ${some}`,
      inputs: { ...factors, ...Object.fromEntries(some.map((j) => [`g${j}`, inputs[`g${j}`]])) },
      changes: {
        ...Object.fromEntries(some.map((j) => [`p${j}`, moved[j]])),
        ...(changed ? { memory: changed } : {}),
      },
      outputs: {},
      ...moving(rule, some, before, Boolean(inputs.weightDecay), variantOf(backend)),
    });
  }
  if (rule.name === 'adam') backend.disposeData(factors.factors.dataId);
  return results;
}

/** Which parameters one command moves: as many as it may bind, unless they are long. */
function together(params: tf.TensorInfo[], most: number): number[][] {
  const programs: { which: number[]; weights: number; alike?: number }[] = [];
  params.forEach((info, j) => {
    const weights = sizeOf(info);
    const room = programs.find(
      (program) =>
        program.which.length < most &&
        (program.weights + weights <= mostTogether || program.alike === weights),
    );
    if (room) {
      room.which.push(j);
      room.weights += weights;
      if (room.alike !== weights) room.alike = undefined;
    } else programs.push({ which: [j], weights, alike: weights });
  });
  return programs.map(({ which }) => which);
}

/** Adam's factors for this step, and the next count: one small command for all parameters. */
function adamFactors(
  backend: WebGPUBackend,
  { beta1, beta2, epsilon }: Extract<Rule, { name: 'adam' }>,
  { count, learningRate, weightDecay }: Infos,
): tf.TensorInfo[] {
  return runProgram(backend, {
    name: 'adam factors',
    inputs: { count, learningRate, ...(weightDecay ? { weightDecay } : {}) },
    outputs: { factors: { shape: [3] }, next: { shape: [] } },
    // The bias corrections of both means, as factors of the step and of ε.
    code: `${constants({ BETA1: beta1, BETA2: beta2, EPSILON: epsilon })}
    // By squaring: WGSL's own power may be too rough for what is left of 1 after it.
    fn power(base : f32, exponent : u32) -> f32 {
      var result = 1.0;
      var square = base;
      for (var rest = exponent; rest > 0u; rest >>= 1u) {
        if ((rest & 1u) == 1u) { result *= square; }
        square *= square;
      }
      return result;
    }
    @compute @workgroup_size(1) fn main() {
      let steps = count[0] + 1.0;
      let correction = sqrt(1.0 - power(BETA2, u32(steps)));
      next[0] = steps;
      factors[0] = learningRate[0] * correction / (1.0 - power(BETA1, u32(steps)));
      factors[1] = correction * EPSILON;
      factors[2] = ${weightDecay ? 'learningRate[0] * weightDecay[0]' : '0.0'};
    }`,
    chain: 32, // bits of the count
    groups: [1],
  });
}

/** WGSL that moves some of the parameters; the memory holds all of them in order. */
function moving(
  rule: Rule,
  some: number[],
  params: tf.TensorInfo[],
  decays: boolean,
  variant: Variant,
): Pick<Program, 'code' | 'groups' | 'vectors' | 'chain'> {
  const sizes = some.map((j) => sizeOf(params[j]));
  const starts: number[] = [];
  let weights = 0;
  for (const info of params) {
    starts.push(weights);
    weights += sizeOf(info);
  }
  // Four weights at a time only where every parameter begins and ends at a multiple of four.
  const places = some.map((j) => starts[j]);
  const fours = [weights, ...places, ...sizes].every((size) => size % 4 === 0);
  const width = fours && Math.max(...sizes) >= worthVectors ? 4 : 1;
  const longest = Math.max(...sizes) / width;
  const rounds = Math.max(perInvocation[variant], Math.ceil(longest / (65535 * perGroup)));
  // A workgroup's weights lie together: half the time of weights spread over the whole tensor.
  const chunk = perGroup * rounds;
  const loops = some.map((j) => {
    const own = `p${j}[i]`;
    const at = `i + ${starts[j] / width}u`;
    const lost = decays && params[j].shape.length >= 2 ? ` - decay * ${own}` : '';
    return `for (var i = first; i < min(last, ${sizeOf(params[j]) / width}u); i += ${perGroup}u) {
      let g = g${j}[i];
      ${
        {
          sgd: `${own} = ${own} - rate * g;`,
          momentum: `let velocity = memory[${at}] * kept + g;
            memory[${at}] = velocity;
            ${own} = ${own} - rate * velocity;`,
          adam: `let mean = memory[${at}] * BETA1 + g * GAIN1;
            let square = memory[${at} + ${weights / width}u] * BETA2 + g * g * GAIN2;
            memory[${at}] = mean;
            memory[${at} + ${weights / width}u] = square;
            ${own} = ${own} - rate * (mean / (sqrt(square) + floor))${lost};`,
        }[rule.name]
      }
    }`;
  });
  const read = {
    sgd: 'let rate = learningRate[0];',
    momentum: 'let rate = learningRate[0]; let kept = momentum[0];',
    adam: `let rate = factors[0]; let floor = factors[1]; ${decays ? 'let decay = factors[2];' : ''}`,
  };
  return {
    code: `${rule.name === 'adam' ? adamConstants(rule) : ''}
      @compute @workgroup_size(${perGroup})
      fn main(@builtin(workgroup_id) group : vec3u, @builtin(local_invocation_index) own : u32) {
        let first = group.x * ${chunk}u + own;
        let last = (group.x + 1u) * ${chunk}u;
        ${read[rule.name]}
        ${loops.join('\n')}
      }`,
    vectors: width === 4 ? ['memory', ...some.flatMap((j) => [`p${j}`, `g${j}`])] : [],
    chain: rounds * some.length,
    groups: [Math.ceil(longest / chunk)],
  };
}

/** 1 − β is worked out here: in single precision little would be left of it. */
const adamConstants = ({ beta1, beta2 }: Extract<Rule, { name: 'adam' }>) =>
  constants({ BETA1: beta1, BETA2: beta2, GAIN1: 1 - beta1, GAIN2: 1 - beta2 });

/** f32 also where the number is whole: a program's own constants would then be u32. */
const constants = (numbers: Record<string, number>) =>
  Object.entries(numbers)
    .map(([name, value]) => `const ${name} = f32(${value});`)
    .join(' ');

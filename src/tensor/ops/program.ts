/**
 * A GPU program of our own with as many results as it likes: TensorFlow.js's own programs have one.
 * Sizes are constants in the WGSL, so that loops can be unrolled and no uniform has to be sent.
 */

import * as tf from '../core';
import { runProgram as run, type WebGPUBackend } from '../internals';

export interface Program {
  /** Names the program in errors and measurements. */
  name: string;
  /**
   * Read by the program, in this order the first bindings; `array<f32>`, or `array<i32>` for int32.
   * With the results at most `mostBindings`: eight on every device, ten on most.
   */
  inputs: Record<string, tf.TensorInfo>;
  /** Read and written in place, bound behind the inputs: copies (`copyOf`) that nobody else holds yet. */
  changes?: Record<string, tf.TensorInfo>;
  /** Written by it: `array<f32>` or `array<i32>`, read_write. What it does not write is undefined. */
  outputs: Record<string, { shape: number[]; dtype?: 'float32' | 'int32' }>;
  /** Names of those that are bound as `array<vec4f>`: float32, a multiple of four numbers. */
  vectors?: string[];
  /** Whole numbers become u32 constants of the WGSL, others f32. */
  constants?: Record<string, number>;
  /** WGSL without bindings: functions, shared memory, and `@compute @workgroup_size(…) fn main`. */
  code: string;
  /**
   * The longest chain: terms that one invocation adds (or numbers it goes through) in turn, at most.
   * Needed where the code has loops; `npm run bench -- occupancy` holds it against the workgroups.
   */
  chain?: number;
  /**
   * True of some tensors that invocation i touches of them only the numbers from `width` · i on,
   * `width` of them: then an element-wise neighbour may become one command with it.
   */
  own?: { width: number; of: string[] };
  /** Workgroups in x, y, z; at most 65,535 each. */
  groups: [number, number?, number?];
}

/** Runs the program; the results in the order of `outputs`. */
export function runProgram(backend: WebGPUBackend, program: Program): tf.TensorInfo[] {
  const { inputs, changes = {}, outputs, vectors = [], constants = {} } = program;
  const bindings = [
    ...Object.entries(inputs).map(([name, info]) => ({ ...info, name, access: 'read' })),
    ...Object.entries({ ...changes, ...outputs }).map(([name, info]) => ({
      ...info,
      name,
      access: 'read_write',
    })),
  ];
  const most = mostBindings(backend);
  if (bindings.length > most)
    throw new Error(
      `The program ${program.name} binds ${bindings.length} tensors; a shader is granted ${most}.`,
    );
  // With their lengths: the bounds that WGSL keeps are then constants, a quarter of an optimizer's time.
  const array = (name: string, shape: number[], dtype?: string) => {
    const wide = vectors.includes(name);
    const length = Math.max(1, tf.util.sizeFromShape(shape));
    return `array<${dtype === 'int32' ? 'i32' : wide ? 'vec4f' : 'f32'}, ${wide ? length / 4 : length}>`;
  };
  const code = [
    ...(program.chain ? [chainNote(program.chain)] : []),
    ...(program.own ? [ownNote(program.own)] : []),
    ...bindings.map(
      ({ name, shape, dtype, access }, i) =>
        `@group(0) @binding(${i}) var<storage, ${access}> ${name} : ${array(name, shape, dtype)};`,
    ),
    ...Object.entries(constants).map(([name, value]) =>
      Number.isInteger(value) && value >= 0
        ? `const ${name} = ${value}u;`
        : `const ${name} = f32(${value});`,
    ),
    program.code,
  ].join('\n');
  const results = Object.values(outputs).map(({ shape, dtype = 'float32' }) => ({ shape, dtype }));
  const [x, y = 1, z = 1] = program.groups;
  if (Math.max(x, y, z) > 65535)
    throw new Error(
      `The program ${program.name} asks for ${x} × ${y} × ${z} workgroups; at most 65,535 in each direction.`,
    );
  const given = [...Object.values(inputs), ...Object.values(changes)];
  return run(backend, program.name, code, given, results, [x, y, z]);
}

/** A program's chain as its WGSL says it. */
const chainNote = (chain: number) => `// chain ${Math.ceil(chain)}`;

/** The same of what an invocation touches only by itself; engine/capture/fusion reads it. */
const ownNote = ({ width, of }: NonNullable<Program['own']>) => `// own ${width}: ${of.join(' ')}`;

/** What tests set lower: to see what a device does that grants less, or what the twins give. */
export const granted = { bindings: Number.POSITIVE_INFINITY, kernels: true };

/** Tensors that one program may bind on this device. */
export const mostBindings = ({ device }: WebGPUBackend): number =>
  Math.min(granted.bindings, device.limits.maxStorageBuffersPerShaderStage);

/** True where an op may use a kernel of its own: the backend now current has one by this name. */
export const hasKernel = (name: string): boolean =>
  granted.kernels && Boolean(tf.getKernel(name, tf.getBackend()));

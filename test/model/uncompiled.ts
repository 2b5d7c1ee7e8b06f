/**
 * A WebGPU device that checks every shader and compiles none: what a step asks for is laid out,
 * bound and captured as ever, and computes nothing. On a software adapter a shader takes a third of
 * a second to compile, and a thousand of them say little about what is asked here.
 */
import { expect } from 'vitest';
import { CapturedTrainer } from '../../src/engine/capture/captured';
import type { Work } from '../../src/model/experiments/train';
import { flush, type WebGPUBackend, webgpuBackend } from '../../src/tensor/internals';

export interface Uncompiled {
  /** What the browser finds wrong with the shaders so far. */
  faults(): Promise<string[]>;
  /** Back to a device that compiles. */
  end(): void;
}

const binding = /@group\(0\)\s*@binding\((\d+)\)\s*var<\s*(storage|uniform)\s*(?:,\s*(\w+)\s*)?>/g;

const replaced = [
  'createShaderModule',
  'createComputePipeline',
  'createComputePipelineAsync',
  'createCommandEncoder',
] as const;

export function uncompiled(backend: WebGPUBackend): Uncompiled {
  const { device } = backend;
  flush(backend);
  const found: Promise<string[]>[] = [];
  const codes = new WeakMap<GPUShaderModule, string>();
  const kept = backend.pipelineCache;
  backend.pipelineCache = {};

  // The engine, too, has methods of its own on a device.
  const own = Object.getOwnPropertyDescriptors(device) as Partial<
    Record<(typeof replaced)[number], PropertyDescriptor>
  >;
  const createShaderModule = device.createShaderModule.bind(device);
  const createComputePipeline = device.createComputePipeline.bind(device);
  const createCommandEncoder = device.createCommandEncoder.bind(device);
  const nothing = createShaderModule({ code: '@compute @workgroup_size(1) fn main() {}' });

  device.createShaderModule = (descriptor) => {
    const module = createShaderModule(descriptor);
    codes.set(module, descriptor.code);
    found.push(
      module
        .getCompilationInfo()
        .then(({ messages }) =>
          messages
            .filter(({ type }) => type === 'error')
            .map(({ message }) => `${descriptor.label}: ${message}`),
        ),
    );
    return module;
  };
  device.createComputePipeline = ({ label = '', compute }) => {
    const entries = [...codes.get(compute.module)!.matchAll(binding)].map(
      ([, at, kind, access]) => ({
        binding: Number(at),
        visibility: GPUShaderStage.COMPUTE,
        buffer: {
          type: (kind === 'uniform'
            ? 'uniform'
            : access === 'read_write'
              ? 'storage'
              : 'read-only-storage') as GPUBufferBindingType,
        },
      }),
    );
    device.pushErrorScope('validation');
    const bindGroupLayouts = [device.createBindGroupLayout({ entries })];
    const pipeline = createComputePipeline({
      label,
      layout: device.createPipelineLayout({ bindGroupLayouts }),
      compute: { module: nothing, entryPoint: 'main' },
    });
    found.push(
      device.popErrorScope().then((error) => (error ? [`${label}: ${error.message}`] : [])),
    );
    return pipeline;
  };
  device.createComputePipelineAsync = async (descriptor) =>
    device.createComputePipeline(descriptor);
  // Without copies every number stays 0, in a step and in its replay.
  device.createCommandEncoder = (descriptor) => {
    const encoder = createCommandEncoder(descriptor);
    encoder.copyBufferToBuffer = () => {};
    return encoder;
  };

  return {
    faults: async () => (await Promise.all(found)).flat(),
    end() {
      flush(backend);
      backend.pipelineCache = kept;
      for (const name of replaced) {
        delete (device as Partial<GPUDevice>)[name];
        if (own[name]) Object.defineProperty(device, name, own[name]);
      }
    },
  };
}

/** Runs something on WebGPU that compiles nothing, and finds no fault with its shaders. */
export async function withoutCompiling<T>(run: () => T | Promise<T>): Promise<T> {
  const device = uncompiled(webgpuBackend()!);
  try {
    const result = await run();
    expect(await device.faults()).toEqual([]);
    return result;
  } finally {
    device.end();
  }
}

/** On WebGPU without compiling, elsewhere as ever: for what asks for no number. */
export const uncomputed = (run: () => void | Promise<void>): Promise<void> =>
  webgpuBackend() ? withoutCompiling(run) : Promise.resolve(run());

/** A captured step whose commands may be counted, and which computes nothing. */
export const capturedUncompiled = (work: Work): Promise<CapturedTrainer> =>
  withoutCompiling(() => CapturedTrainer.of(webgpuBackend()!, work));

/**
 * webgpu-llm asks for a graphics processor: half precision, subgroups of 32 and time stamps. Where
 * the adapter is software and has none of them, this lets it start all the same, so that its losses
 * can be compared: sums over a workgroup go through shared memory; what a training in single precision
 * leaves alone (half precision, 8 bits, decoding, time stamps) is only said to be there. Its times
 * mean nothing then.
 */
import { isSoftware } from '../../src/tensor/ops/variant';

const note = 'made to run in software: only its losses mean anything';

/** What it is a note of, if anything: undefined on a graphics processor, where nothing is changed. */
export async function inSoftware(): Promise<string | undefined> {
  const { gpu } = navigator;
  const adapter = await gpu.requestAdapter();
  if (!adapter || !isSoftware(`${adapter.info.vendor} ${adapter.info.architecture}`)) return;
  const pretended = {
    features: { has: () => true },
    limits: adapter.limits,
    info: {},
    async requestDevice({ requiredLimits }: GPUDeviceDescriptor) {
      const device = await adapter.requestDevice({ requiredLimits });
      const { createShaderModule } = device;
      device.createShaderModule = (descriptor) =>
        createShaderModule.call(device, { ...descriptor, code: plainly(descriptor) });
      return device;
    },
  };
  Object.defineProperty(gpu, 'requestAdapter', { value: async () => pretended });
  return note;
}

/** Kernels that a training in single precision does not start, by their names. */
const idle = /f16|w16|8bit|decode/;

/** The program without half precision and subgroups; each has one kernel, whose name it bears. */
function plainly({ code, label = '' }: GPUShaderModuleDescriptor): string {
  if (idle.test(label)) return `@compute @workgroup_size(1) fn ${label}() {}`;
  return code
    .replaceAll(/^enable .*$/gm, '')
    .replace(
      reduction('sum'),
      halving('sum', (a, b) => `${a} + ${b}`),
    )
    .replace(
      reduction('max'),
      halving('max', (a, b) => `max(${a}, ${b})`),
    );
}

const reduction = (name: string) => new RegExp(`fn wg_reduce_${name}\\([^]*?\\n\\}`);

/** The sum, or the maximum, of the 256 invocations of a workgroup, two by two. */
const halving = (name: string, join: (a: string, b: string) => string) => `
fn wg_reduce_${name}(tid: u32, val: f32) -> f32 {
  sh_red[tid] = val;
  workgroupBarrier();
  for (var half = WG / 2u; half > 0u; half /= 2u) {
    if (tid < half) { sh_red[tid] = ${join('sh_red[tid]', 'sh_red[tid + half]')}; }
    workgroupBarrier();
  }
  let result = sh_red[0];
  workgroupBarrier();
  return result;
}`;

/** The graphics adapter, as far as this browser tells of it. */
import { isSoftware } from '../../tensor/ops/variant';
import { type Patience, within } from '../clock';
import { sentence } from '../sentence';

export interface Graphics {
  /** Gives one device, once. */
  adapter?: GPUAdapter;
  /** "SwiftShader, software". */
  name?: string;
  /** True if no graphics processor stands behind it. */
  software?: boolean;
  /** Why there is none. */
  missing?: string;
}

/** Seconds in which a browser says whether there is an adapter; some never do. */
const seconds = 10;

/** Never throws, and never waits longer than that. */
export async function lookForAdapter(patience: Patience): Promise<Graphics> {
  const gpu = (globalThis.navigator as Navigator | undefined)?.gpu;
  if (!gpu) return { missing: withoutWebGPU() };
  try {
    const adapter = await within(
      patience,
      seconds * 1000,
      `it did not answer within ${seconds} seconds`,
      () => gpu.requestAdapter({ powerPreference: 'high-performance' }),
    );
    if (!adapter) return { missing: 'This browser has WebGPU, but found no graphics adapter.' };
    return { adapter, ...described(adapter) };
  } catch (error) {
    return { missing: `This browser has WebGPU, but gave no graphics adapter: ${sentence(error)}` };
  }
}

function withoutWebGPU(): string {
  return globalThis.isSecureContext === false
    ? 'This page came over plain http, where browsers offer no WebGPU: it takes https or localhost.'
    : 'This browser offers no WebGPU here.';
}

function described({ info }: GPUAdapter): Pick<Graphics, 'name' | 'software'> {
  const { vendor, architecture, description } = info ?? {};
  const name = description || [vendor, architecture].filter(Boolean).join(' ') || 'unnamed adapter';
  const software = isSoftware(`${name} ${architecture}`);
  return { name: software ? `${name}, software` : name, software };
}

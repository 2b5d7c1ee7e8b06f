/** The life of the GPU device: how it says that it failed, and how another takes its place. */

import { webgpuBackend } from '../../tensor/internals';
import * as tf from '../../tensor/tf';
import { type Patience, within } from '../clock';
import { lookForAdapter } from './adapter';

/** Hears when the current device is lost or refuses a command. */
export function watchDevice(hear: { lost(why: string): void; invalid(words: string): void }): void {
  const backend = webgpuBackend();
  if (!backend) return;
  const { device } = backend;
  device.lost.then(({ message, reason }) => {
    const detail = reason === 'destroyed' ? 'it was given up' : message || 'for no reason given';
    hear.lost(`The graphics device was lost (${detail.replace(/\.$/, '')}).`);
  });
  device.onuncapturederror = ({ error }) => {
    hear.invalid(`The graphics device refused a command: ${error.message}`);
  };
}

/** Destroys the current device, as a drill: all that follows is what follows a real loss. */
export function loseDevice(): void {
  webgpuBackend()?.device.destroy();
}

/**
 * A new device under the WebGPU backend. It is waited for here and not in TensorFlow.js, whose
 * current backend would hang in the air meanwhile.
 */
export async function startDevice(adapter: GPUAdapter, late: AbortSignal): Promise<void> {
  const { registerDevice } = await import('../../tensor/tf-webgpu');
  await registerDevice(adapter, late);
}

/** Seconds in which another device takes the place of a lost one, or none does. */
const seconds = 10;

/** Makes the WebGPU backend current again, on a new device; false if none is to be had. */
export async function renewDevice(patience: Patience): Promise<boolean> {
  const { adapter } = await lookForAdapter(patience);
  if (!adapter) return false;
  try {
    await within(patience, seconds * 1000, 'No device came.', (late) => startDevice(adapter, late));
    return await tf.setBackend('webgpu');
  } catch {
    return false;
  }
}

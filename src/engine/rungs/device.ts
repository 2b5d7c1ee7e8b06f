/** The life of the GPU device: how it says that it failed, and how another takes its place. */

import { webgpuBackend } from '../../tensor/internals';
import * as tf from '../../tensor/tf';

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

/** Puts a new device under the WebGPU backend; false if none is to be had. */
export async function renewDevice(): Promise<boolean> {
  const factory = tf.findBackendFactory('webgpu');
  try {
    tf.removeBackend('webgpu');
    tf.registerBackend('webgpu', factory, 3);
    return await tf.setBackend('webgpu');
  } catch {
    if (!tf.findBackendFactory('webgpu')) tf.registerBackend('webgpu', factory, 3);
    return false;
  }
}

/** Every file of this folder that gives named models, and what `npm run bench -- models` runs. */
import * as tf from '../../src/tensor/tf';
import type { Named } from './types';

export { accounting } from './accounting';

const files = import.meta.glob<{ default?: Named[] }>(['./*.ts', '!./index.ts'], { eager: true });

export const named: Named[] = Object.values(files).flatMap((file) => file.default ?? []);

/** On the backend that most readers without a graphics processor get. */
export async function start(backend: 'wasm' | 'cpu'): Promise<void> {
  await tf.loadBackend[backend]();
  if (!(await tf.setBackend(backend))) throw new Error(`No ${backend} backend is to be had.`);
}

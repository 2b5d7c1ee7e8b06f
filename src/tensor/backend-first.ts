/** A tensor that is made before a backend runs: what to do about it, instead of what went wrong. */
import { engine, setBackend as set } from './core';

/** Backends that `loadBackend` of tf.ts knows. */
const names = ['cpu', 'wasm', 'webgpu'];

const how = (name: string) => `await tf.loadBackend.${name}(), then await tf.setBackend('${name}')`;

/** From now on, whoever asks for a backend where none runs gets a sentence. */
export function explainMissingBackend(): void {
  const type = Object.getPrototypeOf(engine()) as object;
  const { get } = Object.getOwnPropertyDescriptor(type, 'backend')!;
  Object.defineProperty(type, 'backend', {
    configurable: true,
    get(this: { backendName?: string; pendingBackendInit?: unknown }) {
      try {
        return get!.call(this);
      } catch (cause) {
        const starting =
          this.pendingBackendInit && `The backend "${this.backendName}" is still starting`;
        throw new Error(
          `${starting || 'No backend runs yet'}: ${how(this.backendName ?? 'cpu')}, before the first tensor is made. There are ${names.join(', ')}.`,
          { cause },
        );
      }
    },
  });
}

/** TensorFlow.js's own. Throws a sentence where the backend's code is not loaded. */
export async function setBackend(name: string): Promise<boolean> {
  if (engine().backendNames().includes(name)) return set(name);
  throw new Error(
    names.includes(name)
      ? `The code of the backend "${name}" is not loaded: ${how(name)}.`
      : `There is no backend "${name}"; there are ${names.join(', ')}.`,
  );
}

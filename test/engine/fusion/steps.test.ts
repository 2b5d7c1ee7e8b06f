/** How many commands the benchmark's steps take, on a device that computes nothing. */
import { beforeAll, expect, it } from 'vitest';
import classifier from '../../../bench/cases/classifier-8';
import fit from '../../../bench/cases/fit';
import transformer from '../../../bench/cases/transformer-mha';
import { sessionOf } from '../../../bench/models/session';
import { provideDevice } from '../../../bench/occupancy/device';
import { valuesOf } from '../../../bench/values';
import { CapturedTrainer } from '../../../src/engine/capture/captured';
import type { Adapter } from '../../../src/engine/capture/fusion/plan';
import { webgpuBackend } from '../../../src/tensor/internals';
import type { Command } from '../../../src/tensor/listener';
import { type Variant, variant } from '../../../src/tensor/ops/variant';
import * as tf from '../../../src/tensor/tf';
import { fused } from '../fixtures/fused';

let bindings = 10;

beforeAll(async () => {
  provideDevice(() => {});
  await tf.loadBackend.cpu();
  await tf.loadBackend.webgpu();
  await tf.setBackend('webgpu');
  Object.defineProperty(webgpuBackend()!.device.limits, 'maxStorageBuffersPerShaderStage', {
    get: () => bindings,
  });
});

const adds: Record<Adapter, Variant> = { graphics: 'split', software: 'in turn' };

const cases = { fit, classifier, transformer };

it.each([
  ['graphics', 8, 'fit', 8],
  ['graphics', 10, 'fit', 7],
  ['graphics', 16, 'fit', 7],
  ['software', 10, 'fit', 7],
  ['graphics', 8, 'classifier', 17],
  ['graphics', 10, 'classifier', 15],
  ['graphics', 16, 'classifier', 14],
  ['software', 10, 'classifier', 17],
  ['graphics', 8, 'transformer', 67],
  ['graphics', 10, 'transformer', 60],
  ['graphics', 16, 'transformer', 57],
  ['software', 10, 'transformer', 66],
] as const)(
  'on an adapter of %s whose shaders bind %i tensors, the step of the %s takes at most %i',
  async (adapter, most, name, count) => {
    const chosen = cases[name];
    bindings = most;
    variant.forced = adds[adapter];
    await tf.setBackend('cpu');
    const values = await valuesOf(chosen);
    await tf.setBackend('webgpu');
    const trainer = await CapturedTrainer.of(webgpuBackend()!, {
      session: sessionOf(chosen, values),
      ...{ seed: 1, live: { learningRate: 0.01 }, inputs: {}, step: 0 },
    });
    const before = trainer.dispatches;
    await fused(trainer, adapter);
    const { steps } = trainer.capture as unknown as { steps: Command[][] };
    const operations = steps[0].map((c) => ('grid' in c ? `${c.op} ${c.grid}` : c.op)).join('\n');
    expect(trainer.dispatches, operations).toBeLessThanOrEqual(count);
    expect(trainer.dispatches).toBeLessThan(before);
    trainer.dispose();
    variant.forced = undefined;
  },
);

/** Steps whose commands were put together, beside the same steps as they were recorded. */
import { afterEach, expect, it } from 'vitest';
import classifier from '../../bench/cases/classifier-small';
import fit from '../../bench/cases/fit';
import type { Case } from '../../bench/cases/types';
import { sessionOf } from '../../bench/models/session';
import { valuesOf } from '../../bench/values';
import { CapturedTrainer } from '../../src/engine/capture/captured';
import type { Work } from '../../src/model/experiments/train';
import { webgpuBackend } from '../../src/tensor/internals';
import type { Command } from '../../src/tensor/listener';
import { granted } from '../../src/tensor/ops/program';
import { variant } from '../../src/tensor/ops/variant';
import { useWebGPU } from './fixtures/faults';
import { fused } from './fixtures/fused';
import moe from './fixtures/moe';

useWebGPU();
afterEach(() => {
  variant.forced = undefined;
});

async function work(chosen: Case): Promise<Work> {
  const session = sessionOf(chosen, await valuesOf(chosen));
  return { session, seed: 1, live: { learningRate: 0.003 }, inputs: {}, step: 0 };
}

const captured = async (chosen: Case) => CapturedTrainer.of(webgpuBackend()!, await work(chosen));

function operations(trainer: CapturedTrainer): string {
  const { steps } = trainer.capture as unknown as { steps: Command[][] };
  return steps[0].map(({ op }) => op).join('\n');
}

/** Losses and state after some steps. */
async function trained(trainer: CapturedTrainer, steps: number) {
  await trainer.advance(steps).done;
  const { metrics } = await trainer.read(true);
  return { losses: [...metrics.loss.data], state: (await trainer.state()).state };
}

// How few commands larger steps take is counted without a GPU (fusion/steps.test.ts): on a software
// adapter their fused shaders take minutes to compile.
it.each([
  ['graphics', 'split', 'fit'],
  ['software', 'in turn', 'fit'],
  ['graphics', 'in turn', 'classifier'],
] as const)(
  'as on an adapter of %s that adds %s, a step of the %s takes fewer commands and leaves the same bits',
  async (adapter, adds, name) => {
    variant.forced = adds;
    const chosen = { fit, classifier }[name];
    const [plain, less] = [await captured(chosen), await captured(chosen)];
    const before = less.dispatches;
    await fused(less, adapter);
    await plain.advance(1).done;
    expect(less.dispatches, operations(less)).toBeLessThan(before);
    expect(plain.dispatches).toBe(before);
    const [want, got] = [await trained(plain, 5), await trained(less, 5)];
    expect(want.losses[5]).toBeLessThan(want.losses[0]);
    expect(got).toEqual(want);
    for (const trainer of [plain, less]) trainer.dispose();
  },
);

it('is done where a shader binds eight tensors', async () => {
  granted.bindings = 8;
  const [plain, less] = [await captured(fit), await captured(fit)];
  await fused(less, 'graphics');
  granted.bindings = Number.POSITIVE_INFINITY;
  const { steps } = less.capture as unknown as { steps: Command[][] };
  for (const command of steps[0])
    if ('grid' in command)
      expect(command.buffers.filter(({ usage }) => usage & 0x80).length).toBeLessThanOrEqual(8);
  expect(less.dispatches).toBeLessThan(plain.dispatches / 1.5);
  await plain.advance(1).done;
  expect(await trained(less, 4)).toEqual(await trained(plain, 4));
  for (const trainer of [plain, less]) trainer.dispose();
});

it.each(['graphics', 'software'] as const)(
  'live settings, inputs, probes and going back are as before, as on an adapter of %s',
  async (adapter) => {
    const seen = [];
    for (const fuses of [false, true]) {
      const trainer = await CapturedTrainer.of(webgpuBackend()!, {
        session: moe.start({}, 1),
        ...{ seed: 1, live: { learningRate: 0.01 }, inputs: moe.defaultInputs(), step: 0 },
      });
      const before = trainer.dispatches;
      const first = (await trainer.state()).state;
      if (fuses) await fused(trainer, adapter);
      else await trainer.advance(1).done;
      if (fuses) expect(trainer.dispatches).toBeLessThan(0.9 * before);
      await trainer.advance(2).done;
      trainer.setLive('learningRate', 0.05);
      trainer.setInputs({ offset: { shape: [4], data: Float32Array.from([1, 0, -1, 0]) } });
      await trainer.advance(2).done;
      const reading = await trainer.read(true);
      const { step, state } = await trainer.state();
      await trainer.advance(3).done;
      trainer.restore(step, state);
      await trainer.advance(2).done;
      const again = await trainer.read(true);
      trainer.restore(0, first);
      await trainer.advance(2).done;
      seen.push({ reading, state, again, anew: await trainer.read(true) });
      trainer.dispose();
    }
    const [want, got] = seen;
    expect(got).toEqual(want);
    expect(want.again.metrics.loss.data[0]).not.toBe(want.reading.metrics.loss.data[0]);
  },
);

it('leaves commands as they were where the one in their place computes something else', async () => {
  const { device, pipelineCache } = webgpuBackend()!;
  const isOurs = (code: string) => code.includes('workgroupBarrier') && code.includes('= a - b');
  const forget = () => {
    for (const code of Object.keys(pipelineCache)) if (isOurs(code)) delete pipelineCache[code];
  };
  forget();
  const [plain, less, right] = [await captured(fit), await captured(fit), await captured(fit)];
  const create = device.createShaderModule;
  device.createShaderModule = (descriptor) => {
    const code = descriptor.code.replace('= a - b', '= b - a');
    return create.call(device, isOurs(descriptor.code) ? { ...descriptor, code } : descriptor);
  };
  await fused(less, 'graphics');
  device.createShaderModule = create;
  forget();
  await fused(right, 'graphics');
  expect(right.dispatches).toBeLessThan(less.dispatches);
  expect(less.dispatches).toBeLessThan(plain.dispatches);
  await plain.advance(1).done;
  expect(await trained(less, 4)).toEqual(await trained(plain, 4));
  for (const trainer of [plain, less, right]) trainer.dispose();
});

it('is begun by a trainer when its first steps are taken', async () => {
  const trainer = await captured(fit);
  const before = trainer.dispatches;
  await trainer.advance(200).done;
  expect(trainer.capture.judged).toBeUndefined();
  await trainer.advance(1).done;
  await trainer.capture.fuse();
  await trainer.advance(1).done;
  await trainer.capture.judged;
  expect(trainer.dispatches).toBeLessThan(before);
  trainer.dispose();
});

it('ends with the capture, whenever that is', async () => {
  const early = await captured(fit);
  const fusing = early.capture.fuse('graphics');
  early.dispose();
  await fusing;
  const late = await captured(fit);
  await late.capture.fuse('graphics');
  await late.advance(1).done;
  late.dispose();
  await late.capture.judged;
});

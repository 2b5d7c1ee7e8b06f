/** What is read of a run while it goes on is told of that run alone. */
import { expect, it } from 'vitest';
import type { Reply } from '../../src/engine/protocol';
import type { Ready } from '../../src/engine/ready';
import type { Reading } from '../../src/engine/trainer';
import { DeviceQueue } from '../../src/engine/worker/device-queue';
import { Shelf } from '../../src/engine/worker/shelf';
import { Watch } from '../../src/engine/worker/watch';
import type { Checkpoint } from '../../src/model/experiments/session';
import tiny from './fixtures/tiny';

const at: Checkpoint = { step: 0, state: {} };

/** A session whose numbers come when the test says so. */
function slow() {
  const coming: (() => void)[] = [];
  const later = <T>(value: T) => new Promise<T>((resolve) => coming.push(() => resolve(value)));
  const reading: Reading = { step: 9, steps: [9], metrics: {}, probes: {} };
  const trainer = {
    step: 9,
    captured: false,
    dispatches: 0,
    read: () => later(reading),
    state: () => later({ step: 9, state: {} }),
  };
  return { ready: { trainer } as unknown as Ready, come: () => coming.shift()?.() };
}

function watching() {
  const said: Reply[] = [];
  const watch = new Watch(0, {
    ...{ lab: 'a', name: 'tiny', experiment: tiny, lastStep: 10 },
    ...{ device: new DeviceQueue(), shelf: new Shelf() },
    post: (reply) => said.push(reply),
    now: () => 0,
  });
  return { said, watch };
}

it('shows what was read', async () => {
  const { said, watch } = watching();
  const { ready, come } = slow();
  watch.begin(ready, at);
  const shown = watch.show();
  come();
  await shown;
  expect(said).toMatchObject([{ kind: 'frame', frame: { step: 9 } }]);
});

it('shows nothing of a run that was begun anew meanwhile, in the same session', async () => {
  const { said, watch } = watching();
  const { ready, come } = slow();
  watch.begin(ready, at);
  const shown = watch.show();
  const kept = watch.keep();
  watch.begin(ready, at);
  come();
  come();
  await Promise.all([shown, kept]);
  expect(said).toEqual([]);
  expect(watch.checkpoint).toEqual(at);
});

/**
 * The worker of a page's free cells. It loads the library and a device, gives the world away, and
 * then runs what it is sent. WebAssembly computes: a cell reads its numbers at once, and what is
 * tried here is small.
 */
import * as model from '../../model';
import * as tf from '../../tensor/tf';
import { freezeGround, lockdown } from '../lockdown';
import { Cells } from './cells';
import { Plot } from './charts';
import type { FreeReply, FreeRequest } from './protocol';

/** Bytes that the tensors of all cells may hold together. */
const mostBytes = 512e6;

const post = postMessage.bind(globalThis);
const say = (reply: FreeReply) => post(reply);

const device = await first(['wasm', 'cpu']);
boundTensors();
keepTensors();
// A module cannot be changed anyway, and says so when it is to be frozen.
for (const value of Object.values(model))
  if ((value as object as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] !== 'Module')
    Object.freeze(value);
const compile = lockdown();
freezeGround();

const cells = new Cells({
  compile,
  library: { ...model, Plot },
  say,
  prepare: () => tf.setBackend(device),
  sound,
});

addEventListener('message', ({ data }: MessageEvent<FreeRequest>) => {
  if (data.kind === 'alive') say(data);
  else void cells.run(data.press, data.cells);
});
// A promise that nobody waits for ends nothing: its cell has said what it had to.
addEventListener('unhandledrejection', (event) => event.preventDefault());
say({ kind: 'ready' });

/** Whether TensorFlow.js can still be asked for the smallest thing, once the cell's lists are not counted any more. */
async function sound(): Promise<boolean> {
  await new Promise((resolve) => setTimeout(resolve));
  try {
    if (!tf.engine().findBackend(device)) return false;
    tf.engine().startScope();
    const [one] = tf.add(tf.zeros([1]), 1).dataSync();
    tf.engine().endScope();
    return one === 1;
  } catch {
    return false;
  }
}

/** The first backend that works. */
async function first(names: ('wasm' | 'cpu')[]): Promise<string> {
  for (const name of names)
    try {
      await tf.loadBackend[name]();
      if (await tf.setBackend(name)) return name;
    } catch {
      // The next one, then.
    }
  throw new Error('Nothing on this machine can compute.');
}

/** What TensorFlow.js does stays as it is: a cell that would change it for the next is told. */
function keepTensors(): void {
  const engine = tf.engine();
  for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(engine))) {
    const { value } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(engine), name)!;
    if (typeof value !== 'function') continue;
    const own = Object.getOwnPropertyDescriptor(engine, name)?.value ?? value;
    Object.defineProperty(engine, name, { value: own, writable: false, configurable: false });
  }
  Object.freeze(tf.Tensor.prototype);
}

/** Tensors beyond the limit are refused where they are made. */
function boundTensors(): void {
  const engine = tf.engine();
  const track = engine.trackTensor.bind(engine);
  engine.trackTensor = (tensor, backend) => {
    if (engine.state.numBytes + tensor.size * 4 > mostBytes)
      throw new Error(
        'the tensors of the cells hold half a gigabyte already; what a loop makes on the way is released inside tf.tidy(() => …).',
      );
    track(tensor, backend);
  };
}

/** Where the time of a captured step goes, command by command. */
import type { Capture } from '../../src/engine/capture';
import { webgpuBackend } from '../../src/engine/internals';
import { Replay } from '../../src/engine/replay';
import type { Profiled } from './types';

/** Repetitions of each command within one submission: waiting for the device costs something too. */
const repeats = 8;

/**
 * Submits each command of the step by itself, several times over, and waits. That leaves out what
 * the device does side by side, so the sum may be more than a step's time.
 */
export async function profile(capture: Capture): Promise<Profiled[]> {
  const { device, queue } = webgpuBackend()!;
  // biome-ignore lint/complexity/useLiteralKeys: the commands are the capture's own; a name would not be let through.
  const [commands] = capture['steps'];
  const timed = async (count: number, command?: (typeof commands)[number]) => {
    const encoder = device.createCommandEncoder();
    const replay = new Replay(encoder);
    if (command) for (let i = 0; i < count; i++) replay.add([command]);
    replay.end();
    const started = performance.now();
    queue.submit([encoder.finish()]);
    await queue.onSubmittedWorkDone();
    return performance.now() - started;
  };
  await timed(0);
  const empty = Math.min(await timed(0), await timed(0), await timed(0));
  const byOp = new Map<string, Profiled>();
  for (const command of commands) {
    const both = [await timed(repeats, command), await timed(repeats, command)];
    const ms = Math.max(0, Math.min(...both) - empty) / repeats;
    const size = 'grid' in command ? ` ${command.grid.join('×')}` : ` ${command.bytes} B`;
    const op = 'grid' in command ? `${command.op}${size}` : `copy${size}`;
    const entry = byOp.get(op) ?? { op, commands: 0, ms: 0 };
    entry.commands++;
    entry.ms += ms;
    byOp.set(op, entry);
  }
  return [...byOp.values()].sort((a, b) => b.ms - a.ms);
}

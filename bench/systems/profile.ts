/** Where the time of a captured step goes, command by command. */
import type { Capture } from '../../src/engine/capture/capture';
import { Replay } from '../../src/engine/capture/replay';
import { webgpuBackend } from '../../src/tensor/internals';
import type { Profiled } from './types';

/**
 * Submits each command of the step by itself, several times over, and waits; that a submission and
 * its end take time too falls out of the difference. Leaves out what the device does side by side.
 * `runs` are those of a command in a short submission and in a long one.
 */
export async function profile(
  capture: Capture,
  [few, many]: [number, number] = [8, 24],
): Promise<Profiled[]> {
  const { device, queue } = webgpuBackend()!;
  // biome-ignore lint/complexity/useLiteralKeys: the commands are the capture's own; a name would not be let through.
  const [commands] = capture['steps'];
  const timed = async (count: number, command: (typeof commands)[number]) => {
    const encoder = device.createCommandEncoder();
    const replay = new Replay(encoder);
    for (let i = 0; i < count; i++) replay.add([command]);
    replay.end();
    const started = performance.now();
    queue.submit([encoder.finish()]);
    await queue.onSubmittedWorkDone();
    return performance.now() - started;
  };
  const leastOf = async (...run: Parameters<typeof timed>) =>
    Math.min(await timed(...run), await timed(...run), await timed(...run));
  const byOp = new Map<string, Profiled>();
  for (const command of commands) {
    await timed(1, command);
    const apart = (await leastOf(many, command)) - (await leastOf(few, command));
    const ms = Math.max(0, apart) / (many - few);
    const size = 'grid' in command ? ` ${command.grid.join('×')}` : ` ${command.bytes} B`;
    const op = 'grid' in command ? `${command.op}${size}` : `copy${size}`;
    const entry = byOp.get(op) ?? { op, commands: 0, ms: 0 };
    entry.commands++;
    entry.ms += ms;
    byOp.set(op, entry);
  }
  return [...byOp.values()].sort((a, b) => b.ms - a.ms);
}

/**
 * A step that copies a part of its state and then changes the copy may as well change the state
 * itself: nothing has to be copied, and that part needs no second set. True where nothing after
 * the copy looks at what was copied.
 */

import type { WebGPUBackend } from '../../tensor/internals';
import type { Command, Copy } from '../../tensor/listener';
import type { FixedBuffers } from './buffers';

/** The step's commands without such copies; those parts of the state stay in set A from here on. */
export function changedInPlace(
  backend: WebGPUBackend,
  fixed: FixedBuffers,
  commands: Command[],
): Command[] {
  const instead = new Map<GPUBuffer, { buffer: GPUBuffer; after: number }>();
  for (const { buffers } of Object.values(fixed.state)) {
    const [state, result] = buffers;
    const at = commands.findIndex((command) => copies(command, state, result));
    if (at < 0) continue;
    if (commands.slice(at + 1).some((command) => touches(command, state))) continue;
    instead.set(result, { buffer: state, after: at });
    buffers[1] = state;
  }
  const left = new Set([...instead.values()].map(({ after }) => after));
  return commands.flatMap((command, i) => {
    if (left.has(i)) return [];
    const replace = (buffer: GPUBuffer) => {
      const by = instead.get(buffer);
      // Before the copy, the same buffer may have held something else.
      return by && i > by.after ? by.buffer : buffer;
    };
    return [rebound(backend, command, replace)];
  });
}

/** The command with other buffers. */
export function rebound(
  { device }: Pick<WebGPUBackend, 'device'>,
  command: Command,
  replace: (buffer: GPUBuffer) => GPUBuffer,
): Command {
  if (!('grid' in command))
    return { ...command, from: replace(command.from), to: replace(command.to) };
  const buffers = command.buffers.map(replace);
  if (buffers.every((buffer, i) => buffer === command.buffers[i])) return command;
  const group = device.createBindGroup({
    layout: command.pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  return { ...command, group, buffers };
}

const copies = (command: Command, from: GPUBuffer, to: GPUBuffer): command is Copy =>
  from !== to &&
  !('grid' in command) &&
  command.from === from &&
  command.to === to &&
  command.fromOffset === 0 &&
  command.toOffset === 0 &&
  command.bytes === from.size;

const touches = (command: Command, buffer: GPUBuffer): boolean =>
  'grid' in command
    ? command.buffers.includes(buffer)
    : command.from === buffer || command.to === buffer;

/** Recorded commands put into an encoder again, and compared with each other. */
import { type Command, Refusal, type Upload } from '../../tensor/listener';

/** Keeps one compute pass open as long as no copy ends it. */
export class Replay {
  private pass: GPUComputePassEncoder | undefined;
  private pipeline: GPUComputePipeline | undefined;

  constructor(private readonly encoder: GPUCommandEncoder) {}

  add(commands: Command[]): void {
    for (const command of commands) {
      if ('grid' in command) {
        if (!this.pass) this.pass = this.encoder.beginComputePass();
        if (command.pipeline !== this.pipeline) {
          this.pass.setPipeline(command.pipeline);
          this.pipeline = command.pipeline;
        }
        this.pass.setBindGroup(0, command.group);
        this.pass.dispatchWorkgroups(command.grid[0], command.grid[1], command.grid[2]);
      } else {
        this.end();
        const { from, fromOffset, to, toOffset, bytes } = command;
        this.encoder.copyBufferToBuffer(from, fromOffset, to, toOffset, bytes);
      }
    }
  }

  end(): void {
    this.pass?.end();
    this.pass = undefined;
    this.pipeline = undefined;
  }
}

interface Heard {
  commands: Command[];
  uploads: Upload[];
}

/**
 * Throws a Refusal unless the second recording did what the first did. The first may go on
 * after that: with what the engine adds to a step.
 */
export function sameCommands(first: Heard, second: Heard): void {
  first.uploads.forEach((upload, i) => {
    const again = second.uploads[i];
    if (!again || again.op !== upload.op || !equal(again.bytes, upload.bytes))
      throw new Refusal(
        `The step sends numbers to the device that change from step to step (in ${upload.op}); they must be tensors or live settings.`,
      );
  });
  if (second.uploads.length > first.uploads.length)
    throw new Refusal(
      `The step sends numbers to the device in some steps only (in ${second.uploads[first.uploads.length].op}).`,
    );
  second.commands.forEach((command, i) => {
    const before = first.commands[i];
    if (!before || !alike(before, command))
      throw new Refusal(
        `The step does not run the same kernels every time (${before?.op ?? 'nothing'}, then ${command.op}); a choice must be made by tensors.`,
      );
  });
  const next = first.commands[second.commands.length];
  if (next && next.op !== ownOp)
    throw new Refusal(
      `The step does not run the same kernels every time (${next.op}, then nothing); a choice must be made by tensors.`,
    );
}

/** What the listener calls commands outside any kernel: the engine's own. */
const ownOp = 'no kernel';

function alike(a: Command, b: Command): boolean {
  if ('grid' in a)
    return 'grid' in b && a.pipeline === b.pipeline && a.grid.join() === b.grid.join();
  return !('grid' in b) && a.bytes === b.bytes;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

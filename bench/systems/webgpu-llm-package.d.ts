/** What the benchmark uses of the package, which declares none of it. */
declare module 'webgpu-llm/llm' {
  export class LLMEngine {
    init(): Promise<this>;
    write(buffer: GPUBuffer, data: ArrayBufferView, offset?: number): void;
  }

  export class Model {
    constructor(engine: LLMEngine, config: Record<string, number | string>);
    readonly paramLayout: { find(label: string): { offset: number; size: number } };
    readonly _megaW: GPUBuffer;
    allocate(): void;
    allocActivations(): void;
    allocBackward(): void;
    /** The loss of one sequence, before the step. */
    forwardLoss(tokens: Uint32Array, targets: Uint32Array): Promise<number>;
    backward(tokens: Uint32Array): Promise<void>;
    step(training: Record<string, number>): Promise<void>;
    destroy(): void;
  }
}

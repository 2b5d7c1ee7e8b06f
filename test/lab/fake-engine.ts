/** An engine for tests: notes what it is sent, and says what the test tells it to say. */

import type { LabState, Ladder, Reply, Request, Rung } from '../../src/engine/protocol';
import type { Engine } from '../../src/lab/engine';

export const speed = {
  stepsPerSecond: 100,
  msPerStep: 2,
  jsMsPerStep: 0.1,
  dispatches: 12,
  captured: true,
};

export class FakeEngine implements Engine {
  sent: Request[] = [];
  #hearers = new Set<(reply: Reply) => void>();
  #waiting: { kind: Request['kind']; resolve(): void }[] = [];
  constructor(readonly rung: Rung = 'wasm') {}

  send(request: Request): void {
    this.sent.push(request);
    if (request.kind === 'open' || request.kind === 'restart') this.begins(request.lab);
    for (const { kind, resolve } of this.#waiting) if (kind === request.kind) resolve();
    if (request.kind === 'ladder')
      this.say({ kind: 'ladder', ladder: this.ladder(request.rung ?? this.rung) });
  }

  listen(hear: (reply: Reply) => void): () => void {
    this.#hearers.add(hear);
    return () => this.#hearers.delete(hear);
  }

  /** Resolves when the next request of that kind comes. */
  next(kind: Request['kind']): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ kind, resolve }));
  }

  say(reply: Reply): void {
    for (const hear of [...this.#hearers]) hear(reply);
  }

  state(lab: string, state: LabState, words: string): void {
    this.say({ kind: 'state', lab, state, step: 0, words });
  }

  /** A run begins: what follows is of it. */
  begins(lab: string): void {
    this.say({ kind: 'state', lab, state: 'starting', step: 0, words: 'Starting.', begins: true });
  }

  /** The frame of a model that has taken no step yet. */
  opens(lab: string): void {
    const probes = { bias: { shape: [2], data: new Float32Array(2) } };
    this.say({
      kind: 'frame',
      lab,
      lane: 0,
      frame: { step: 0, steps: [], metrics: {}, probes, speed },
    });
  }

  /** Steps `from` to `to`, with loss 1 / step and an even load of two experts. */
  train(
    lab: string,
    from: number,
    to: number,
    { lane = 0, seconds }: { lane?: number; seconds?: number } = {},
  ): void {
    const steps = Array.from({ length: to - from + 1 }, (_, i) => from + i);
    this.say({
      kind: 'frame',
      lab,
      lane,
      frame: {
        step: to,
        steps,
        metrics: {
          loss: { width: 1, data: Float32Array.from(steps, (step) => 1 / step) },
          load: { width: 2, data: Float32Array.from(steps.flatMap(() => [0.5, 0.5])) },
        },
        probes: {},
        ...(seconds !== undefined && { seconds }),
        speed,
      },
    });
  }

  /** Kinds of what was sent, without the ladder. */
  kinds(): string[] {
    return this.sent.map((request) => request.kind).filter((kind) => kind !== 'ladder');
  }

  private ladder(chosen: Rung): Ladder {
    return {
      chosen,
      byHand: false,
      reports: [
        { rung: 'webgpu', usable: false, reason: 'This browser has no WebGPU.' },
        { rung: 'wasm', usable: true, reason: '2 ms for the reference step.' },
      ],
    };
  }
}

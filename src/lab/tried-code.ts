/** A reader's declarations in the place of the library's: what is tried, and the engine that computes with them. */
import { signal } from '@preact/signals';
import type { Rung } from '../engine/protocol';
import { equal } from '../engine/worker/equal';
import type { Edit } from '../notebook/edit';
import type { CodeEngine, CodeEngines, Near } from './engine';

export class TriedCode {
  /** Empty where the library's own code computes. */
  readonly edits = signal<Edit[]>([]);
  private making?: Promise<CodeEngine>;

  constructor(private readonly engines?: CodeEngines) {}

  /** Trying edits of these files may be next. */
  near(near: Near): void {
    this.engines?.near(near);
  }

  /** Whether this is what is tried already. */
  isThis(edits: Edit[]): boolean {
    return equal(edits, this.edits.value);
  }

  take(edits: Edit[]): void {
    this.edits.value = edits;
    this.end();
  }

  /** One engine for as long as the edits stay, another where it was stopped. Rejects with a sentence. */
  async engine(rung?: Rung): Promise<CodeEngine> {
    if (!this.engines) throw new Error('No code can be run here.');
    this.making ??= this.engines.engineFor(this.edits.value, rung);
    const { making } = this;
    const forget = () => {
      if (this.making === making) this.making = undefined;
    };
    const engine = await making.catch((error) => {
      forget();
      throw error;
    });
    if (!engine.ended) return engine;
    forget();
    return this.engine(rung);
  }

  /** Ends the engine, also one that is being made. */
  end(): void {
    this.making?.then(
      (engine) => engine.end(),
      () => {},
    );
    this.making = undefined;
  }
}

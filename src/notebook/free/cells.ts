/**
 * The cells of a page as a graph: Observable's runtime runs what a pressed cell needs, then the
 * cell, then what was pressed before and depends on it. One at a time, since TensorFlow.js keeps one
 * list of what a computation made; what a cell made is released when it runs again.
 */
import { type Module, Runtime, type Variable } from '@observablehq/runtime';
import * as tf from '../../tensor/tf';
import { hidden } from '../evaluate';
import { explained } from '../explain';
import { type Analysis, analysed } from './analyse';
import { type CellText, type FreeReply, most, type Shown } from './protocol';
import { shown } from './shown';

type Compile = (names: string[], body: string) => (...given: unknown[]) => unknown;
type Result = { value?: unknown; names: Record<string, unknown> };

interface Cell {
  text: string;
  inputs: string[];
  /** The cell itself, its names, and what watches it once it was pressed. */
  variables: Variable[];
  own: Variable;
  watched: boolean;
}

export interface World {
  compile: Compile;
  /** Names at hand in each cell: the library, Plot. */
  library: Record<string, unknown>;
  say(reply: FreeReply): void;
  /** Before each cell: the device as it was, whatever a cell before did to it. */
  prepare?(): Promise<unknown>;
  /** After each cell: whether what computes still does. */
  sound?(): Promise<boolean>;
}

export class Cells {
  private readonly module: Module;
  private readonly cells = new Map<string, Cell>();
  private readonly made = new Map<string, tf.Tensor[]>();
  /** What runs now, and all that waits behind it. */
  private turn: Promise<unknown> = Promise.resolve();
  /** Cells that have said themselves what went wrong. */
  private readonly reported = new Set<string>();

  constructor(private readonly world: World) {
    this.module = new Runtime().module();
  }

  /** Runs a cell among the others of its page. Resolves once everything has run. */
  async run(press: string, cells: CellText[]): Promise<void> {
    this.reported.clear();
    const analyses = new Map<string, Analysis>();
    const failed = new Map<string, string>();
    for (const { id, source } of cells)
      try {
        analyses.set(id, analysed(source));
      } catch (error) {
        failed.set(id, explained(error, id).message);
      }
    const owner = new Map<string, string>();
    for (const [id, { outputs }] of analyses)
      for (const name of outputs) {
        const other = owner.get(name);
        if (other !== undefined) {
          const [a, b] = other === press ? [id, other] : [other, id];
          failed.set(
            b,
            `${name} is declared in the cell “${a}” of this page too; call one of them otherwise.`,
          );
          analyses.delete(b);
        } else owner.set(name, id);
      }
    const text = new Map(cells.map((cell) => [cell.id, cell]));
    for (const [id, words] of failed) {
      this.forget(id);
      if (id === press) this.world.say({ kind: 'failed', cell: id, words });
    }
    for (const [id, analysis] of analyses) {
      const inputs = [...analysis.free].filter((name) => owner.has(name) && owner.get(name) !== id);
      this.define(id, text.get(id)!, analysis, inputs, id === press);
    }
    await this.rested();
    this.world.say({ kind: 'rested' });
  }

  private define(
    id: string,
    { source, held }: CellText,
    analysis: Analysis,
    inputs: string[],
    pressed: boolean,
  ): void {
    const before = this.cells.get(id);
    const text = held ? `held ${source}` : source;
    if (before && !pressed && before.text === text && before.inputs.join() === inputs.join())
      return;
    const own = before?.own ?? this.module.variable();
    for (const variable of before?.variables ?? []) variable.delete();
    const compute = held
      ? () => {
          throw new Error(
            `it needs the cell “${id}”, whose code came with the address. Read it and run it first.`,
          );
        }
      : this.function(id, analysis, inputs);
    own.define(`cell ${id}`, inputs, compute);
    const variables = analysis.outputs.map((name) =>
      this.module.variable().define(name, [`cell ${id}`], ({ names }: Result) => names[name]),
    );
    const watched = pressed || Boolean(before?.watched);
    if (watched) {
      const rejected = (error: Error) => this.unmet(id, error);
      variables.push(this.module.variable({ rejected }).define(null, [`cell ${id}`], () => id));
    }
    this.cells.set(id, { text, inputs, variables, own, watched });
  }

  private forget(id: string): void {
    const cell = this.cells.get(id);
    for (const variable of [...(cell?.variables ?? []), ...(cell ? [cell.own] : [])])
      variable.delete();
    this.cells.delete(id);
  }

  /** Of a watched cell that did not run, since something it needs gave nothing. */
  private unmet(id: string, error: Error): void {
    if (this.reported.delete(id)) return;
    const words = /circular definition/.test(error.message)
      ? 'The cell needs itself, by way of others: cells cannot run in a circle.'
      : `The cell did not run: ${error.message}`;
    this.world.say({ kind: 'failed', cell: id, words });
  }

  private function(id: string, { body, outputs, hasValue }: Analysis, inputs: string[]) {
    const { compile, library, say, prepare, sound = async () => true } = this.world;
    const taken = new Set([...inputs, ...outputs]);
    const names = [...hidden, 'display', ...Object.keys(library)].filter(
      (name) => !taken.has(name),
    );
    return (...given: unknown[]): Promise<Result> =>
      this.inTurn(async () => {
        say({ kind: 'running', cell: id });
        this.release(id);
        await prepare?.();
        const drawn: Shown[] = [];
        const display = (value: unknown, name?: unknown) => {
          if (drawn.length < most.results)
            drawn.push(shown(value, name === undefined ? undefined : String(name)));
          return value;
        };
        const own: Record<string, unknown> = { ...library, display };
        tf.engine().startScope();
        let result: Result | undefined;
        let wrong: unknown;
        try {
          const run = compile(
            [...names, ...inputs],
            `${body}\n//# sourceURL=your-code-from-1-in-${id}`,
          );
          result = (await run(...names.map((name) => own[name]), ...given)) as Result;
          if (hasValue) result.value = await result.value;
          if (hasValue && result.value !== undefined) display(result.value);
          else if (drawn.length === 0)
            for (const [name, value] of Object.entries(result.names)) display(value, name);
        } catch (error) {
          wrong = error ?? new Error('The code threw nothing');
        }
        if (!(await sound())) {
          say({ kind: 'broken' });
          wrong ??= new Error('What computes is broken.');
        }
        this.close(id);
        if (!result || wrong !== undefined) {
          this.reported.add(id);
          say({ kind: 'failed', cell: id, words: explained(wrong, id).message });
          throw new Error(`the cell “${id}”, which it needs, failed.`);
        }
        const words = drawn.length ? '' : 'It ran, and shows nothing: end the cell with a value.';
        say({ kind: 'shown', cell: id, results: drawn, words });
        return result;
      });
  }

  /** What the cell made stays until it runs again: functions that it gave may use it. */
  private close(id: string): void {
    const engine = tf.engine();
    const made = [...engine.state.activeScope.track];
    this.made.set(id, made);
    engine.endScope(made as never);
  }

  private release(id: string): void {
    for (const tensor of this.made.get(id) ?? []) if (!tensor.isDisposed) tensor.dispose();
    this.made.delete(id);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => {});
    return done;
  }

  /** All that is watched has a value, or a reason for having none. */
  private async rested(): Promise<void> {
    const watched = [...this.cells].filter(([, { watched }]) => watched);
    await Promise.allSettled(watched.map(([id]) => this.module.value(`cell ${id}`)));
  }
}

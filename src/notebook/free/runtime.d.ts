/** Observable's runtime has no types of its own: what is used of it. */
declare module '@observablehq/runtime' {
  export interface Variable {
    define(name: string | null, inputs: string[], value: (...given: never[]) => unknown): Variable;
    delete(): void;
  }
  export interface Module {
    variable(observer?: { rejected?(error: Error): void }): Variable;
    value(name: string): Promise<unknown>;
  }
  export class Runtime {
    module(): Module;
  }
}

/**
 * Performance marks of a start-up: `npm run bench -- cold` reads them, and a browser's profiler
 * shows them.
 */
export type Moment =
  | 'worker up'
  | 'adapter there'
  | 'backend loaded'
  | 'device there'
  | 'reference trained'
  | 'rung chosen'
  | 'session made'
  | 'step compiled'
  | 'step recorded'
  | 'step compared'
  | 'first step posted';

export function mark(moment: Moment): void {
  performance.mark(moment);
}

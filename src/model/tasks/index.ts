import { registered } from '../registered';
import type { Task } from '../types';

/** Every task, by name: the files of this folder whose default export is one. */
export const tasks = registered<Task>(
  'task',
  import.meta.glob(['./*.ts', '!./index.ts'], { eager: true }),
);

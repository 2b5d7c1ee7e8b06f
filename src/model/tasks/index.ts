import { members } from '../members';
import type { Task } from '../types';

/** Every task, by name: the files of this folder whose default export is one. */
export const tasks = members<Task>(
  'task',
  import.meta.glob(['./*.ts', '!./index.ts'], { eager: true }),
);

/** The tasks by name: every file of this folder whose default export is one. */
import { members } from '../members';
import type { Task } from '../types';

export const tasks = members<Task>(
  'task',
  import.meta.glob(['./*.ts', '!./index.ts'], { eager: true }),
);

/** What is to be learnt. */
import type { Setting } from './types';

export const task = {
  task: {
    kind: 'choice',
    label: 'task',
    change: 'restart',
    help: 'What is to be learnt; its own options stand beside it.',
    options: { members: 'tasks' },
    default: 'memorise',
  },
} as const satisfies Record<string, Setting>;

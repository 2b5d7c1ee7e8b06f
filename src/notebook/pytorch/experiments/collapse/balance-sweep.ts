import { mixtureOf } from '../../members';
import { partOf } from '../../parts';
import type { Writer } from '../../types';
import program from './balance-sweep.py?raw';

export default {
  program,
  compares: 'taskLoss',
  fill({ settings }) {
    const { flags, includes } = mixtureOf(String(settings.router), String(settings.balancer));
    return { flags, includes: { ...includes, data: partOf('tasks', 'clusters') } };
  },
} satisfies Writer as Writer;

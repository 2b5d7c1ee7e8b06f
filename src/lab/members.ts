/** At build only: the members of the model library that a menu may offer. */
import { menu } from '../model/registry';
import { tasks } from '../model/tasks';
import type { Task, TaskOption } from '../model/types';
import type { Members } from './controls';
import type { Control, Option } from './settings';

/** A text longer than a line is an input, not an option in a menu. */
const longestText = 200;
/** Stops of a slider that a hand can still tell apart. */
const mostStops = 48;

/** A task, with its own options as controls. */
export function taskInMenu({ name, label, options }: Task): Option {
  const items = Object.entries(options).flatMap(([option, spec]) => {
    if (spec.kind === 'text' && spec.default.length > longestText) return [];
    return [{ name: `task.${option}`, ...common(spec), ...controlOf(spec) } as Control];
  });
  return { value: name, label, items };
}

const common = ({ label }: TaskOption) => ({
  label,
  help: `An option of the task: ${label}.`,
  change: 'restart' as const,
});

function controlOf(spec: TaskOption): object {
  if (spec.kind !== 'number') return spec;
  const { min, max, integer } = spec;
  // A range of several decades is walked in steps that grow.
  if (min > 0 && max / min > 100) return { ...spec, scale: 'log', step: 6 };
  const step = (max - min) / mostStops;
  return { ...spec, step: integer ? Math.max(1, Math.round(step)) : step };
}

export const members: Members = {
  routers: menu('routers'),
  balancing: menu('balancing'),
  optimizers: menu('optimizers'),
  tasks: tasks.all.map(taskInMenu),
};

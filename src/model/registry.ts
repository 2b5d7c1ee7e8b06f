/**
 * Finds the interchangeable members of the library: every file of a folder whose default export
 * has the file's name. Adding a member is adding its file. Experiments use what is registered here,
 * so the engine finds them by itself, one file at a time.
 */
import type { Balancer, Optimizer, Router } from './types';

type Modules<T> = Record<string, { default?: T }>;

/** The members of one folder, by name in alphabetical order. */
export interface Members<T> {
  all: T[];
  /** Throws a sentence that lists what exists. */
  get(name: string): T;
}

function members<T extends { name: string }>(kind: string, modules: Modules<T>): Members<T> {
  const all = Object.values(modules).flatMap((module) => (module.default ? [module.default] : []));
  return {
    all,
    get(name) {
      const found = all.find((member) => member.name === name);
      if (found) return found;
      throw new Error(
        `There is no ${kind} "${name}"; there are ${all.map((member) => member.name).join(', ')}.`,
      );
    },
  };
}

export const routers = members<Router>(
  'router',
  import.meta.glob('./routers/*.ts', { eager: true }),
);

export const balancers = members<Balancer>(
  'balancer',
  import.meta.glob('./balancing/*.ts', { eager: true }),
);

export const optimizers = members<Optimizer>(
  'optimizer',
  import.meta.glob('./optimizers/*.ts', { eager: true }),
);

/** Name and label of each member, for a menu. */
export function menu(folder: 'routers' | 'balancing' | 'optimizers') {
  const { all } = { routers, balancing: balancers, optimizers }[folder];
  return all.map(({ name, label }) => ({ value: name, label }));
}

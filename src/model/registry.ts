/**
 * Finds the interchangeable members of the library: every file of a folder whose default export
 * has the file's name. Adding a member is adding its file. Experiments use what is registered here,
 * so the engine finds them by itself, one file at a time.
 */
import { registered } from './registered';
import type { Balancer, Optimizer, Router } from './types';

/** Every router, by name. */
export const routers = registered<Router>(
  'router',
  import.meta.glob('./routers/*.ts', { eager: true }),
);

/** Every balancer, by name. */
export const balancers = registered<Balancer>(
  'balancer',
  import.meta.glob('./balancing/*.ts', { eager: true }),
);

/** Every optimizer, by name. */
export const optimizers = registered<Optimizer>(
  'optimizer',
  import.meta.glob('./optimizers/*.ts', { eager: true }),
);

/** Name and label of each member, for a menu. */
export function menu(folder: 'routers' | 'balancing' | 'optimizers') {
  const { all } = { routers, balancing: balancers, optimizers }[folder];
  return all.map(({ name, label }) => ({ value: name, label }));
}

/** The kinds of inputs, each loaded where a lab takes it. A model has none of this: it has a name. */
import type { InputKind } from '../../model/experiments/types';
import type { Kind } from './types';

export type Kinds = Partial<Record<InputKind, Kind>>;

const loaders: Record<Exclude<InputKind, 'model'>, () => Promise<{ default: unknown }>> = {
  curve: () => import('./curve'),
  points: () => import('./points'),
  numbers: () => import('./numbers'),
  text: () => import('./text'),
  configuration: () => import('./configuration'),
};

/** Those that a lab needs, by kind. */
export async function kindsFor(takes: Record<string, InputKind> = {}): Promise<Kinds> {
  const wanted = [...new Set(Object.values(takes))].filter((kind) => kind !== 'model');
  const found = await Promise.all(wanted.map((kind) => loaders[kind]()));
  return Object.fromEntries(wanted.map((kind, i) => [kind, found[i].default as Kind]));
}

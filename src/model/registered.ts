/** Interchangeable members of the library: those default exports of a folder that have a name. */
type Modules<T> = Record<string, { default?: T }>;

/** The members of one folder, by name in alphabetical order. */
export interface Registry<T> {
  all: T[];
  /** Throws a sentence that lists what exists. */
  get(name: string): T;
}

/** The members of a folder from its modules; `kind` is what errors call one. */
export function registered<T extends { name: string }>(
  kind: string,
  modules: Modules<T>,
): Registry<T> {
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

/**
 * What a reader's browser keeps: theme, visited stations, answers. Storage throws where it is
 * blocked (private windows, frames of other sites); the page then works and forgets.
 */
const key = (name: string) => `switchyard.${name}`;

export const store = {
  get(name: string): string | undefined {
    try {
      return localStorage.getItem(key(name)) ?? undefined;
    } catch {
      return undefined;
    }
  },

  set(name: string, value: string): void {
    try {
      localStorage.setItem(key(name), value);
    } catch {
      // Blocked or full: nothing the reader needs to know now.
    }
  },

  /** A list kept as JSON; what is not a list of words counts as empty. */
  list(name: string): string[] {
    try {
      const found: unknown = JSON.parse(store.get(name) ?? '[]');
      return Array.isArray(found) ? found.filter((item) => typeof item === 'string') : [];
    } catch {
      return [];
    }
  },

  add(name: string, item: string): void {
    const items = store.list(name).filter((other) => other !== item);
    store.set(name, JSON.stringify([...items, item]));
  },
};

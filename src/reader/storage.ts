/**
 * What a reader's browser keeps: theme, visited stations, answers, runs. Storage throws where it is
 * blocked (private windows, frames of other sites) or full; the page then works and forgets.
 */
const key = (name: string) => `switchyard.${name}`;

export const storage = {
  get(name: string): string | undefined {
    try {
      return localStorage.getItem(key(name)) ?? undefined;
    } catch {
      return undefined;
    }
  },

  /** False where nothing could be kept. */
  set(name: string, value: string): boolean {
    try {
      localStorage.setItem(key(name), value);
      return true;
    } catch {
      return false;
    }
  },

  remove(name: string): void {
    try {
      localStorage.removeItem(key(name));
    } catch {
      // Nothing was kept, so nothing is left.
    }
  },

  /** A list kept as JSON; what is not a list of words counts as empty. */
  list(name: string): string[] {
    try {
      const found: unknown = JSON.parse(storage.get(name) ?? '[]');
      return Array.isArray(found) ? found.filter((item) => typeof item === 'string') : [];
    } catch {
      return [];
    }
  },

  add(name: string, item: string): void {
    const items = storage.list(name).filter((other) => other !== item);
    storage.set(name, JSON.stringify([...items, item]));
  },
};

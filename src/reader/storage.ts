/** localStorage that may be forbidden (an iframe of another site, a private window): then nothing. */

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`switchyard.${key}`, value);
  } catch {
    // What cannot be kept is chosen anew next time.
  }
}

export function forget(key: string): void {
  try {
    localStorage.removeItem(`switchyard.${key}`);
  } catch {
    // Nothing was kept, so nothing is left.
  }
}

export function recall(key: string): string | undefined {
  try {
    return localStorage.getItem(`switchyard.${key}`) ?? undefined;
  } catch {
    return undefined;
  }
}

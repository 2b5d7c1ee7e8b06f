/** Scripts that may not arrive. */

let attempts = 0;

/**
 * What `load` imports. A browser remembers a module that did not arrive and never asks for it again;
 * under another address it is a new one. The address stands in the browser's own sentence: where it
 * does not, the sentence is thrown on, and only loading the page again helps.
 */
export async function arriving<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const address = ownScript(error instanceof Error ? error.message : '', location.origin);
    if (!address) throw error;
    attempts += 1;
    return (await import(/* @vite-ignore */ `${address}?again=${attempts}`)) as T;
  }
}

/** The address of a script of this site in a browser's sentence. */
export function ownScript(sentence: string, origin: string): string | undefined {
  const found = /https?:\/\/\S+?\.js(?=\s|$)/.exec(sentence)?.[0];
  return found?.startsWith(`${origin}/`) ? found : undefined;
}

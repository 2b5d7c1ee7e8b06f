/** What an address says to labs that are not on its page: told, so that no link silently means less. */

/**
 * A sentence for each name before a dot that none of the page's labs has. `labs` are their names in
 * order of the page. Keys without a dot belong to others: they are not looked at.
 */
export function strangersIn(query: URLSearchParams, labs: string[]): string[] {
  const named = [...query.keys()].filter((key) => /^[\w-]+\../.test(key));
  const strangers = new Set(named.map((key) => key.slice(0, key.indexOf('.'))));
  // Code that a link carries is its cells'.
  for (const name of [...labs, 'cell']) strangers.delete(name);
  return [...strangers].map(
    (name) =>
      `The address mentions a lab ${shorten(name)}, which is not on this page (here: ${labs.join(', ')}); that part is left out.`,
  );
}

/** Names from an address may have any length. */
export const shorten = (word: string): string =>
  word.length > 24 ? `${word.slice(0, 24)}…` : word;

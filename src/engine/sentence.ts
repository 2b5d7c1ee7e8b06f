let explain = (error: unknown): unknown => error;

/** For a worker whose code is not the library's own: what an error there means. */
export function explainBy(explanation: typeof explain): void {
  explain = explanation;
}

/** How engines say that they give no more memory, each in its own words. */
const noMemory =
  /out of memory|allocation failed|allocate|invalid array (buffer )?length|unable to grow|cannot enlarge memory/i;

/** What went wrong, as a sentence with its full stop. */
export function sentence(given: unknown): string {
  const error = explain(given);
  if (error instanceof Error && error.name !== 'SyntaxError' && noMemory.test(error.message))
    return `There is too little memory left for this (${error.message.replace(/[.!?]$/, '')}). A smaller model may fit, or this one once other pages are closed.`;
  const words = error instanceof Error ? error.message : String(error);
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

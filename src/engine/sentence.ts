let explain = (error: unknown): unknown => error;

/** For a worker whose code is not the library's own: what an error there means. */
export function explainBy(explanation: typeof explain): void {
  explain = explanation;
}

/** What went wrong, as a sentence with its full stop. */
export function sentence(given: unknown): string {
  const error = explain(given);
  const words = error instanceof Error ? error.message : String(error);
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

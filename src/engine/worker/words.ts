/** What went wrong, as a sentence with its full stop. */
export function sentence(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

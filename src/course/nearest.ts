/** What an author probably meant: the sentence that follows "there is no …". */

/** "Nearest: collapse, capacity. There are also …" or the whole list where it is short. */
export function nearest(word: string, known: string[]): string {
  if (!known.length) return 'There are none yet.';
  const sorted = [...known].sort((a, b) => distance(word, a) - distance(word, b));
  if (known.length <= 8) return `There are: ${sorted.join(', ')}.`;
  return `Nearest are: ${sorted.slice(0, 4).join(', ')} (of ${known.length}).`;
}

/** The one that is meant by a word that is misspelt, cut short or part of it; undefined if none is. */
export function meant(word: string, known: string[]): string | undefined {
  const wanted = word.toLowerCase().replace(/\.html?$/, '');
  // One letter or two are part of nearly everything.
  if (wanted.length < 3) return undefined;
  const [best] = known.toSorted((a, b) => distance(wanted, a) - distance(wanted, b));
  return best !== undefined && distance(wanted, best) <= best.length / 3 ? best : undefined;
}

/** Edits that turn one word into the other; a word that contains the other counts as near. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(
        next[j - 1] + 1,
        row[j] + 1,
        row[j - 1] + (a[i - 1].toLowerCase() === b[j - 1].toLowerCase() ? 0 : 1),
      );
    row = next;
  }
  const contained = a.length > 2 && (b.includes(a) || a.includes(b));
  return contained ? Math.min(1, row[b.length]) : row[b.length];
}

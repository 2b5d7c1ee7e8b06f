/** Where the parts of formulas and figures lie, to be compared between engines. */

export interface Boxes {
  /** Its words, to find the place by. */
  what: string;
  parts: { what: string; x: number; y: number }[];
}

/**
 * Runs in the page. Formulas: the middles of all letters, numbers and signs, from the formula's own
 * first one, in em. Figures: the middles of all words, from the figure's corner, in shares of its width.
 */
export function boxesOf(selector: string): Boxes[] {
  const middle = (element: Element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return { x: x + width / 2, y: y + height / 2 };
  };
  const seen = [...document.querySelectorAll(selector)].filter(
    (each) => each.getClientRects().length > 0,
  );
  return seen.map((whole) => {
    const formula = whole.localName === 'math';
    const inside = formula ? 'mi, mn, mo, mtext' : 'text';
    const parts = [...whole.querySelectorAll(inside)].filter(
      (part) => part.textContent?.trim() && part.getBoundingClientRect().width > 0,
    );
    const corner = whole.getBoundingClientRect();
    const from = formula && parts[0] ? middle(parts[0]) : corner;
    const unit = formula ? Number.parseFloat(getComputedStyle(whole).fontSize) : corner.width;
    return {
      what: whole.textContent!.replaceAll(/\s+/g, ' ').trim().slice(0, 60),
      parts: parts.map((part) => {
        const { x, y } = middle(part);
        return { what: part.textContent!, x: (x - from.x) / unit, y: (y - from.y) / unit };
      }),
    };
  });
}

/**
 * Steps from one part to the next that differ from what they should be by more than `most`, across and down, each
 * in a sentence: engines space a little differently, which adds up along a line. Where one of them
 * begins a new line, nothing is compared.
 */
export function displaced(
  should: Boxes[],
  are: Boxes[],
  [across, down]: readonly [number, number],
): string[] {
  if (should.length !== are.length) return [`${are.length} are there, not ${should.length}`];
  return should.flatMap(({ what, parts }, i) => {
    const own = are[i].parts;
    if (own.length !== parts.length)
      return [`“${what}” has ${own.length} parts, not ${parts.length}`];
    return parts.slice(1).flatMap((part, j) => {
      const [x, y] = (['x', 'y'] as const).map(
        (axis) => own[j + 1][axis] - own[j][axis] - (part[axis] - parts[j][axis]),
      );
      const newLine = Math.abs(x) > 3 && x * y < 0;
      return !newLine && (Math.abs(x) > across || Math.abs(y) > down)
        ? [`“${part.what}” in “${what}” lies ${x.toFixed(2)} to the right, ${y.toFixed(2)} lower`]
        : [];
    });
  });
}

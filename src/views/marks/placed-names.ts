/**
 * Where the names of points stand: beside each point, where they lie over no other point, name or
 * line and within the picture. In pixels of the frame, y downwards.
 */
export interface Spot {
  x: number;
  y: number;
}

export interface NamedPoint extends Spot {
  name: string;
}

/** What else the picture holds. */
export interface Drawing {
  room: Box;
  /** Points without a name. */
  others?: Spot[];
  /** Each line once, from end to end. */
  lines?: [Spot, Spot][];
  /** Words that stand there already. */
  words?: Box[];
  /** Where a name may stand; `places` unless said. */
  around?: Place[];
  /** Of a point, in pixels. */
  radius?: number;
}

/** From its point to the name: pixels, and which end of the name is there. */
export interface Place {
  dx: number;
  dy: number;
  anchor: 'start' | 'end';
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** The better ones first. */
export const places: Place[] = [
  { dx: 9, dy: 0, anchor: 'start' },
  { dx: 5, dy: -12, anchor: 'start' },
  { dx: 5, dy: 12, anchor: 'start' },
  { dx: -9, dy: 0, anchor: 'end' },
  { dx: 6, dy: -13, anchor: 'end' },
  { dx: 6, dy: 13, anchor: 'end' },
];

/** About half of a name's height, and the width of one of its letters. */
const [half, letter] = [7, 6.6];

/** A place for each point, as an index into `around`. The first points choose first. */
export function placedNames(
  points: NamedPoint[],
  { room, others = [], lines = [], words = [], around = places, radius = 4.5 }: Drawing,
): number[] {
  const spots: Spot[] = [...points, ...others];
  const taken: Box[] = [...words];
  return points.map((point) => {
    const costs = around.map((place, i) => {
      const box = boxOf(point, place);
      const outside =
        box.left < room.left ||
        box.right > room.right ||
        box.top < room.top ||
        box.bottom > room.bottom;
      const names = taken.filter((other) => meet(box, other)).length;
      const dots = spots.filter((spot) => spot !== point && holds(box, spot, radius)).length;
      const crossed = lines.filter(([from, to]) => crosses(box, from, to)).length;
      return (outside ? 100 : 0) + 10 * names + 6 * dots + 4 * crossed + 0.1 * i;
    });
    const best = costs.indexOf(Math.min(...costs));
    taken.push(boxOf(point, around[best]));
    return best;
  });
}

/** About the room of words that begin or end at `x`, with their foot at `foot`. */
export function roomOf(words: string, x: number, foot: number, anchor: Place['anchor']): Box {
  return boxOf({ name: words, x, y: foot - half }, { dx: 0, dy: 0, anchor });
}

/** Whether a name of one of these points may well stand where these words do. */
export function isCrowded(words: Box, points: Spot[]): boolean {
  return points.some((point) => holds(words, point, 2 * half));
}

function boxOf({ name, x, y }: NamedPoint, { dx, dy, anchor }: Place): Box {
  const long = name.length * letter;
  const left = anchor === 'start' ? x + dx : x + dx - long;
  return { left, right: left + long, top: y + dy - half, bottom: y + dy + half };
}

const meet = (a: Box, b: Box) =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

const holds = (box: Box, { x, y }: Spot, more = 0) =>
  x > box.left - more && x < box.right + more && y > box.top - more && y < box.bottom + more;

/** Looked at in steps of a few pixels: near enough for letters. */
function crosses(box: Box, from: Spot, to: Spot): boolean {
  const steps = Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / 4);
  return Array.from({ length: steps + 1 }, (_, i) => i / Math.max(1, steps)).some((share) =>
    holds(box, { x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) }),
  );
}

/**
 * Where the names of points stand: beside each point, where they lie over no other point, name or
 * line and within the picture. In pixels of the frame, y downwards.
 */
export interface NamedPoint {
  name: string;
  x: number;
  y: number;
  /** Points that a line leads to from here, or comes from. */
  joined: { x: number; y: number }[];
}

/** From its point to the name: pixels, and which end of the name is there. */
export interface Place {
  dx: number;
  dy: number;
  anchor: 'start' | 'end';
}

export interface Room {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

interface Box extends Room {}

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
const radius = 4.5;

/** A place for each point, as an index into `places`. The first points choose first. */
export function placedNames(points: NamedPoint[], room: Room): number[] {
  const taken: Box[] = [];
  return points.map((point) => {
    const costs = places.map((place, i) => {
      const box = boxOf(point, place);
      const outside =
        box.left < room.left ||
        box.right > room.right ||
        box.top < room.top ||
        box.bottom > room.bottom;
      const others = points.filter((other) => other !== point && holds(box, other, radius)).length;
      const names = taken.filter((other) => meet(box, other)).length;
      const lines = points.reduce(
        (sum, from) => sum + from.joined.filter((to) => crosses(box, from, to)).length,
        0,
      );
      return (outside ? 100 : 0) + 10 * names + 6 * others + 2 * lines + 0.1 * i;
    });
    const best = costs.indexOf(Math.min(...costs));
    taken.push(boxOf(point, places[best]));
    return best;
  });
}

function boxOf({ name, x, y }: NamedPoint, { dx, dy, anchor }: Place): Box {
  const long = name.length * letter;
  const left = anchor === 'start' ? x + dx : x + dx - long;
  return { left, right: left + long, top: y + dy - half, bottom: y + dy + half };
}

const meet = (a: Box, b: Box) =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

const holds = (box: Box, { x, y }: { x: number; y: number }, more = 0) =>
  x > box.left - more && x < box.right + more && y > box.top - more && y < box.bottom + more;

/** Looked at in steps of a few pixels: near enough for letters. */
function crosses(box: Box, from: { x: number; y: number }, to: { x: number; y: number }): boolean {
  const steps = Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / 4);
  return Array.from({ length: steps + 1 }, (_, i) => i / Math.max(1, steps)).some((share) =>
    holds(box, { x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) }),
  );
}

/**
 * Where the map draws what: tracks with rounded corners, stations spread along their line in order.
 * A station added to a line moves its neighbours together; nothing here knows a station by name but
 * for the interchanges, where one line leaves another.
 */
import type { Course, Station } from './stations';

export interface Point {
  x: number;
  y: number;
}

export interface Track {
  line: number;
  path: string;
}

export interface Stop extends Point {
  station: Station;
  /** Two lines meet here. */
  interchange: boolean;
  label: Point & { anchor: 'start' | 'middle' | 'end'; rows: string[] };
}

export interface LineName extends Point {
  line: number;
  name: string;
}

export interface MapDrawing {
  width: number;
  height: number;
  tracks: Track[];
  stops: Stop[];
  names: LineName[];
}

/** A line's straight stretch with its stations, the way there, and the way on. */
interface Route {
  line: number;
  /** Station of another line where it starts. */
  from?: { line: number; place: 'first' | 'last' };
  /** Corners between that station and the first of its own. */
  before: Point[];
  stretch: { x1: number; x2: number; y: number };
  /** Corners after the last station. */
  after: Point[];
  labels: 'above' | 'below';
  name: Point;
}

const terminus = { x: 1310, y: 220 };

const plan: Route[] = [
  {
    line: 1,
    before: [],
    stretch: { x1: 44, x2: 272, y: 340 },
    after: [],
    labels: 'below',
    name: { x: 34, y: 312 },
  },
  {
    line: 2,
    from: { line: 1, place: 'last' },
    before: [
      { x: 292, y: 340 },
      { x: 412, y: 220 },
    ],
    stretch: { x1: 421, x2: 667, y: 220 },
    after: [],
    labels: 'above',
    name: { x: 414, y: 250 },
  },
  {
    line: 3,
    from: { line: 2, place: 'last' },
    before: [
      { x: 684, y: 220 },
      { x: 784, y: 120 },
    ],
    stretch: { x1: 808, x2: 1088, y: 120 },
    after: [{ x: 1210, y: 120 }, terminus],
    labels: 'above',
    name: { x: 798, y: 150 },
  },
  {
    line: 4,
    from: { line: 2, place: 'last' },
    before: [
      { x: 684, y: 220 },
      { x: 784, y: 320 },
    ],
    stretch: { x1: 794, x2: 1190, y: 320 },
    after: [{ x: 1210, y: 320 }, terminus],
    labels: 'below',
    name: { x: 992, y: 298 },
  },
  {
    line: 5,
    from: { line: 4, place: 'first' },
    before: [{ x: 794, y: 440 }],
    stretch: { x1: 944, x2: 1088, y: 440 },
    after: [{ x: 1240, y: 440 }, { x: 1310, y: 370 }, terminus],
    labels: 'below',
    name: { x: 830, y: 428 },
  },
];

/** The wide map. The last station of the last line is the terminus, where three lines end. */
export function drawMap(course: Course): MapDrawing {
  const stops: Stop[] = [];
  const tracks: Track[] = [];
  const names: LineName[] = [];
  const lastLine = plan.at(-1)!.line;
  // Where the last line is hidden as a whole, nothing stands where the lines meet.
  const arrives = course.stations.some((station) => station.line === lastLine);
  for (const { line, from, before, stretch, after, labels, name } of plan) {
    const found = course.lines.find((candidate) => candidate.number === line);
    if (!found?.stations.length) continue;
    const isLast = line === lastLine;
    const own = isLast ? found.stations.slice(0, -1) : found.stations;
    const { x1, x2, y } = stretch;
    const places = own.map((_, i) => ({
      x: x1 + ((x2 - x1) * i) / Math.max(1, own.length - 1),
      y,
    }));
    const start = from && placeOf(stops, from);
    tracks.push({
      line,
      path: rounded([...(start ? [start] : []), ...before, ...places, ...(arrives ? after : [])]),
    });
    names.push({ line, name: found.name, ...name });
    own.forEach((station, i) => {
      const interchange = plan.some(
        (other) =>
          other.from?.line === line && i === (other.from.place === 'first' ? 0 : own.length - 1),
      );
      stops.push({
        station,
        ...places[i],
        interchange,
        label: labelAt(places[i], station, labels, interchange ? line : undefined),
      });
    });
    const last = isLast ? found.stations.at(-1) : undefined;
    if (last)
      stops.push({
        station: last,
        ...terminus,
        interchange: true,
        label: {
          x: terminus.x + 20,
          y: terminus.y - 12,
          anchor: 'start',
          rows: wrapped(last.title, 8),
        },
      });
  }
  return { width: 1392, height: 500, tracks, stops, names };
}

function placeOf(stops: Stop[], { line, place }: { line: number; place: 'first' | 'last' }) {
  const own = stops.filter((stop) => stop.station.line === line);
  return place === 'first' ? own[0] : own.at(-1);
}

/** Pixels between the rows of a label; the number stands on a row of its own. */
export const rowHeight = 18;

/** Above or below the station; at an interchange, on the side that the leaving lines keep free. */
function labelAt(
  { x, y }: Point,
  station: Station,
  side: 'above' | 'below',
  interchange?: number,
): Stop['label'] {
  const rows = wrapped(station.title, 14);
  const above = { x, y: y - 22 - rowHeight * rows.length, anchor: 'middle', rows } as const;
  if (interchange === 2) return { ...above, x: x + 13, anchor: 'end' };
  if (interchange === 4) return { ...above, x: x - 4, anchor: 'start' };
  return side === 'above' ? above : { ...above, y: y + 32 };
}

/** Rows of about `width` characters, none much longer than another. */
export function wrapped(title: string, width: number): string[] {
  const words = title.split(' ');
  let best = [title];
  for (let count = 1; count <= words.length; count++) {
    best = split(words, count);
    if (best.every((row) => row.length <= width)) break;
  }
  return best;
}

/** The words in `count` rows, the longest as short as it can be. */
function split(words: string[], count: number): string[] {
  if (count === 1) return [words.join(' ')];
  let best: string[] = [];
  let shortest = Number.POSITIVE_INFINITY;
  for (let end = 1; end <= words.length - count + 1; end++) {
    const rows = [words.slice(0, end).join(' '), ...split(words.slice(end), count - 1)];
    const longest = Math.max(...rows.map((row) => row.length));
    if (longest < shortest) [best, shortest] = [rows, longest];
  }
  return best;
}

/** A path through the points whose corners are arcs. */
export function rounded(points: Point[], radius = 18): string {
  const [first, ...rest] = points;
  const parts = [`M${first.x} ${first.y}`];
  rest.forEach((point, i) => {
    const next = rest[i + 1];
    if (!next) parts.push(`L${point.x} ${point.y}`);
    else {
      const before = i === 0 ? first : rest[i - 1];
      const [a, b] = [towards(point, before, radius), towards(point, next, radius)];
      parts.push(`L${a.x} ${a.y}Q${point.x} ${point.y} ${b.x} ${b.y}`);
    }
  });
  return parts.join('');
}

/** The point `distance` away from one point towards another, at most half-way. */
function towards(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const share = Math.min(0.5, distance / Math.max(1, length));
  const round = (x: number) => Math.round(x * 10) / 10;
  return {
    x: round(from.x + (to.x - from.x) * share),
    y: round(from.y + (to.y - from.y) * share),
  };
}

export interface StripRow {
  station: Station;
  /** Centre of the station's mark. */
  x: number;
  y: number;
  interchange: boolean;
  /** First of its line: the line's name stands above it. */
  heading?: string;
}

export interface Strip {
  width: number;
  height: number;
  row: number;
  tracks: Track[];
  rows: StripRow[];
}

/** Lane of each line in the narrow map; the terminus is on the first. */
const lanes: Record<number, number> = { 1: 0, 2: 0, 3: 1, 4: 0, 5: 2 };

/** The narrow map: one station a row in order of number, lines beside each other as lanes. */
export function drawStrip(course: Course): Strip {
  const row = 56;
  const lane = (index: number) => 14 + 24 * index;
  const at = (index: number) => row * index + row / 2;
  const last = course.stations.length - 1;
  const rows = course.stations.map((station, i): StripRow => {
    const line = course.lines.find(({ number }) => number === station.line);
    return {
      station,
      x: lane(i === last ? 0 : (lanes[station.line] ?? 0)),
      y: at(i),
      interchange: i === last,
      heading: line?.stations[0] === station ? line.name : undefined,
    };
  });
  const tracks: Track[] = [];
  for (const { line, from, after } of plan) {
    const own = rows.filter(({ station }) => station.line === line);
    if (!own.length) continue;
    const start = from && placeIn(rows, from);
    if (start) start.interchange = true;
    const points: Point[] = [];
    const x = lane(lanes[line]);
    const first = own[0];
    if (start) {
      points.push(start);
      // Leaves its parent's lane just below it, then runs down in its own.
      if (start.x !== x)
        points.push({ x: start.x, y: start.y + 8 }, { x, y: start.y + 8 + Math.abs(x - start.x) });
    }
    points.push({ x, y: first.y });
    const end = own.filter((each) => each !== rows[last]).at(-1) ?? first;
    points.push({ x, y: end.y });
    if (after.length) {
      const goal = rows[last];
      if (goal.x !== x)
        points.push({ x, y: goal.y - 8 - Math.abs(x - goal.x) }, { x: goal.x, y: goal.y - 8 });
      points.push(goal);
    }
    tracks.push({ line, path: rounded(points, 12) });
  }
  return { width: lane(2) + 14, height: row * rows.length, row, tracks, rows };
}

function placeIn(rows: StripRow[], { line, place }: { line: number; place: 'first' | 'last' }) {
  const own = rows.filter(({ station }) => station.line === line);
  return place === 'first' ? own[0] : own.at(-1);
}

/** The course as one list, and the two maps drawn from it. */
import { describe, expect, it } from 'vitest';
import { drawMap, drawStrip, rounded, wrapped } from '../../src/course/map-layout';
import { assemble, type Course, neighbours, type OpenChapter } from '../../src/course/stations';

const lines = [
  { number: 1, name: 'Before experts' },
  { number: 2, name: 'Gates' },
];
const planned = [
  { id: '01-one', line: 1, title: 'One', question: 'One?', needs: [] },
  { id: '02-two', line: 1, title: 'Two', question: 'Two?', needs: ['01-one'] },
  { id: '03-three', line: 2, title: 'Three', question: 'Three?', needs: ['02-two'] },
];
const chapter = (change: Partial<OpenChapter> = {}): OpenChapter => ({
  id: '02-two',
  number: 2,
  line: 1,
  title: 'Two, written',
  question: 'Two?',
  needs: ['01-one'],
  minutes: 20,
  lede: 'Two.',
  summary: 'Two.',
  ...change,
});

describe('assemble', () => {
  it('lets a chapter open its station', () => {
    const { stations } = assemble(lines, planned, [chapter()]);
    expect(stations.map(({ id, href }) => [id, href])).toEqual([
      ['01-one', undefined],
      ['02-two', '/02-two/'],
      ['03-three', undefined],
    ]);
    expect(stations[1].title).toBe('Two, written');
  });

  it('takes a chapter that nobody planned', () => {
    const extra = chapter({ id: '04-four', number: 4, line: 2 });
    const course = assemble(lines, planned, [extra]);
    expect(course.lines[1].stations.map(({ id }) => id)).toEqual(['03-three', '04-four']);
  });

  it('hides stations', () => {
    const course = assemble(lines, planned, [chapter()], ['02-two']);
    expect(course.stations.map(({ id }) => id)).toEqual(['01-one', '03-three']);
    expect(course.lines[0].stations.map(({ id }) => id)).toEqual(['01-one']);
    expect(course.hidden).toMatchObject([{ id: '02-two', title: 'Two, written', number: 2 }]);
    expect(course.hidden[0].href).toBeUndefined();
  });

  it('leads past what is hidden', () => {
    const open = ['01-one', '02-two', '03-three'].map((id, i) =>
      chapter({ id, number: i + 1, needs: [] }),
    );
    const course = assemble(lines, planned, open, ['02-two']);
    expect(neighbours(course, '01-one').next?.id).toBe('03-three');
    expect(neighbours(course, '03-three').previous?.id).toBe('01-one');
  });

  it('refuses what cannot be, in a sentence', () => {
    expect(() => assemble(lines, planned, [chapter({ needs: ['01-won'] })])).toThrow(
      'src/content/chapters/02-two.mdx: station 02-two needs 01-won, which is neither written nor planned. There are: 01-one, 02-two, 03-three.',
    );
    expect(() => assemble(lines, planned, [chapter({ number: 3 })])).toThrow(
      'src/content/chapters/02-two.mdx: number is 3, and the file’s name says 2.'.replace('’', "'"),
    );
    expect(() => assemble(lines, planned, [chapter({ line: 7 })])).toThrow(
      'src/content/chapters/02-two.mdx: station 02-two is on line 7; there are lines 1, 2.',
    );
    expect(() => assemble(lines, planned, [chapter({ id: '02-other' })])).toThrow(
      'Two stations have the number 2: 02-two and 02-other.',
    );
    expect(() => assemble(lines, planned, [], ['02-tow'])).toThrow(
      'course.config.ts hides the station 02-tow, which does not exist. There are: 02-two, 01-one, 03-three.',
    );
  });
});

it('finds the open stations before and after', () => {
  const course = assemble(lines, planned, [
    chapter({ id: '01-one', number: 1, needs: [] }),
    chapter({ id: '03-three', number: 3 }),
  ]);
  expect(neighbours(course, '01-one').next?.id).toBe('03-three');
  expect(neighbours(course, '03-three')).toEqual({ previous: course.stations[0], next: undefined });
});

describe('maps', () => {
  const five = Array.from({ length: 5 }, (_, i) => ({ number: i + 1, name: `Line ${i + 1}` }));
  const stations = [3, 3, 3, 5, 3].flatMap((count, line) =>
    Array.from({ length: count }, (_, i) => ({
      id: `${String([0, 3, 6, 9, 14][line] + i + 1).padStart(2, '0')}-x`,
      line: line + 1,
      title: 'A title of five words',
      question: '?',
      needs: [],
    })),
  );
  const course = assemble(five, stations, []);

  it('draws every station once, apart from the others and inside the picture', () => {
    const { stops, width, height, tracks } = drawMap(course);
    expect(stops.map(({ station }) => station.number).toSorted((a, b) => a - b)).toEqual(
      course.stations.map(({ number }) => number),
    );
    expect(tracks).toHaveLength(5);
    for (const [i, stop] of stops.entries()) {
      expect(stop.x).toBeGreaterThan(0);
      expect(stop.x).toBeLessThan(width);
      expect(stop.label.y).toBeLessThan(height);
      for (const other of stops.slice(0, i))
        expect(Math.hypot(stop.x - other.x, stop.y - other.y)).toBeGreaterThan(60);
    }
  });

  it.each([1, 2, 3, 4, 5])(
    'draws no track of line %i where all its stations are hidden',
    (line) => {
      const hide = stations.filter((each) => each.line === line).map(({ id }) => id);
      const less = assemble(five, stations, [], hide);
      for (const { tracks } of [drawMap(less), drawStrip(less)]) {
        expect(tracks.map((track) => track.line).toSorted()).toEqual(
          [1, 2, 3, 4, 5].filter((other) => other !== line),
        );
        for (const { path } of tracks) expect(path).not.toMatch(/NaN|undefined/);
      }
      expect(
        drawMap(less)
          .stops.map(({ station }) => station.id)
          .toSorted(),
      ).toEqual(less.stations.map(({ id }) => id));
    },
  );

  it('ends no line in the air where the last one is hidden', () => {
    const hide = stations.filter(({ line }) => line === 5).map(({ id }) => id);
    const ends = (each: Course) =>
      drawMap(each).tracks.map(({ path }) => path.endsWith('L1310 220'));
    expect(ends(course)).toContain(true);
    expect(ends(assemble(five, stations, [], hide))).not.toContain(true);
  });

  it('makes room for one more station on a line', () => {
    const more = assemble(five, stations, [
      chapter({ id: '18-more', number: 18, line: 3, needs: [] }),
    ]);
    const xs = drawMap(more)
      .stops.filter(({ station }) => station.line === 3)
      .map(({ x }) => x);
    expect(xs).toHaveLength(4);
    expect(xs).toEqual(xs.toSorted((a, b) => a - b));
  });

  it('marks where lines meet', () => {
    const meeting = (stops: { station: { number: number }; interchange: boolean }[]) =>
      stops
        .filter((stop) => stop.interchange)
        .map((stop) => stop.station.number)
        .toSorted((a, b) => a - b);
    expect(meeting(drawMap(course).stops)).toEqual([3, 6, 10, 17]);
    expect(meeting(drawStrip(course).rows)).toEqual([3, 6, 10, 17]);
  });

  it('gives the strip one row a station', () => {
    const { rows, row, height } = drawStrip(course);
    expect(rows.map(({ y }) => y)).toEqual(rows.map((_, i) => row * (i + 0.5)));
    expect(height).toBe(17 * row);
    expect(rows.filter(({ heading }) => heading).map(({ station }) => station.number)).toEqual([
      1, 4, 7, 10, 15,
    ]);
  });

  it('rounds corners and wraps titles', () => {
    const corner = [
      { x: 0, y: 0 },
      { x: 100, y: 0 },
      { x: 100, y: 100 },
    ];
    expect(rounded(corner, 10)).toBe('M0 0L90 0Q100 0 100 10L100 100');
    expect(wrapped('Small experts, shared experts', 14)).toEqual([
      'Small experts,',
      'shared experts',
    ]);
    expect(wrapped('Parrots', 14)).toEqual(['Parrots']);
  });
});

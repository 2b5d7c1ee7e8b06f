/** The course as one list: stations that are planned, and chapters that open them. */
import { nearest } from './nearest';

export interface PlannedStation {
  id: string;
  line: number;
  title: string;
  question: string;
  needs: string[];
}

export interface Line {
  number: number;
  name: string;
}

export interface OpenChapter extends PlannedStation {
  number: number;
  minutes: number;
  lede: string;
  summary: string;
}

export interface Station extends PlannedStation {
  number: number;
  /** Where it can be read; none while it is only planned, or hidden. */
  href?: string;
  minutes?: number;
  lede?: string;
  summary?: string;
}

export interface Course {
  lines: (Line & { stations: Station[] })[];
  stations: Station[];
  /** Those that course.config.ts leaves out: names without an address, for what points to them. */
  hidden: Station[];
}

/** Two digits, as everywhere on the site. */
export const twoDigits = (number: number) => String(number).padStart(2, '0');

/**
 * The course in order. Throws a sentence where a chapter's number is not its file's, its line does
 * not exist, two stations share a number, or a station needs one that nobody has planned.
 */
export function assemble(
  lines: Line[],
  planned: PlannedStation[],
  chapters: OpenChapter[],
  hide: string[] = [],
): Course {
  const byId = new Map<string, Station>();
  for (const station of planned) byId.set(station.id, { ...station, number: numberOf(station.id) });
  for (const chapter of chapters) {
    const file = `src/content/chapters/${chapter.id}.mdx`;
    if (chapter.number !== numberOf(chapter.id))
      throw new Error(
        `${file}: number is ${chapter.number}, and the file's name says ${numberOf(chapter.id)}.`,
      );
    byId.set(chapter.id, { ...chapter, href: `/${chapter.id}/` });
  }
  const known = [...byId.keys()];
  const wrong = hide.find((id) => !byId.has(id));
  if (wrong)
    throw new Error(
      `course.config.ts hides the station ${wrong}, which does not exist. ${nearest(wrong, known)}`,
    );
  const stations = [...byId.values()].sort((a, b) => a.number - b.number);
  for (const [i, station] of stations.entries()) {
    const file = station.href
      ? `src/content/chapters/${station.id}.mdx`
      : 'src/content/stations.yaml';
    if (!lines.some((line) => line.number === station.line))
      throw new Error(
        `${file}: station ${station.id} is on line ${station.line}; there are lines ${lines.map((line) => line.number).join(', ')}.`,
      );
    if (stations[i + 1]?.number === station.number)
      throw new Error(
        `Two stations have the number ${station.number}: ${station.id} and ${stations[i + 1].id}.`,
      );
    for (const need of station.needs)
      if (!byId.has(need))
        throw new Error(
          `${file}: station ${station.id} needs ${need}, which is neither written nor planned. ${nearest(need, known)}`,
        );
  }
  const shown = stations.filter((station) => !hide.includes(station.id));
  return {
    lines: lines.map((line) => ({
      ...line,
      stations: shown.filter((station) => station.line === line.number),
    })),
    stations: shown,
    hidden: stations
      .filter((station) => hide.includes(station.id))
      .map(({ href: _, ...station }) => station),
  };
}

const numberOf = (id: string) => Number(id.slice(0, 2));

/** The open stations before and after one. */
export function neighbours(course: Course, id: string): { previous?: Station; next?: Station } {
  const open = course.stations.filter((station) => station.href);
  const at = open.findIndex((station) => station.id === id);
  return { previous: open[at - 1], next: open[at + 1] };
}

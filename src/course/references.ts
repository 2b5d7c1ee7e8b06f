/**
 * What leads from a chapter to somewhere else in the course, as words and an address. A station that
 * is only planned, or that this copy of the course hides, has no address: what points there is words.
 */
import type { ChapterContext } from './chapter';
import { nearest } from './nearest';
import type { Outline } from './outline';
import type { Course, Station } from './stations';

export interface Reference {
  words: string;
  /** None where there is nothing to open. */
  href?: string;
}

type Named = Pick<Station, 'id' | 'number' | 'title' | 'href'>;
type Stations = { [kind in keyof Pick<Course, 'stations' | 'hidden'>]: Named[] };

/**
 * "switch-loss", "05-sparse-gates", "06-collapse-and-balance#switch-loss". Throws a sentence where
 * nothing of that name exists.
 */
export function reference(
  to: string,
  chapter: Pick<ChapterContext, 'file' | 'outline'>,
  { stations, hidden }: Stations,
  outlineOfStation: (id: string) => Outline | undefined,
): Reference {
  const here = chapter.outline.numbered.get(to);
  if (here) return { words: `${here.kind} ${here.number}`, href: `#${to}` };
  const [stationId, anchor] = to.split('#');
  const all = [...stations, ...hidden];
  const station = all.find(({ id }) => id === stationId);
  if (!station)
    throw new Error(
      `${chapter.file}: <Ref to="${to}"> points to nothing in this chapter and to no station. ${nearest(
        to,
        [...chapter.outline.numbered.keys(), ...all.map(({ id }) => id)],
      )}`,
    );
  const name = `station ${String(station.number).padStart(2, '0')}, ${station.title}`;
  if (!anchor) return { words: name, href: station.href };
  const outline = outlineOfStation(stationId);
  if (!outline || (!station.href && !hidden.includes(station)))
    throw new Error(
      `${chapter.file}: <Ref to="${to}"> points into a station that is not written yet.`,
    );
  const there = outline.numbered.get(anchor);
  if (!there)
    throw new Error(
      `${chapter.file}: <Ref to="${to}"> points to nothing in that chapter. ${nearest(anchor, [...outline.numbered.keys()])}`,
    );
  return {
    words: `${there.kind} ${there.number} of ${name}`,
    ...(station.href && { href: `${station.href}#${anchor}` }),
  };
}

/** The station that a Markdown link leads to, if it leads to one; throws where it should and does not. */
export function stationAt(
  href: string,
  file: string,
  { stations, hidden }: Stations,
): Named | undefined {
  const id = href.match(/^\/(\d\d-[a-z0-9-]+)\//)?.[1];
  if (!id) return undefined;
  const all = [...stations, ...hidden];
  const station = all.find((each) => each.id === id);
  if (station) return station;
  throw new Error(
    `${file}: the link to ${href} leads to no station. ${nearest(
      id,
      all.map((each) => each.id),
    )}`,
  );
}

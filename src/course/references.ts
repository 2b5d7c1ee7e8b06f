/** "switch-loss", "05-sparse-gates", "06-collapse-and-balance#switch-loss" → words and an address. */
import type { ChapterContext } from './chapter';
import { nearest } from './nearest';
import type { Outline } from './outline';

export interface ReferableStation {
  id: string;
  number: number;
  title: string;
  href?: string;
}

export interface Reference {
  words: string;
  /** None for a station that is only planned. */
  href?: string;
}

/** Throws a sentence where nothing of that name exists. */
export function reference(
  to: string,
  chapter: Pick<ChapterContext, 'file' | 'outline'>,
  stations: ReferableStation[],
  outlineOfStation: (id: string) => Outline | undefined,
): Reference {
  const here = chapter.outline.numbered.get(to);
  if (here) return { words: `${here.kind} ${here.number}`, href: `#${to}` };
  const [stationId, anchor] = to.split('#');
  const station = stations.find((candidate) => candidate.id === stationId);
  if (!station)
    throw new Error(
      `${chapter.file}: <Ref to="${to}"> points to nothing in this chapter and to no station. ${nearest(
        to,
        [...chapter.outline.numbered.keys(), ...stations.map(({ id }) => id)],
      )}`,
    );
  const name = `station ${String(station.number).padStart(2, '0')}, ${station.title}`;
  if (!anchor) return { words: name, href: station.href };
  const outline = outlineOfStation(stationId);
  if (!outline || !station.href)
    throw new Error(
      `${chapter.file}: <Ref to="${to}"> points into a station that is not written yet.`,
    );
  const there = outline.numbered.get(anchor);
  if (!there)
    throw new Error(
      `${chapter.file}: <Ref to="${to}"> points to nothing in that chapter. ${nearest(anchor, [...outline.numbered.keys()])}`,
    );
  return { words: `${there.kind} ${there.number} of ${name}`, href: `${station.href}#${anchor}` };
}

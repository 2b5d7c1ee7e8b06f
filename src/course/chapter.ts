/** What the components of a chapter share while its page is rendered. */
import type { Numbered, Outline } from './outline';

export interface ChapterContext {
  /** "06-collapse-and-balance" */
  id: string;
  /** "src/content/chapters/06-collapse-and-balance.mdx": errors name it. */
  file: string;
  outline: Outline;
  /** Lines of the map, for colours. */
  line: number;
}

/** The page's context. Author components only stand in chapters. */
export function chapterOf(locals: App.Locals): ChapterContext {
  if (!locals.chapter)
    throw new Error('This component belongs in a chapter under src/content/chapters.');
  return locals.chapter;
}

/** The number of something that the chapter's outline has found. */
export function numberedIn(chapter: ChapterContext, id: string): Numbered {
  const found = chapter.outline.numbered.get(id);
  if (!found)
    throw new Error(
      `${chapter.file}: ${id} could not be numbered. Write its id as a plain attribute, id="${id}".`,
    );
  return found;
}

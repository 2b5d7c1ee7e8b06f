/** The course of this build, read once: what every page draws its navigation from. */
import { getCollection } from 'astro:content';
import config from '../../course.config';
import { assemble, type Course } from './stations';

let course: Promise<Course> | undefined;

export function loadCourse(): Promise<Course> {
  if (import.meta.env.DEV) return read();
  course ??= read();
  return course;
}

async function read(): Promise<Course> {
  const [lines, stations, chapters] = await Promise.all([
    getCollection('lines'),
    getCollection('stations'),
    getCollection('chapters', ({ data }) => data.status === 'open'),
  ]);
  return assemble(
    lines.map(({ data }) => data).sort((a, b) => a.number - b.number),
    stations.map(({ data }) => data),
    chapters.map(({ id, data }) => ({ ...data, id })),
    config.hide,
  );
}

/**
 * The style sheets of a page that holds labs, in the order they are linked: what every lab has,
 * then what the views of these need. In the head, so that no figure is seen without.
 */
import { nearest } from '../../course/nearest';
import { loadLab } from '../../lab/labs';
import common from './lab.css?url';

const addresses = import.meta.glob<string>('../../views/**/*.css', {
  query: '?url',
  import: 'default',
  eager: true,
});

/** A style file's name as views say it ("marks/sign") → its address. */
const beside = Object.fromEntries(
  Object.entries(addresses).map(([path, address]) => [
    path.slice('../../views/'.length, -'.css'.length),
    address,
  ]),
);

/** Throws a sentence where a view asks for a file that is not there. */
export async function stylesOf(names: readonly string[]): Promise<string[]> {
  if (!names.length) return [];
  const labs = await Promise.all([...new Set(names)].map(loadLab));
  const own = labs
    .flatMap((lab) => lab.views)
    .flatMap(({ view }) => (view.styles ?? []).map((style) => addressOf(style, view.name)));
  return [...new Set([common, ...own])];
}

function addressOf(style: string, view: string): string {
  if (beside[style]) return beside[style];
  throw new Error(
    `The view ${view} needs the styles ${style}, and there is no src/views/${style}.css. ${nearest(style, Object.keys(beside))}`,
  );
}

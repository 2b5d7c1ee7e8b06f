/**
 * The style sheets of a page that holds labs, in the order they are linked: what every lab has,
 * then what the views and inputs of these need. In the head, so that no figure is seen without.
 */
import { nearest } from '../../course/nearest';
import { loadLab } from '../../lab/labs';
import inputs from '../inputs/inputs.css?url';
import common from './lab.css?url';
import { takesOf } from './prepare';

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
  const takes = (await Promise.all(labs.map(takesOf))).flatMap((each) => Object.values(each ?? {}));
  const written = takes.some((kind) => kind !== 'model');
  return [...new Set([common, ...(written ? [inputs] : []), ...own])];
}

function addressOf(style: string, view: string): string {
  if (beside[style]) return beside[style];
  throw new Error(
    `The view ${view} needs the styles ${style}, and there is no src/views/${style}.css. ${nearest(style, Object.keys(beside))}`,
  );
}

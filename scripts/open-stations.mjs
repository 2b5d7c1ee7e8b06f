/**
 * `npm run contents` writes into the README how much of the course is open, from the chapters' front
 * matter and the list of stations. A test makes it again and compares.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';

const root = fileURLToPath(new URL('..', import.meta.url));
const content = join(root, 'src/content');
export const readme = join(root, 'README.md');

/** The README with what is open now. */
export function withOpenStations(text) {
  const between = /(<!-- open stations -->\n)[\s\S]*?(<!-- end of open stations -->)/;
  if (!between.test(text)) throw new Error('README.md has no place for the open stations.');
  return text.replace(between, `$1\n${openStations()}\n\n$2`);
}

function openStations() {
  const { stations } = load(readFileSync(join(content, 'stations.yaml'), 'utf8'));
  const folder = join(content, 'chapters');
  const open = readdirSync(folder)
    .filter((name) => name.endsWith('.mdx'))
    .toSorted()
    .map((name) => [name.slice(0, 2), frontMatter(readFileSync(join(folder, name), 'utf8'))])
    .filter(([, { status = 'open' }]) => status === 'open')
    .map(([number, { title }]) => `${number} ${title}`);
  const which = open.length === stations.length ? 'All' : `${open.length} of`;
  return `${which} ${stations.length} stations are open: ${open.join(', ')}.`;
}

const frontMatter = (text) => load(/^---\n([\s\S]*?)\n---/.exec(text)[1]);

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(readme, withOpenStations(readFileSync(readme, 'utf8')));

/** After the build: the search index over every page that marks its text (data-pagefind-body). */
import * as pagefind from 'pagefind';

const { index } = await pagefind.createIndex({ forceLanguage: 'en' });
const { page_count, errors } = await index.addDirectory({ path: 'dist' });
const written = await index.writeFiles({ outputPath: 'dist/pagefind' });
await pagefind.close();
const problems = [...errors, ...written.errors];
if (problems.length || page_count === 0) {
  console.error(problems.join('\n') || 'No page was indexed: does dist hold the built site?');
  process.exit(1);
}
console.log(`search: ${page_count} pages indexed`);

/**
 * `npm run contents`: writes src/model/README.md, the table of contents of the model library, from
 * its door (src/model/index.ts) and the doc comments of what it exports. A test makes it again and
 * compares.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { library } from './library.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const example = join(root, 'test/model/example.ts');
export const target = join(root, 'src/model/README.md');

/** What the README says. */
export function contents() {
  const parts = library(root).map(
    ({ title, words, entries }) => `## ${title}

${words}

| name | what it is | source |
| --- | --- | --- |
${entries.map(row).join('\n')}`,
  );
  return `# The model library

Everything that the course's models are made of, on TensorFlow.js: plain functions over plain records of tensors, each with its source and equation beside it. Import it by name:

\`\`\`ts
${readFileSync(example, 'utf8')
  .replace(/^export /gm, '')
  .trim()}
\`\`\`

A member (router, balancer, optimizer, task) is one file, whose default export is an object with a name, a label and a source (a key of \`src/content/sources.bib\`); \`types.ts\` is their contract. A layer or a network is a file of functions: \`init\` makes parameters, \`forward\` computes, \`refusal\` says in a sentence what cannot be. Where a backend has a kernel, it is used; the text in the file is the definition (\`tf.fused\`).

This page is made by \`npm run contents\` from \`index.ts\` and the doc comments.

${parts.join('\n\n')}
`;
}

function row({ name, words, sources, parts, file }) {
  const path = relative(dirname(target), join(root, file)).replaceAll('\\', '/');
  // Of TensorFlow.js there are hundreds.
  const members = file.endsWith('tf.ts') ? [] : parts;
  const inside = members.map((member) => `\`${member.name}\``).join(', ');
  const said = words.replaceAll('|', '\\|');
  return `| [\`${name}\`](${path}) | ${said}${inside ? `<br>${inside}` : ''} | ${sources.join(', ')} |`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, contents());

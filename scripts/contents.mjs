/**
 * `npm run contents`: writes src/model/README.md, the table of contents of the model library, from
 * its door (src/model/index.ts) and the doc comments of what it exports. A test makes it again and
 * compares.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const door = join(root, 'src/model/index.ts');
const bibliography = join(root, 'src/content/sources.bib');
const example = join(root, 'test/model/example.ts');
export const target = join(root, 'src/model/README.md');

/**
 * Sections of the door. Entries without a doc comment have no words; `members` are the functions
 * of a namespace.
 * @returns {{ title: string, words: string, entries: { name: string, words?: string,
 *   sources: string[], members: string[], file: string }[] }[]}
 */
export function sections() {
  const found = [];
  const text = readFileSync(door, 'utf8');
  const source = parsed(door);
  const headings = [...text.matchAll(/^\/\/ ## (.+)\n\/\/ (.+)$/gm)].map((match) => ({
    at: match.index,
    title: match[1],
    words: match[2],
    entries: [],
  }));
  for (const statement of source.statements) {
    if (!ts.isExportDeclaration(statement) || statement.isTypeOnly) continue;
    const section = headings.findLast(({ at }) => at <= statement.getStart(source));
    if (!section) throw new Error(`src/model/index.ts exports something before its first heading.`);
    const file = resolved(door, statement.moduleSpecifier.text);
    const { exportClause } = statement;
    if (ts.isNamespaceExport(exportClause))
      section.entries.push({
        name: exportClause.name.text,
        ...saidIn(headOf(file)),
        // Of TensorFlow.js there are hundreds.
        members: file.endsWith('tf.ts') ? [] : functionsOf(file),
        file,
      });
    else
      for (const { name, propertyName } of exportClause.elements)
        section.entries.push({
          name: name.text,
          ...saidIn(docOf(file, (propertyName ?? name).text)),
          members: [],
          file,
        });
    if (!found.includes(section)) found.push(section);
  }
  return found;
}

/** What the README says. */
export function contents() {
  const parts = sections().map(
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

function row({ name, words, sources, members, file }) {
  const path = relative(dirname(target), file).replaceAll('\\', '/');
  const inside = members.map((member) => `\`${member}\``).join(', ');
  const said = (words ?? '').replaceAll('|', '\\|');
  return `| [\`${name}\`](${path}) | ${said}${inside ? `<br>${inside}` : ''} | ${sources.join(', ')} |`;
}

const sources = new Map();

function parsed(file) {
  if (!sources.has(file)) {
    const text = readFileSync(file, 'utf8');
    sources.set(file, ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  }
  return sources.get(file);
}

function resolved(from, name) {
  const path = join(dirname(from), name);
  const found = [`${path}.ts`, join(path, 'index.ts')].find(existsSync);
  if (!found) throw new Error(`src/model/index.ts exports from ${name}, which does not exist.`);
  return found;
}

/** A file's first doc comment, if it begins with one. */
const headOf = (file) => readFileSync(file, 'utf8').match(/^\/\*\*[\s\S]*?\*\//)?.[0];

/** The doc comment of a name that a file exports. */
function docOf(file, name) {
  const source = parsed(file);
  const comment = (node) =>
    ts
      .getJSDocCommentsAndTags(node)
      .find((part) => ts.isJSDoc(part))
      ?.getText(source);
  if (name === 'default') {
    const assigned = source.statements.find(ts.isExportAssignment);
    if (!assigned) throw new Error(`${file} has no default export.`);
    const { expression } = assigned;
    const made = ts.isCallExpression(expression) && expression.expression.getText(source);
    return comment(assigned) ?? (made ? docOf(file, made) : undefined);
  }
  const declared = declarations(source).find((one) => one.name === name);
  if (!declared) throw new Error(`${file} declares no ${name}.`);
  return comment(declared.node);
}

/** Name and node of what a file declares at its top. */
const declarations = (source) =>
  source.statements.flatMap((node) =>
    ts.isVariableStatement(node)
      ? node.declarationList.declarations.map(({ name, initializer }) => ({
          name: name.getText(source),
          node,
          callable: isCallable(initializer),
        }))
      : [{ name: node.name?.text, node, callable: ts.isFunctionDeclaration(node) }],
  );

/** A function, or one that is joined to a kernel. */
const isCallable = (value) =>
  value !== undefined &&
  (ts.isArrowFunction(value) ||
    (ts.isCallExpression(value) && /^(tf\.fused|chosenOnly)/.test(value.getText())));

const functionsOf = (file) =>
  declarations(parsed(file))
    .filter(
      ({ node, callable }) =>
        callable && node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword),
    )
    .map(({ name }) => name);

const keys = new Set(
  [...readFileSync(bibliography, 'utf8').matchAll(/^@\w+\{([^,\s]+),/gm)].map(([, key]) => key),
);

/** Keys of the bibliography that a comment names, each once. */
const sourcesIn = (comment = '') =>
  [...new Set(comment.match(/\b[a-z]+\w*\b/g))].filter((word) => keys.has(word));

const saidIn = (comment) => ({ words: firstSentence(comment), sources: sourcesIn(comment) });

/** A comment's first sentence, as one line. */
function firstSentence(comment) {
  if (!comment) return undefined;
  const lines = comment
    .replace(/^\/\*\*|\*\/$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, '').trim());
  const [paragraph] = lines.join('\n').trim().split('\n\n');
  const words = paragraph.replaceAll('\n', ' ');
  // The full stop of "eq. 4" ends no sentence.
  return words.match(/^.*?(?<!\b(?:eq|fig|no))\.(?=\s|$)/)?.[0] ?? words;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, contents());

/** Lines of a source file, found by the name they declare, so that prose and code cannot drift apart. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { nearest } from './nearest';

export interface Quote {
  code: string;
  /** Line of the file where the quote starts, counted from 1. */
  firstLine: number;
  /** Characters of the file that it takes, whole lines, and the spaces before the first. */
  start: number;
  end: number;
  indent: number;
}

interface Request {
  file: string;
  name: string;
  /** With the doc comment above it. */
  comment?: boolean;
  /** First and last line to keep of the quote, counted from 1. */
  lines?: [number, number];
}

/** Throws a sentence where the file, the name or the lines do not exist. */
export function quote(
  { file, name, comment = true, lines }: Request,
  chapter: string,
  root = process.cwd(),
): Quote {
  const path = join(root, file);
  if (!existsSync(path))
    throw new Error(`${chapter}: there is no file ${file} to quote (paths start at the project).`);
  const text = readFileSync(path, 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const declared = declarations(source);
  const node = declared.get(name);
  if (!node)
    throw new Error(
      `${chapter}: ${file} declares nothing called ${name}. ${nearest(name, [...declared.keys()])}`,
    );
  const all = wholeLines(source, node, comment);
  if (!lines) return all;
  const rows = all.code.split('\n');
  const [first, last] = lines;
  if (first < 1 || last > rows.length || first > last)
    throw new Error(
      `${chapter}: ${name} in ${file} has lines 1 to ${rows.length}; ${first} to ${last} were asked for.`,
    );
  return {
    ...all,
    code: dedent(rows.slice(first - 1, last).join('\n')),
    firstLine: all.firstLine + first - 1,
  };
}

/** Name → node: top-level declarations, "default", and "x.member" for members of objects and classes. */
function declarations(source: ts.SourceFile): Map<string, ts.Node> {
  const found = new Map<string, ts.Node>();
  const members = (name: string, value: ts.Node | undefined) => {
    const object = value && unwrapped(value);
    if (!object) return;
    if (ts.isObjectLiteralExpression(object))
      for (const property of object.properties)
        if (property.name) found.set(`${name}.${property.name.getText(source)}`, property);
    if (ts.isClassDeclaration(object))
      for (const member of object.members)
        if (member.name) found.set(`${name}.${member.name.getText(source)}`, member);
    // A default export that only names a constant has that constant's members.
    if (ts.isIdentifier(object))
      for (const [key, node] of [...found])
        if (key.startsWith(`${object.text}.`))
          found.set(name + key.slice(object.text.length), node);
  };
  for (const statement of source.statements) {
    if (ts.isVariableStatement(statement)) {
      const [only, ...others] = statement.declarationList.declarations;
      for (const each of [only, ...others]) {
        found.set(each.name.getText(source), others.length ? each : statement);
        members(each.name.getText(source), each.initializer);
      }
    } else if (ts.isExportAssignment(statement)) {
      found.set('default', statement);
      members('default', statement.expression);
    } else {
      const { name } = statement as ts.FunctionDeclaration;
      if (name) found.set(name.text, statement);
      if (isDefault(statement)) found.set('default', statement);
      if (ts.isClassDeclaration(statement)) members(name?.text ?? 'default', statement);
    }
  }
  return found;
}

const isDefault = (node: ts.Node) =>
  ts.canHaveModifiers(node) &&
  !!ts.getModifiers(node)?.some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword);

function unwrapped(node: ts.Node): ts.Node {
  if (
    ts.isSatisfiesExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isParenthesizedExpression(node)
  )
    return unwrapped(node.expression);
  return node;
}

/** Whole lines, so that the indentation can be taken off; a member's closing comma goes. */
function wholeLines(source: ts.SourceFile, node: ts.Node, comment: boolean): Quote {
  const text = source.text;
  const docs = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const start = comment && docs.length ? docs.at(-1)!.pos : node.getStart(source);
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  return {
    code: dedent(text.slice(lineStart, node.end)),
    start: lineStart,
    end: node.end,
    indent: text.slice(lineStart).search(/[^ ]/),
    firstLine: source.getLineAndCharacterOfPosition(start).line + 1,
  };
}

function dedent(code: string): string {
  const rows = code.split('\n');
  const indents = rows.filter((row) => row.trim()).map((row) => row.match(/^ */)![0].length);
  const least = Math.min(...indents);
  return rows.map((row) => row.slice(least)).join('\n');
}

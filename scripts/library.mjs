/**
 * What the library's door (src/model/index.ts) exports, with what its doc comments say and what
 * the type checker makes of it: for src/model/README.md, for /library/ and for the editor.
 */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

const doorPath = 'src/model/index.ts';

/**
 * @typedef {{ name: string, text: string }} Signature
 * @typedef {{ name: string, words: string, doc: string, signatures: Signature[] }} Part
 * @typedef {{
 *   name: string, words: string, doc: string, sources: string[],
 *   file: string, line: number, contract?: string, signatures: Signature[],
 *   parts: Part[], others: Signature[], text?: string,
 * }} Entry `words` is the first sentence of `doc`; `contract` what a member is ("Router");
 *   `parts` the functions of a namespace, `others` those of its that are a package's; `text` the
 *   declaration of a type
 * @typedef {{ title: string, slug: string, words: string, entries: Entry[] }} Section
 * @typedef {Record<string, string | Pick<Part, 'name' | 'words' | 'doc' | 'signatures'>>} Scope
 *   names of a file: what it declares or imports, or the door's name of that
 */

/** @type {Map<string, { sections: Section[], scopes: Record<string, Scope> }>} */
const read = new Map();

/**
 * The sections of the door, in its order. Read once, since a type checker takes seconds.
 * @returns {Section[]}
 */
export function library(root = process.cwd()) {
  return once(root).sections;
}

/**
 * Of each file whose declarations a cell may edit, the names that stand at hand there.
 * @returns {Record<string, Scope>}
 */
export function scopes(root = process.cwd()) {
  return once(root).scopes;
}

function once(root) {
  const known = read.get(root) ?? all(root);
  read.set(root, known);
  return known;
}

const editable = /^src\/model\/(routers|balancing|optimizers|tasks|experts|layers)\/[^/]+\.ts$/;

/** @returns {{ sections: Section[], scopes: Record<string, Scope> }} */
function all(root) {
  const door = join(root, doorPath);
  const program = ts.createProgram([door], {
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    types: [],
  });
  const source = program.getSourceFile(door);
  if (!source) throw new Error(`${doorPath} cannot be read.`);
  const reader = new Reader(root, program);
  /** @type {(Section & { at: number })[]} */
  const found = [...source.text.matchAll(/^\/\/ ## (.+)\n\/\/ (.+)$/gm)].map((match) => ({
    at: match.index,
    title: match[1],
    slug: match[1].toLowerCase().replaceAll(/\W+/g, '-'),
    words: match[2],
    entries: [],
  }));
  for (const statement of source.statements) {
    if (!ts.isExportDeclaration(statement)) continue;
    const section = found.findLast(({ at }) => at <= statement.getStart(source));
    if (!section) throw new Error(`${doorPath} exports something before its first heading.`);
    const { exportClause } = statement;
    const names = ts.isNamespaceExport(exportClause) ? [exportClause] : exportClause.elements;
    for (const name of names) section.entries.push(reader.entry(name.name));
  }
  const files = program
    .getSourceFiles()
    .map((file) => [relative(root, file.fileName).replaceAll('\\', '/'), file])
    .filter(([path]) => editable.test(path));
  return {
    sections: found.map(({ at: _, ...section }) => section),
    scopes: Object.fromEntries(files.map(([path, file]) => [path, reader.scope(file)])),
  };
}

/** Of contracts, what a member must be assignable to, the most demanding first. */
const contracts = ['Router', 'Task', 'Optimizer', 'Balancer'];

class Reader {
  constructor(root, program) {
    this.root = root;
    this.checker = program.getTypeChecker();
    const types = this.checker.getSymbolAtLocation(
      program.getSourceFile(join(root, 'src/model/types.ts')),
    );
    this.contracts = new Map(
      this.checker
        .getExportsOfModule(types)
        .filter(({ name }) => contracts.includes(name))
        .map((symbol) => [symbol.name, this.checker.getDeclaredTypeOfSymbol(symbol)]),
    );
    const bibliography = readFileSync(join(root, 'src/content/sources.bib'), 'utf8');
    this.keys = new Set([...bibliography.matchAll(/^@\w+\{([^,\s]+),/gm)].map(([, key]) => key));
  }

  /** Names of the door by what they are, filled as entries are read. */
  doors = new Map();

  /** @returns {Scope} */
  scope(source) {
    const declared = source.statements.flatMap((statement) => {
      if (ts.isFunctionDeclaration(statement)) return statement.name ? [statement.name] : [];
      if (ts.isVariableStatement(statement))
        return statement.declarationList.declarations.map(({ name }) => name);
      const clause = ts.isImportDeclaration(statement) && statement.importClause;
      if (!clause || clause.isTypeOnly) return [];
      const { name, namedBindings: named } = clause;
      if (named && ts.isNamespaceImport(named)) return [named.name];
      const each = named ? named.elements.filter(({ isTypeOnly }) => !isTypeOnly) : [];
      return [...(name ? [name] : []), ...each.map((element) => element.name)];
    });
    const names = declared.filter(ts.isIdentifier).flatMap((identifier) => {
      const symbol = this.real(this.checker.getSymbolAtLocation(identifier));
      if (!(symbol.flags & ts.SymbolFlags.Value)) return [];
      const door = this.doors.get(symbol);
      if (door) return [[identifier.text, door]];
      const [declaration] = symbol.declarations;
      const doc = ts.isSourceFile(declaration) ? headOf(declaration) : commentOf(symbol);
      const type = this.checker.getTypeOfSymbol(symbol);
      const signatures = type
        .getCallSignatures()
        .map((signature) => this.written(identifier.text, signature));
      return [
        [identifier.text, { name: identifier.text, doc, words: firstSentence(doc), signatures }],
      ];
    });
    return Object.fromEntries(names);
  }

  /** @returns {Entry} */
  entry(identifier) {
    const { checker } = this;
    const name = identifier.text;
    const symbol = this.real(checker.getSymbolAtLocation(identifier));
    const declaration = symbol.declarations?.[0];
    if (!declaration) throw new Error(`${doorPath} exports ${name}, which does not exist.`);
    this.doors.set(symbol, name);
    const source = declaration.getSourceFile();
    const namespace = ts.isSourceFile(declaration);
    const doc = namespace ? headOf(source) : this.docOf(symbol);
    const isType = !(symbol.flags & ts.SymbolFlags.Value);
    const type = isType || namespace ? undefined : checker.getTypeOfSymbol(symbol);
    const contract = type && this.contractOf(type);
    return {
      name,
      doc,
      words: firstSentence(doc),
      sources: this.sourcesIn(doc),
      file: relative(this.root, source.fileName).replaceAll('\\', '/'),
      line: namespace
        ? 1
        : source.getLineAndCharacterOfPosition(declaration.getStart(source)).line + 1,
      ...(contract && { contract }),
      signatures: type ? this.signaturesOf(name, type, contract) : [],
      parts: namespace ? this.partsOf(symbol, source) : [],
      others: namespace ? this.othersOf(symbol) : [],
      ...(isType && { text: declaration.getText(source).replace(/^export /, '') }),
    };
  }

  real(symbol) {
    return symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }

  /** A comment's text; of a default export that something makes, what is said of its maker. */
  docOf(symbol) {
    const comment = commentOf(symbol);
    const [declaration] = symbol.declarations;
    if (comment || !ts.isExportAssignment(declaration)) return comment;
    const { expression } = declaration;
    if (!ts.isCallExpression(expression)) return comment;
    return commentOf(this.real(this.checker.getSymbolAtLocation(expression.expression)));
  }

  contractOf(type) {
    return contracts.find((name) => {
      const contract = this.contracts.get(name);
      return (
        contract &&
        type.getProperty('label') &&
        type.getProperty('name') &&
        this.checker.isTypeAssignableTo(type, contract)
      );
    });
  }

  /** A function's own, or those of an object that has functions. */
  signaturesOf(name, type, contract) {
    const own = type.getCallSignatures();
    if (own.length) return own.map((signature) => this.written(name, signature));
    if (!contract && !type.getProperty('get')) return [];
    const promised = contract && this.contracts.get(contract);
    return type.getProperties().flatMap((property) => {
      const [signature] = this.checker
        .getNonNullableType(this.checker.getTypeOfSymbol(property))
        .getCallSignatures();
      if (!signature) return [];
      const like = promised?.getProperty(property.name);
      const [general] = like
        ? this.checker.getNonNullableType(this.checker.getTypeOfSymbol(like)).getCallSignatures()
        : [];
      return [this.written(property.name, signature, general)];
    });
  }

  /** `general` is what a contract says of it: names, and shorter what comes back. */
  written(name, signature, general) {
    const { checker } = this;
    const returns = (general ?? signature).getReturnType();
    const names = (general ?? signature).getParameters().map((parameter) => parameter.name);
    const words = (type, at) =>
      checker
        .typeToString(type, at, ts.TypeFormatFlags.NoTruncation)
        .replaceAll(/\btf\.|import\("[^"]*"\)\./g, '');
    const parameters = signature.getParameters().flatMap((parameter) => {
      const at = parameter.valueDeclaration;
      const type = checker.getTypeOfSymbol(parameter);
      // A function that is joined to a kernel has the parameters of its definition.
      if (at?.dotDotDotToken && checker.isTupleType(type))
        return checker
          .getTypeArguments(type)
          .map((each, i) =>
            this.parameter(type.target.labeledElementDeclarations?.[i], each, words, names[i]),
          );
      return [this.parameter(at, type, words, parameter.name)];
    });
    const contract = this.contractOf(returns);
    const back = contract ?? words(returns);
    const line = `${name}(${parameters.join(', ')}): ${back}`;
    const text =
      line.length <= 76
        ? line
        : `${name}(\n${parameters.map((each) => `  ${each},\n`).join('')}): ${back}`;
    return { name, text };
  }

  /** "topK: number", "{ x, params }: RouterInput", "...parts: Part[]". */
  parameter(at, type, words, name) {
    const rest = at?.dotDotDotToken ? '...' : '';
    const optional = at?.questionToken || at?.initializer ? '?' : '';
    const said = at?.type?.getText().replaceAll(/\s+/g, ' ').replaceAll('tf.', '');
    const kind = (said ?? words(type, at)).replace(/ \| undefined$/, '');
    return `${rest}${nameOf(at, name)}${optional}: ${kind}`;
  }

  /** The functions that a file exports; of the door to TensorFlow.js, those of our own. */
  partsOf(symbol, source) {
    return this.checker
      .getExportsOfModule(symbol)
      .map((each) => [each.name, this.real(each)])
      .filter(([, { flags, declarations }]) => {
        const file = declarations?.[0].getSourceFile().fileName ?? '';
        return flags & ts.SymbolFlags.Value && file.startsWith(join(this.root, 'src/'));
      })
      .flatMap(([name, each]) => {
        const signatures = this.checker
          .getTypeOfSymbol(each)
          .getCallSignatures()
          .map((signature) => this.written(name, signature));
        if (!signatures.length) return [];
        const doc = commentOf(each);
        const order =
          each.declarations[0].getSourceFile() === source ? each.declarations[0].pos : 0;
        return [{ name, doc, words: firstSentence(doc), signatures, order }];
      })
      .sort((a, b) => a.order - b.order)
      .map(({ order: _, ...part }) => part);
  }

  /** Ops of TensorFlow.js that a file hands on. */
  othersOf(symbol) {
    return this.checker
      .getExportsOfModule(symbol)
      .map((each) => [each.name, this.real(each)])
      .filter(([, { declarations }]) =>
        /tfjs-core\/dist\/(ops|globals|gradients)/.test(
          declarations?.[0].getSourceFile().fileName ?? '',
        ),
      )
      .flatMap(([name, each]) => {
        const [signature] = this.checker.getTypeOfSymbol(each).getCallSignatures();
        return signature ? [this.written(name, signature)] : [];
      });
  }

  /** Keys of the bibliography that a comment names, each once. */
  sourcesIn(comment) {
    return [...new Set(comment.match(/\b[a-z]+\w*\b/g))].filter((word) => this.keys.has(word));
  }
}

/** What is taken apart where it is handed in has no name of its own: those of its parts. */
function nameOf(at, name) {
  if (!at || ts.isIdentifier(at.name)) return at?.name.text ?? name ?? 'input';
  const parts = at.name.elements.map((element) =>
    ts.isOmittedExpression(element)
      ? ''
      : `${element.dotDotDotToken ? '...' : ''}${(element.propertyName ?? element.name).getText()}`,
  );
  return ts.isArrayBindingPattern(at.name) ? `[${parts.join(', ')}]` : `{ ${parts.join(', ')} }`;
}

/** A file's first doc comment, if it begins with one. */
const headOf = (source) => plain(source.text.match(/^\/\*\*[\s\S]*?\*\//)?.[0]);

/** The doc comment above a declaration. */
function commentOf(symbol) {
  for (const declaration of symbol.declarations ?? []) {
    const comment = ts
      .getJSDocCommentsAndTags(declaration)
      .find((part) => ts.isJSDoc(part))
      ?.getText();
    if (comment) return plain(comment);
  }
  return '';
}

/** A comment's words, without its stars. */
const plain = (comment = '') =>
  comment
    .replace(/^\/\*\*|\*\/$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, '').trimEnd())
    .join('\n')
    .trim();

/** Up to the first full stop that ends a sentence, as one line. */
function firstSentence(doc) {
  const [paragraph] = doc.split('\n\n');
  const words = paragraph.replaceAll('\n', ' ');
  // The full stop of "eq. 4" ends no sentence.
  return words.match(/^.*?(?<!\b(?:eq|fig|no))\.(?=\s|$)/)?.[0] ?? words;
}

/**
 * A WGSL program taken apart, as far as it takes to put several into one: its declarations, what it
 * binds, its entry point. What is not understood is refused, and the command stays as it is.
 */

/** A program that cannot stand in one with others, and why. */
export class Unfusable extends Error {}

export interface Binding {
  name: string;
  /** `uniform`, or what a storage buffer is bound for. */
  access: 'uniform' | 'read' | 'read_write';
  type: string;
}

export interface Entry {
  name: string;
  /** Built-in values that it takes, in order. */
  builtins: string[];
  size: [number, number, number];
}

export interface Module {
  /** By binding number. */
  bindings: Binding[];
  entry: Entry;
  /** Everything but bindings and attributes of the entry point, as tokens. */
  declarations: string[][];
  /** Names that the module declares, those of its bindings among them. */
  names: Set<string>;
  /** True if its invocations wait for each other. */
  waits: boolean;
  /** Bytes of a workgroup's shared memory. */
  shared: number;
  /** Bindings of which an invocation touches only its own numbers, and how many those are. */
  own?: { width: number; names: Set<string> };
}

const pattern =
  /[A-Za-z_]\w*|0[xX][0-9a-fA-F]+[iu]?|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fhiu]?|->|==|!=|<=|>=|&&|\|\||\+\+|--|<<=|>>=|<<|>>|[-+*/%&|^]=|\S/g;

/** Comments go; whatever else there is comes in order. */
export const tokensOf = (code: string): string[] =>
  code
    .replace(/\/\*[\s\S]*?\*\//g, ' ')
    .replace(/\/\/[^\n]*/g, ' ')
    .match(pattern) ?? [];

const isName = (token: string | undefined) => token !== undefined && /^[A-Za-z_]/.test(token);

/** Throws Unfusable where the program uses what is not understood. */
export function parse(code: string): Module {
  const tokens = tokensOf(code);
  const bindings: Binding[] = [];
  const declarations: string[][] = [];
  const names = new Set<string>();
  let entry: Entry | undefined;
  let shared = 0;
  let at = 0;
  while (at < tokens.length) {
    if (tokens[at] === ';') {
      at++;
      continue;
    }
    const attributes: string[][] = [];
    while (tokens[at] === '@') {
      const end = tokens[at + 2] === '(' ? closing(tokens, at + 2) + 1 : at + 2;
      attributes.push(tokens.slice(at + 1, end));
      at = end;
    }
    const end = endOf(tokens, at);
    const declared = tokens.slice(at, end);
    at = end;
    const name = nameOf(declared);
    names.add(name);
    const binding = attributes.find(([what]) => what === 'binding');
    if (binding) {
      bindings[Number(binding[2])] = bindingOf(name, declared);
      continue;
    }
    if (attributes.some(([what]) => what === 'compute')) {
      if (entry) throw new Unfusable('It has two entry points.');
      const size = attributes.find(([what]) => what === 'workgroup_size')!.slice(2, -1);
      entry = entryOf(name, declared, size);
      declarations.push(declared.filter((_, i) => !inAttribute(declared, i)));
      continue;
    }
    if (declared[0] === 'var' && declared[2] === 'workgroup') shared += bytesOf(declared);
    declarations.push(declared);
  }
  if (!entry) throw new Unfusable('It has no entry point.');
  for (const word of ['arrayLength', 'override', 'ptr', 'atomic'])
    if (tokens.includes(word)) throw new Unfusable(`It uses ${word}.`);
  const waits =
    shared > 0 || tokens.some((token) => /Barrier$|^workgroupUniformLoad$|^subgroup/.test(token));
  return { bindings, entry, declarations, names, waits, shared, own: ownOf(code) };
}

/**
 * A program of ours may say `// own 4: y`: the invocation i, counted over all workgroups, touches of
 * y only the numbers from 4 · i on, four of them.
 */
function ownOf(code: string): Module['own'] {
  const [, width, names] = /\/\/ own (\d+): ([\w ]+)/.exec(code) ?? [];
  return width ? { width: Number(width), names: new Set(names.split(' ')) } : undefined;
}

/** The declaration with `rename` applied to every name that is not a member's. */
export function renamed(declared: string[], rename: (name: string) => string): string[] {
  const isStruct = declared[0] === 'struct';
  return declared.map((token, i) => {
    if (!isName(token) || declared[i - 1] === '.') return token;
    // A member's own name, before its type.
    if (isStruct && i > 1 && declared[i + 1] === ':') return token;
    return rename(token);
  });
}

/** The index of the bracket that closes the one at `at`. */
export function closing(tokens: string[], at: number): number {
  const close = { '(': ')', '[': ']', '{': '}' }[tokens[at]];
  let depth = 0;
  for (let i = at; i < tokens.length; i++) {
    if (tokens[i] === tokens[at]) depth++;
    else if (tokens[i] === close && --depth === 0) return i;
  }
  throw new Unfusable('A bracket is not closed.');
}

/** Where the declaration that begins at `at` ends. */
function endOf(tokens: string[], at: number): number {
  switch (tokens[at]) {
    case 'struct':
    case 'fn': {
      let brace = at;
      while (tokens[brace] !== '{') {
        if (brace >= tokens.length) throw new Unfusable('A declaration has no body.');
        brace++;
      }
      return closing(tokens, brace) + 1;
    }
    case 'var':
    case 'const':
    case 'alias': {
      const end = tokens.indexOf(';', at);
      if (end < 0) throw new Unfusable('A declaration does not end.');
      return end + 1;
    }
    default:
      throw new Unfusable(`It declares something by ${tokens[at]}.`);
  }
}

function nameOf(declared: string[]): string {
  if (declared[0] !== 'var' || declared[1] !== '<') return declared[1];
  return declared[declared.indexOf('>') + 1];
}

function bindingOf(name: string, declared: string[]): Binding {
  const end = declared.indexOf('>');
  const [space, , access = 'read'] = declared.slice(2, end);
  const type = declared.slice(end + 3, -1).join('');
  if (space === 'uniform') return { name, access: 'uniform', type };
  if (space !== 'storage' || (access !== 'read' && access !== 'read_write'))
    throw new Unfusable(`It binds ${name} as ${space}.`);
  return { name, access, type };
}

const known = new Set([
  'workgroup_id',
  'local_invocation_id',
  'local_invocation_index',
  'global_invocation_id',
  'num_workgroups',
]);

function entryOf(name: string, declared: string[], size: string[]): Entry {
  const open = declared.indexOf('(');
  const params = declared.slice(open, closing(declared, open));
  const builtins = params.flatMap((token, i) => (token === 'builtin' ? [params[i + 2]] : []));
  for (const builtin of builtins)
    if (!known.has(builtin)) throw new Unfusable(`It takes ${builtin}.`);
  const [x, y = 1, z = 1] = size.filter((token) => token !== ',').map(parseInt10);
  if (![x, y, z].every(Number.isInteger))
    throw new Unfusable('The size of its workgroups is no number.');
  return { name, builtins, size: [x, y, z] };
}

const parseInt10 = (token: string) => (/^\d+[iu]?$/.test(token) ? parseInt(token, 10) : Number.NaN);

/** `@builtin(…)` before a parameter. */
function inAttribute(declared: string[], i: number): boolean {
  const from = Math.max(0, i - 4);
  for (let at = from; at <= i; at++)
    if (declared[at] === '@')
      return i <= (declared[at + 2] === '(' ? closing(declared, at + 2) : at + 1);
  return false;
}

const sizes: Record<string, number> = { f32: 4, i32: 4, u32: 4, vec2f: 8, vec4f: 16 };

/** Of `var<workgroup> name : array<type, length>`. */
function bytesOf(declared: string[]): number {
  const type = declared.slice(declared.indexOf(':') + 1, -1).join('');
  const [, element, length] = /^array<(\w+),(\d+)u?>$/.exec(type) ?? [];
  const bytes = sizes[element ?? type] * Number(length ?? 1);
  if (!bytes) throw new Unfusable(`It shares a ${type}.`);
  return bytes;
}

/** What an array's type holds, under one name. */
export function elementOf({ type, name }: Binding): string {
  const [, element] = /^array<(.+?)(?:,\w+)?>$/.exec(type) ?? [];
  if (!element) throw new Unfusable(`It binds ${name} as ${type}.`);
  return element.replace(/^vec([234])<f32>$/, 'vec$1f');
}

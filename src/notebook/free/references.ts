/** Scopes of a program: what it declares at its top, and what it reads without declaring it. */

/** A node of the tree that acorn makes (ESTree). */
export interface Node {
  type: string;
  start: number;
  end: number;
  [part: string]: unknown;
}

interface Scope {
  names: Set<string>;
  /** Where `var` goes. */
  isFunction: boolean;
  above?: Scope;
}

export function references(program: Node): { declared: Set<string>; free: Set<string> } {
  const top: Scope = { names: new Set(), isFunction: true };
  const free = new Set<string>();
  declare(program.body as Node[], top);
  for (const statement of program.body as Node[]) visit(statement, top, free);
  return { declared: top.names, free };
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

export const childrenOf = (node: Node): Node[] =>
  Object.values(node)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter(isNode);

const isFunction = ({ type }: Node) =>
  type === 'FunctionDeclaration' ||
  type === 'FunctionExpression' ||
  type === 'ArrowFunctionExpression';

/** Names that statements bring into their scope: all at once, since a function may be called above. */
function declare(statements: Node[], scope: Scope): void {
  for (const statement of statements) {
    if (statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration')
      scope.names.add((statement.id as Node).name as string);
    else if (statement.type === 'VariableDeclaration' && statement.kind !== 'var')
      bind(statement, scope);
    vars(statement, scope);
  }
}

/** `var` at any depth belongs to the function around it. */
function vars(node: Node, scope: Scope): void {
  if (isFunction(node)) return;
  if (node.type === 'VariableDeclaration' && node.kind === 'var') {
    let around = scope;
    while (!around.isFunction && around.above) around = around.above;
    bind(node, around);
  }
  for (const child of childrenOf(node)) vars(child, scope);
}

function bind(declaration: Node, scope: Scope): void {
  for (const { id } of declaration.declarations as { id: Node }[])
    for (const name of namesOf(id)) scope.names.add(name);
}

/** Names that a pattern gives: of `{ a, b: [c = 1], ...d }` a, c and d. */
function namesOf(pattern: Node): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name as string];
    case 'ObjectPattern':
      return (pattern.properties as Node[]).flatMap((property) =>
        namesOf((property.value ?? property.argument) as Node),
      );
    case 'ArrayPattern':
      return (pattern.elements as (Node | null)[]).flatMap((each) => (each ? namesOf(each) : []));
    case 'AssignmentPattern':
      return namesOf(pattern.left as Node);
    case 'RestElement':
      return namesOf(pattern.argument as Node);
    default:
      return [];
  }
}

function visit(node: Node, scope: Scope, free: Set<string>): void {
  const inner = (names: string[], isFunctionScope = false): Scope => ({
    names: new Set(names),
    isFunction: isFunctionScope,
    above: scope,
  });
  const all = (nodes: Node[], within: Scope) => {
    for (const each of nodes) visit(each, within, free);
  };
  if (isFunction(node)) {
    const params = node.params as Node[];
    const own = inner([...params.flatMap(namesOf), 'arguments'], true);
    if (node.id) own.names.add((node.id as Node).name as string);
    const body = node.body as Node;
    if (body.type === 'BlockStatement') declare(body.body as Node[], own);
    all(params, own);
    all(body.type === 'BlockStatement' ? (body.body as Node[]) : [body], own);
    return;
  }
  switch (node.type) {
    case 'Identifier':
      if (!declaredIn(node.name as string, scope)) free.add(node.name as string);
      return;
    case 'MemberExpression':
      visit(node.object as Node, scope, free);
      if (node.computed) visit(node.property as Node, scope, free);
      return;
    case 'Property':
    case 'PropertyDefinition':
    case 'MethodDefinition':
      if (node.computed) visit(node.key as Node, scope, free);
      if (node.value) visit(node.value as Node, scope, free);
      return;
    case 'BlockStatement':
    case 'StaticBlock': {
      const block = inner([]);
      declare(node.body as Node[], block);
      all(node.body as Node[], block);
      return;
    }
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement': {
      const loop = inner([]);
      const head = (node.init ?? node.left) as Node | undefined;
      if (head?.type === 'VariableDeclaration') declare([head], loop);
      all(childrenOf(node), loop);
      return;
    }
    case 'SwitchStatement': {
      const cases = node.cases as Node[];
      const block = inner([]);
      declare(
        cases.flatMap((each) => each.consequent as Node[]),
        block,
      );
      visit(node.discriminant as Node, scope, free);
      for (const each of cases) all(childrenOf(each), block);
      return;
    }
    case 'CatchClause': {
      const caught = inner(node.param ? namesOf(node.param as Node) : []);
      if (node.param) visit(node.param as Node, caught, free);
      visit(node.body as Node, caught, free);
      return;
    }
    case 'ClassDeclaration':
    case 'ClassExpression': {
      const own = inner(node.id ? [(node.id as Node).name as string] : []);
      all(
        childrenOf(node).filter((child) => child !== node.id),
        own,
      );
      return;
    }
    case 'LabeledStatement':
      visit(node.body as Node, scope, free);
      return;
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'MetaProperty':
      return;
    default:
      all(childrenOf(node), scope);
  }
}

function declaredIn(name: string, scope: Scope | undefined): boolean {
  for (let each = scope; each; each = each.above) if (each.names.has(name)) return true;
  return false;
}

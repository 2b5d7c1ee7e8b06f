/** What a free cell declares, what it takes from other cells, and the script that it becomes. */
import { parse } from 'acorn';
import { transform } from 'sucrase';
import { noLoads, refuseLoads, unreadable } from '../readable';
import { type Node, references } from './references';

export interface Analysis {
  /** Names that other cells may use. */
  outputs: string[];
  /** Names that it reads and does not declare: of other cells, of the library, of the world. */
  free: Set<string>;
  /** Body of a function that gives a promise of `{ value, names }`; lines stay where they are. */
  body: string;
  /** Whether it ends in an expression: that is its value. */
  hasValue: boolean;
}

/** Throws a sentence with the line where the text cannot be read. */
export function analysed(source: string): Analysis {
  let code: string;
  let tree: Node;
  try {
    ({ code } = transform(source, { transforms: ['typescript'], disableESTransforms: true }));
    tree = parse(code, {
      ecmaVersion: 'latest',
      sourceType: 'module',
      allowAwaitOutsideFunction: true,
    }) as unknown as Node;
  } catch (error) {
    throw unreadable(error as Error);
  }
  const { declared, free } = references(tree);
  const statements = tree.body as Node[];
  const outside = statements.find(({ type }) => /^(Export|Import)/.test(type));
  if (outside)
    throw new Error(
      `Line ${code.slice(0, outside.start).split('\n').length}: ${
        outside.type === 'ImportDeclaration'
          ? noLoads
          : 'a cell needs no export; what it declares, other cells can use.'
      }`,
    );
  const outputs = [...declared];
  const last = statements.at(-1);
  const hasValue = last?.type === 'ExpressionStatement';
  const names = `names: { ${outputs.join(', ')} }`;
  let script = `${code}\nreturn { ${names} };`;
  if (last && hasValue) {
    const { start, end } = last.expression as Node;
    const before = code.slice(0, last.start);
    script = `${before}return { value: (${code.slice(start, end)}), ${names} };${code.slice(last.end)}`;
  }
  const body = `return (async () => {${script}\n})();`;
  refuseLoads(body);
  return { outputs, free, hasValue, body };
}

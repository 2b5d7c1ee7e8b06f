/** Whether a reader's text can be made code of, and what hinders it, at its line. */
import { parse } from 'acorn';
import { childrenOf, type Node } from './free/references';

export const noLoads =
  'a cell cannot load other code; the names that the editor completes are at hand.';

/**
 * "Error: Unexpected token (31:4)", of a text that begins at `firstLine` and has so many lines → the
 * line of the cell.
 */
export function unreadable(
  { name, message }: Error,
  firstLine = 1,
  lines = Number.POSITIVE_INFINITY,
): Error {
  if (name === 'RangeError' || /stack space/.test(message))
    return new Error('The code is nested too deep to be read.');
  const [, words, line] =
    /^(?:Error transforming .*?: )?(.*?)\s*\((\d+):\d+\)/s.exec(message) ?? [];
  if (!line) return new Error(`The code cannot be read: ${message}`);
  const at = Number(line) - firstLine + 1;
  if (at > lines)
    return new Error(
      `Line ${lines} cannot be read: the cell ends before its code does, with a bracket open perhaps.`,
    );
  return new Error(`Line ${at} cannot be read: ${words.charAt(0).toLowerCase()}${words.slice(1)}.`);
}

/**
 * Throws a sentence where a script that is about to be made a function of cannot be read, or would
 * load code: `import(…)` is the one way to the network that cannot be taken from it. It is read as
 * the engine will read it, after its types are out: an old comment, `<!--`, hides what follows.
 * The cell's text begins at `firstLine` and has so many lines.
 */
export function refuseLoads(script: string, firstLine = 1, lines?: number): void {
  let tree: Node;
  try {
    tree = parse(script, {
      ecmaVersion: 'latest',
      sourceType: 'script',
      allowReturnOutsideFunction: true,
    }) as unknown as Node;
  } catch (error) {
    throw unreadable(error as Error, firstLine, lines);
  }
  const waiting = [tree];
  for (const node of waiting) {
    if (node.type === 'ImportExpression') {
      const line = script.slice(0, node.start).split('\n').length - firstLine + 1;
      throw new Error(`Line ${line}: ${noLoads}`);
    }
    waiting.push(...childrenOf(node));
  }
}

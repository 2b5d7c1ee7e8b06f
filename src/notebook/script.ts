/** A text of the library, or a reader's in the place of one, as a script that asks for its imports. */
import { transform } from 'sucrase';
import { type Edit, spliced } from './edit';
import { refuseLoads, unreadable } from './readable';

/** TypeScript → a script; lines stay where they are. */
export const scriptOf = (text: string, file: string): string => named(plain(text), file);

/**
 * A file with a reader's texts in the place of its declarations. Each is read by itself for what it
 * may not hold, so that what is wrong with it is told at its own line.
 */
export function editedScriptOf(text: string, edits: readonly Edit[]): string {
  const readWith = (edit: Edit): string => {
    const lines = edit.source.trimEnd().split('\n').length;
    let code: string;
    try {
      code = plain(spliced(text, [edit]).text);
    } catch (error) {
      throw unreadable(error as Error, edit.firstLine, lines);
    }
    refuseLoads(code, edit.firstLine, lines);
    return code;
  };
  const [first] = edits.map(readWith);
  if (edits.length === 1) return named(first, `your-code-from-${edits[0].firstLine}`);
  const whole = spliced(text, edits);
  const code = plain(whole.text);
  // What each of two holds in quotes may be code once both stand there.
  refuseLoads(code);
  return named(code, `your-code-from-${whole.lines.join('+')}`);
}

const plain = (text: string): string =>
  transform(text, { transforms: ['typescript', 'imports'], preserveDynamicImport: true }).code;

const named = (code: string, name: string) => `${code}\n//# sourceURL=${name}`;

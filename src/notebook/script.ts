/** A text of the library, or a reader's in the place of one, as a script that asks for its imports. */
import { transform } from 'sucrase';
import type { Edit } from './edit';
import { refuseLoads, unreadable } from './readable';

/** TypeScript → a script; lines stay where they are. An edit is read for what it may not hold. */
export function scriptOf(text: string, file: string, edit?: Edit): string {
  const lines = edit?.source.trimEnd().split('\n').length;
  let code: string;
  try {
    ({ code } = transform(text, {
      transforms: ['typescript', 'imports'],
      preserveDynamicImport: true,
    }));
  } catch (error) {
    throw edit ? unreadable(error as Error, edit.firstLine, lines) : error;
  }
  if (edit) refuseLoads(code, edit.firstLine, lines);
  const name = edit ? `your-code-from-${edit.firstLine}` : file;
  return `${code}\n//# sourceURL=${name}`;
}

/** Short texts from data files: plain words with $maths$ in them → HTML. */
import { toMathML } from '../integrations/math';

export function richText(text: string): string {
  return text
    .split(/\$([^$]+)\$/)
    .map((part, i) => (i % 2 ? toMathML(part) : escaped(part)))
    .join('');
}

export const escaped = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

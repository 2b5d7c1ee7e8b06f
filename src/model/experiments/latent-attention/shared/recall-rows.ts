/**
 * A task that consists of looking back. A row shows eight items, then asks eight questions. An item
 * is one token: a name, different from the others of its row, and a value of each attribute. A
 * question is one token, a name and an attribute; the answer is the value. Made for this course.
 */
import { uniforms } from '../../../../tensor/random';
import { below } from '../../../tasks/rules/options';

/** Items of a row, as many questions behind them, names to draw from, values of an attribute. */
export const items = 8;
export const questions = 8;
export const names = 16;
export const values = 8;
/** Tokens of a row. */
export const length = items + questions;

export interface RecallRows {
  rows: number;
  /** [rows · length · (1 + attributes)]: the signs of each token; −1 where it has fewer. */
  signs: Int32Array;
  /** [rows · questions]: the value asked for, attribute · values + value. */
  answers: Int32Array;
}

/** So many rows; equal seeds and purposes give equal rows. */
export function recallRows(
  seed: number,
  purpose: string,
  rows: number,
  attributes: number,
): RecallRows {
  const next = uniforms(seed, `recall.${purpose}`);
  const wide = 1 + attributes;
  const signs = new Int32Array(rows * length * wide).fill(-1);
  const answers = new Int32Array(rows * questions);
  for (let row = 0; row < rows; row++) {
    const left = Array.from({ length: names }, (_, name) => name);
    const shown = Array.from({ length: items }, (_, item) => {
      const [name] = left.splice(below(next, left.length), 1);
      const own = Array.from({ length: attributes }, () => below(next, values));
      const at = (row * length + item) * wide;
      signs[at] = name;
      own.forEach((value, attribute) => {
        signs[at + 1 + attribute] = names + attribute * values + value;
      });
      return { name, own };
    });
    for (let question = 0; question < questions; question++) {
      const { name, own } = shown[below(next, items)];
      const attribute = below(next, attributes);
      const at = (row * length + items + question) * wide;
      signs[at] = name;
      signs[at + 1] = names + attributes * values + attribute;
      answers[row * questions + question] = attribute * values + own[attribute];
    }
  }
  return { rows, signs, answers };
}

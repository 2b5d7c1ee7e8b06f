/**
 * "A and not B?" of a handful of things: can a model that is right on "A and B" be right on the
 * same pair with a "not"? For testing the claim that sparse models flatten negation.
 */
import { uniforms } from '../../tensor/random';
import type { Task, TaskOptions } from '../types';
import { below, checkRows, heldBack, resolve, shuffled } from './rules/options';

const options = {
  things: { kind: 'number', label: 'things', min: 4, max: 24, default: 10, integer: true },
  present: { kind: 'number', label: 'present', min: 2, max: 22, default: 5, integer: true },
} as const;

/** One ordered pair of things in this many is held back wherever a "not" stands. */
const HELD_BACK = 4;

/** The pairs that are, as a · things + b. */
function unseenPairs(things: number): Set<number> {
  const all = [...Array(things).keys()];
  const pairs = all.flatMap((a) => all.filter((b) => b !== a).map((b) => [a, b]));
  return new Set([...heldBack(pairs, HELD_BACK)].map(([a, b]) => a * things + b));
}

/** Whether A and B stand with a "not". */
const forms: [boolean, boolean][] = [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
];

function checked(given?: TaskOptions) {
  const chosen = resolve(options, given);
  if (chosen.present > chosen.things - 2)
    throw new Error(
      `Of ${chosen.things} things at most ${chosen.things - 2} can be present, so that two are not; it is ${chosen.present}.`,
    );
  return chosen;
}

/**
 * The things that are present in any order, ":", then "· A and · B =" with "not" for some of the
 * dots, then yes or no; only that counts. Half of the answers are yes. Groups are the four forms,
 * so that each can be scored apart.
 */
export default {
  name: 'a-and-not-b',
  label: 'A and not B',
  kind: 'tokens',
  options,
  unseen: 'one ordered pair of things in four, wherever a "not" stands before either',

  shape(given) {
    const { things, present } = checked(given);
    const names = Array.from({ length: things }, (_, i) => String.fromCharCode(97 + i));
    return {
      inputs: present + 7,
      outputs: present + 7,
      words: [...names, ':', '·', 'not', 'and', '=', 'no', 'yes'],
      groups: ['A and B', 'A and not B', 'not A and B', 'not A and not B'],
    };
  },

  sample(seed, rows, given, part = 'train') {
    checkRows(rows);
    const { things, present } = checked(given);
    const [colon, dot, not, and, equals, no, yes] = Array.from({ length: 7 }, (_, i) => things + i);
    const next = uniforms(seed, `a-and-not-b.${part}`);
    const length = present + 7;
    const unseen = unseenPairs(things);
    const inputs = new Int32Array(rows * length);
    const targets = new Int32Array(rows * length);
    const weights = new Float32Array(rows * length);
    const groups = new Int32Array(rows);
    for (let row = 0; row < rows; ) {
      const form = part === 'unseen' ? 1 + below(next, 3) : below(next, 4);
      const [notA, notB] = forms[form];
      // Yes for half: both parts true; no: one of the three other ways, alike.
      const answer = next() < 0.5;
      const other = below(next, 3);
      const [holdsA, holdsB] = answer ? [true, true] : [other === 0, other === 1];
      const order = shuffled([...Array(things).keys()], next);
      const [inside, outside] = [order.slice(0, present), order.slice(present)];
      const pick = (isPresent: boolean, at: number) => (isPresent ? inside : outside)[at];
      const a = pick(holdsA !== notA, 0);
      const b = pick(holdsB !== notB, 1);
      if (form > 0 && unseen.has(a * things + b) !== (part === 'unseen')) continue;
      const asked = [notA ? not : dot, a, and, notB ? not : dot, b, equals];
      const tokens = [...shuffled(inside, next), colon, ...asked, answer ? yes : no];
      inputs.set(tokens.slice(0, length), row * length);
      targets.set(tokens.slice(1), row * length);
      weights[row * length + length - 1] = 1;
      groups[row] = form;
      row++;
    }
    return { rows, inputs, targets, weights, groups };
  },
} satisfies Task as Task;

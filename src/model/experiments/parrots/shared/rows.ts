/** What the models of station 12 are asked: facts to know by heart, hands to compare. */
import hands from '../../../tasks/hands';
import memorise from '../../../tasks/memorise';
import type { Sample } from '../../../types';
import { parrot } from './parrot';
import { bits, classesOf } from './sizes';

export interface Rows {
  /** To learn from. */
  train: Sample;
  /** To be judged by: all facts, or pairs of hands that nobody has learned from. */
  judged: Sample;
  /** Share right of who answers always the same. */
  chance: number;
  /** Share right of who repeats the most similar pair; of facts, chance: none is like another. */
  parrot: number;
}

/** Pairs of hands that models are judged by. */
const judgedPairs = 2048;

export function rowsOf(question: string, facts: number, pairs: number, seed: number): Rows {
  return question === 'facts' ? factRows(facts, seed) : handRows(pairs, seed);
}

/** As many strings as there are facts; each seed has its own. */
function factRows(items: number, seed: number): Rows {
  const classes = classesOf('facts');
  // The task knows worlds from 1 to 999.
  const world = 1 + ((seed + 998) % 999);
  const train = memorise.sample(seed, items, { items, bits, classes, world });
  return { train, judged: train, chance: 1 / classes, parrot: 1 / classes };
}

/** The last rows made: one lane of a sweep after another asks for the same. */
let made: { of: string; rows: Rows } | undefined;

function handRows(pairs: number, seed: number): Rows {
  const of = `${pairs} ${seed}`;
  if (made?.of === of) return made.rows;
  const options = { cards: bits, hand: 5 };
  const train = hands.sample(seed, pairs, options, 'train');
  const judged = hands.sample(seed, judgedPairs, options, 'unseen');
  made = { of, rows: { train, judged, chance: 0.5, parrot: parrot(train, judged) } };
  return made.rows;
}

import { type Kind, wordsOf } from './pen';

export const families = [
  'hill mill bill till quill',
  'train rain grain chain plain',
  'track sack stack rack jack',
  'night light sight flight knight',
  'day bay hay clay jay',
  'bell well shell dell spell',
  'stone bone cone tone throne',
  'fog log dog frog cog',
  'boat goat coat moat oat',
  'sing king ring wing string',
].map(wordsOf);

const beginnings = wordsOf('by over under near beyond behind');
const middles = ['there sat a', 'i saw the', 'we lost the', 'they sold a', 'he hid the'];

/** `over the grain, they sold a chain.`: the second word rhymes with the first and is another. */
export const rhymes: Kind = {
  name: 'rhymes',
  write(pen) {
    const family = pen.pick(families);
    const first = pen.pick(family);
    const second = pen.pick(family.filter((word) => word !== first));
    return `${pen.pick(beginnings)} the ${first}, ${pen.pick(middles)} ${second}.`;
  },
  check(line) {
    const [, beginning, first, middle, second] =
      /^([a-z]+) the ([a-z]+), ([a-z ]+) ([a-z]+)\.$/.exec(line) ?? [];
    if (!beginnings.includes(beginning) || !middles.includes(middle)) return false;
    const rhyme = families.some((family) => family.includes(first) && family.includes(second));
    return rhyme && first !== second;
  },
};

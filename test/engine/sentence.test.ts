import { expect, it } from 'vitest';
import { sentence } from '../../src/engine/sentence';

it.each([
  'Array buffer allocation failed',
  'WebAssembly.Memory.grow(): Unable to grow instance memory.',
  'Aborted(Cannot enlarge memory arrays)',
  'Invalid array length',
])('says of memory that is refused what would help: %s', (words) => {
  expect(sentence(new RangeError(words))).toBe(
    `There is too little memory left for this (${words.replace(/\.$/, '')}). A smaller model may fit, or this one once other pages are closed.`,
  );
});

it('leaves what a reader’s code says of itself as it is', () => {
  expect(sentence(new Error('Choose an even width'))).toBe('Choose an even width.');
  expect(sentence(new SyntaxError('Invalid array length'))).toBe('Invalid array length.');
});

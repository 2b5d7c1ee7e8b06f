/** A sentence of a chapter begins with a capital letter, also where a number is put in for it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const chapters = join(import.meta.dirname, '../../src/content/chapters');

/** References that begin a line of prose or follow the end of a sentence, without `start`. */
const small = (text: string) =>
  [...text.matchAll(/(?:^|[.!?]["”)*]*\s)<Ref (?!start)[^>]*>/gm)].map(([found]) => found.trim());

it.each(readdirSync(chapters))('%s marks references that begin a sentence', (file) => {
  expect(small(readFileSync(join(chapters, file), 'utf8'))).toEqual([]);
});

it('tells a beginning from the middle of a sentence', () => {
  expect(small('It is so. <Ref to="a" /> shows it.')).toHaveLength(1);
  expect(small('<Ref to="a" /> shows it.')).toHaveLength(1);
  expect(small('As <Ref to="a" /> shows. <Ref start to="b" /> too.')).toEqual([]);
});

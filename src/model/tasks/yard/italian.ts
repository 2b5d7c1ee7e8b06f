import { type Kind, wordsOf } from './pen';

const masculine = wordsOf('treno carro ponte segnale vapore fuoco');
const feminine = wordsOf('ruota torre nave luna lettera strada');
const stems = wordsOf('ross lung nuov ner lent alt');
const verbs = wordsOf('arriva parte aspetta dorme gira torna');
const ends = [
  'di notte',
  'ogni sera',
  'con calma',
  'sotto il sole',
  'senza rumore',
  'prima di noi',
];

/** `la ruota rossa parte senza rumore.`: gender agrees in article and adjective. */
export const italian: Kind = {
  name: 'Italian',
  write(pen) {
    const male = pen.pick([true, false]);
    const noun = pen.pick(male ? masculine : feminine);
    return `${male ? 'il' : 'la'} ${noun} ${pen.pick(stems)}${male ? 'o' : 'a'} ${pen.pick(verbs)} ${pen.pick(ends)}.`;
  },
  check(line) {
    const [, article, noun, stem, ending, verb, end] =
      /^(il|la) ([a-z]+) ([a-z]+)([oa]) ([a-z]+) ([a-z ]+)\.$/.exec(line) ?? [];
    if (!stems.includes(stem) || !verbs.includes(verb) || !ends.includes(end)) return false;
    return article === 'il'
      ? masculine.includes(noun) && ending === 'o'
      : feminine.includes(noun) && ending === 'a';
  },
};

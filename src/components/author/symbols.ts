/** An equation's symbols: each explained below it, and marked in the MathML so that it can light up. */
import { toMathML } from '../../integrations/math';
import type { GlossaryEntry } from './glossary';
import { nearest } from './nearest';

export interface ExplainedSymbol {
  /** MathML of the symbol alone. */
  math: string;
  words: string;
  /** Glossary key, where the words come from there. */
  term?: string;
}

export interface MarkedEquation {
  /** MathML in which every occurrence of symbol i carries class "sym-i". */
  math: string;
  symbols: ExplainedSymbol[];
}

/** TeX → words, or true for the words of the glossary entry with this symbol. */
export type Symbols = Record<string, string | true>;

/** Throws a sentence where a symbol does not occur in the equation, or the glossary lacks it. */
export function markSymbols(
  tex: string,
  symbols: Symbols,
  glossary: GlossaryEntry[],
  file: string,
): MarkedEquation {
  let math = toMathML(tex, true);
  const explained: ExplainedSymbol[] = [];
  // Longer symbols first: f of f_e must not take the f that belongs to f_e.
  const order = Object.keys(symbols)
    .map((symbol, index) => ({ symbol, index, inner: innerMathML(symbol) }))
    .sort((a, b) => b.inner.length - a.inner.length);
  for (const { symbol, index, inner } of order) {
    const parts = math.split(inner);
    if (parts.length === 1)
      throw new Error(
        `${file}: the symbol ${symbol} does not occur in the equation ${tex}. Write it as it stands there.`,
      );
    math = parts.join(marked(inner, index));
    explained[index] = explain(symbol, symbols[symbol], glossary, file);
  }
  return { math, symbols: explained };
}

/** What Temml writes for the symbol inside <math>, without a row around it. */
function innerMathML(symbol: string): string {
  const inner = toMathML(symbol).replace(/^<math[^>]*>|<\/math>$/g, '');
  return inner.replace(/^<mrow>((?:(?!<mrow>)[\s\S])*)<\/mrow>$/, '$1');
}

/** A class on the symbol's outer element; its tags are broken up so that no shorter symbol matches inside. */
function marked(inner: string, index: number): string {
  const name = `sym sym-${index}`;
  const withClass = inner.includes('class="')
    ? inner.replace('class="', `class="${name} `)
    : inner.replace(/^<(\w+)/, `<$1 class="${name}"`);
  return inner.startsWith('<mi>') || /^<m(n|o|text)>/.test(inner)
    ? withClass
    : withClass.replace(/<(mi|mn|mo|mtext)>/g, '<$1 class="in">');
}

function explain(
  symbol: string,
  words: string | true,
  glossary: GlossaryEntry[],
  file: string,
): ExplainedSymbol {
  const math = toMathML(symbol);
  if (words !== true) return { math, words };
  const entry = glossary.find((candidate) => candidate.symbol === symbol);
  if (entry) return { math, words: entry.text, term: entry.id };
  const known = glossary.flatMap((candidate) => candidate.symbol ?? []);
  throw new Error(
    `${file}: no glossary entry has the symbol ${symbol}; write its words in place of true. ${nearest(symbol, known)}`,
  );
}

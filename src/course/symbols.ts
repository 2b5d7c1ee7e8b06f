/** An equation's symbols: each explained below it, and marked in the MathML so that it can light up. */
import { DOMParser } from 'linkedom';
import { toMathML } from '../integrations/math';
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
  const equation = parse(toMathML(tex, true));
  const names = Object.keys(symbols);
  // Longer symbols first: f of f_e must not take the f that belongs to f_e.
  const order = names
    .map((symbol, index) => ({ symbol, index, nodes: partsOf(parse(toMathML(symbol))) }))
    .sort((a, b) => sizeOf(b.nodes) - sizeOf(a.nodes));
  for (const { symbol, index, nodes } of order)
    if (!mark(equation, nodes, `sym sym-${index}`))
      throw new Error(
        `${file}: the symbol ${symbol} does not occur in the equation ${tex}. Write it as it stands there.`,
      );
  return {
    math: equation.toString(),
    symbols: names.map((symbol) => explain(symbol, symbols[symbol], glossary, file)),
  };
}

const parse = (mathML: string): Element =>
  new DOMParser().parseFromString(mathML, 'text/xml').documentElement as unknown as Element;

/** What stands in a formula or a part of one; rows only group, and group differently with context. */
const partsOf = (element: Element): Element[] =>
  [...element.children].flatMap((child) => (child.tagName === 'mrow' ? partsOf(child) : [child]));

const sizeOf = (nodes: Element[]) => nodes.reduce((sum, node) => sum + node.outerHTML.length, 0);

/** Puts the class on every occurrence that no longer symbol has taken; true if there was any. */
function mark(parent: Element, symbol: Element[], name: string): boolean {
  let found = false;
  const parts = partsOf(parent);
  for (let i = 0; i < parts.length; i++) {
    const run = parts.slice(i, i + symbol.length);
    if (run.length === symbol.length && run.every((node, j) => isSame(node, symbol[j]))) {
      found = true;
      i += run.length - 1;
      for (const node of run)
        node.setAttribute('class', `${node.getAttribute('class') ?? ''} ${name}`.trim());
    } else if (!isTaken(parts[i])) found = mark(parts[i], symbol, name) || found;
  }
  return found;
}

const isTaken = (node: Element) => / ?sym-/.test(node.getAttribute('class') ?? '');

/** Same tags and letters; spacing attributes depend on the neighbours and do not count. */
function isSame(a: Element, b: Element): boolean {
  if (isTaken(a) || a.tagName !== b.tagName) return false;
  const [inA, inB] = [partsOf(a), partsOf(b)];
  if (inA.length !== inB.length) return false;
  if (!inA.length) return a.textContent === b.textContent;
  return inA.every((child, i) => isSame(child, inB[i]));
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

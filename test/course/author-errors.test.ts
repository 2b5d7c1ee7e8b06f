/** What an author reads when a chapter is wrong: the file, the fault, and what exists. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { onlyKnown } from '../../src/course/attributes';
import { allAuthors, parseBibliography, shortAuthors } from '../../src/course/bibliography';
import { numberedIn } from '../../src/course/chapter';
import { goalOf, headingsApart, inFile, known, required, unknown } from '../../src/course/checks';
import { codeIn } from '../../src/course/free-cell';
import { checkGlossary, entryOf, findEntry } from '../../src/course/glossary';
import { outlineOf } from '../../src/course/outline';
import { quote } from '../../src/course/quote';
import { reference, stationAt } from '../../src/course/references';
import { markSymbols } from '../../src/course/symbols';
import { displayMath, toMathML } from '../../src/integrations/math';

const file = 'src/content/chapters/06-x.mdx';
const folder = mkdtempSync(join(tmpdir(), 'switchyard-'));

describe('names', () => {
  it('lists all of a short list, nearest first', () => {
    expect(unknown(file, 'source', 'fedus2022', ['zoph2022', 'fedus2021', 'dai2024']).message).toBe(
      `${file}: there is no source called fedus2022. There are: fedus2021, zoph2022, dai2024.`,
    );
  });

  it('lists the nearest of a long list', () => {
    const names = [
      'collapse',
      'capacity',
      'fit',
      'width',
      'price',
      'faults',
      'resists',
      'map',
      'seed',
    ];
    expect(unknown(file, 'lab', 'colapse', names).message).toBe(
      `${file}: there is no lab called colapse. Nearest are: collapse, map, capacity, price (of 9).`,
    );
    expect(known(file, 'lab', 'fit', names)).toBe('fit');
    expect(() => known(file, 'lab', 'x', [])).toThrow('There are none yet.');
  });

  it('asks for what is missing', () => {
    expect(() => required(file, 'Cite', 'id', undefined)).toThrow(
      `${file}: <Cite> needs the attribute id.`,
    );
    expect(required(file, 'Cite', 'id', 'a')).toBe('a');
  });

  it('refuses an attribute that would be left out in silence', () => {
    expect(() => onlyKnown(file, 'Compare', { lab: 'race', run: 'five' })).toThrow(
      `${file}: <Compare> has no attribute run. Nearest are: `,
    );
    expect(() => onlyKnown(file, 'Ref', { to: 'x' })).not.toThrow();
  });

  it('checks goals', () => {
    const goals = () => ['alive', 'even'];
    expect(goalOf(file, 'collapse.even', ['collapse'], goals)).toEqual({
      lab: 'collapse',
      name: 'even',
    });
    expect(() => goalOf(file, 'even', ['collapse'], goals)).toThrow(
      `${file}: the goal even is not written as lab.goal, such as collapse.balanced.`,
    );
    expect(() => goalOf(file, 'collapse.evn', ['collapse'], goals)).toThrow(
      `${file}: there is no goal of the lab collapse called evn. There are: even, alive.`,
    );
  });

  it('puts the file before a lab’s own sentence, once', () => {
    const own = new Error('Lab collapse has no setting alpha; it has topK.');
    expect(inFile(file, own).message).toBe(`${file}: ${own.message}`);
    expect(inFile(file, inFile(file, own)).message).toBe(`${file}: ${own.message}`);
  });
});

describe('outline', () => {
  const body = `
<Lab name="collapse" settings={{ a: '>', b: { c: "}" } }} />
Text <Cite id="b" at="§2">words</Cite> and <Cite id="a" /><Cite id="b" />.
<Equation
  id="loss"
  tex="a < b > c"
  symbols={{ 'x_{i}': 'it', '\\\\text{CV}^{2}': 'that' }}
  source="c"
/>
<Figure id="drawn" title="x">y</Figure> <Figure size="margin">z</Figure>
<Exercise id="one" title="One">x <Term>routers</Term> <Term id="gate">g</Term></Exercise>
\`\`\`mdx
<Lab name="not-this" />
\`\`\`
Not \`<Cite id="nor-this" />\` either.
`;

  it('numbers what a chapter holds', () => {
    const outline = outlineOf(body, file);
    expect([...outline.numbered.values()]).toEqual([
      { id: 'collapse', kind: 'figure', number: 1 },
      { id: 'loss', kind: 'equation', number: 1 },
      { id: 'drawn', kind: 'figure', number: 2 },
      { id: 'one', kind: 'exercise', number: 1 },
    ]);
    expect(outline).toMatchObject({
      cited: ['b', 'a', 'c'],
      terms: ['routers', 'gate'],
      labs: 1,
      shown: [{ id: 'collapse', lab: 'collapse', run: 'default', altered: true }],
      exercises: 1,
    });
  });

  it('refuses two things of one name', () => {
    expect(() => outlineOf('<Lab name="a" />\n<Equation id="a" />', file)).toThrow(
      `${file}: two things have the id a (figure and equation). Give one of them another id.`,
    );
  });

  it('refuses a heading with the address of a lab', () => {
    const { numbered } = outlineOf('<Lab name="three-losses" />', file);
    const heading = { slug: 'three-losses', text: 'Three losses' };
    expect(() => headingsApart(file, [heading], numbered)).toThrow(
      `${file}: the heading “Three losses” has the address of what has the id three-losses. Give one of them another name.`,
    );
    expect(() => headingsApart(file, [{ ...heading, slug: 'others' }], numbered)).not.toThrow();
  });

  it('says how to write an id it cannot read', () => {
    const outline = outlineOf('<Equation id={name} />', file);
    expect(() => numberedIn({ id: '', file, outline, line: 1 }, 'loss')).toThrow(
      `${file}: loss could not be numbered. Write its id as a plain attribute, id="loss".`,
    );
  });
});

describe('references', () => {
  const chapter = {
    file,
    outline: outlineOf('<Lab name="collapse" /><Equation id="loss" />', file),
  };
  const stations = [
    { id: '05-sparse', number: 5, title: 'Sparse' },
    { id: '06-x', number: 6, title: 'X', href: '/06-x/' },
  ];
  const hidden = [{ id: '07-y', number: 7, title: 'Y' }];
  const course = { stations, hidden };
  const to = (name: string) => reference(name, chapter, course, () => chapter.outline);

  it('finds numbers, stations and places in other chapters', () => {
    expect(to('loss')).toEqual({ words: 'equation 1', href: '#loss' });
    expect(to('05-sparse')).toEqual({ words: 'station 05, Sparse', href: undefined });
    expect(to('06-x#collapse')).toEqual({
      words: 'figure 1 of station 06, X',
      href: '/06-x/#collapse',
    });
  });

  it('names what this copy of the course hides, without an address', () => {
    expect(to('07-y')).toEqual({ words: 'station 07, Y' });
    expect(to('07-y#loss')).toEqual({ words: 'equation 1 of station 07, Y' });
    expect(() => to('07-y#lost')).toThrow('points to nothing in that chapter');
    expect(stationAt('/07-y/#loss', file, course)).toEqual(hidden[0]);
  });

  it('tells links to stations from others', () => {
    expect(stationAt('/06-x/', file, course)?.href).toBe('/06-x/');
    expect(stationAt('/models/', file, course)).toBeUndefined();
    expect(stationAt('https://example.org/06-x/', file, course)).toBeUndefined();
    expect(() => stationAt('/08-z/', file, course)).toThrow(
      `${file}: the link to /08-z/ leads to no station. There are: 06-x, 07-y, 05-sparse.`,
    );
  });

  it('refuses what leads nowhere', () => {
    expect(() => to('lost')).toThrow(
      `${file}: <Ref to="lost"> points to nothing in this chapter and to no station. There are: loss, 06-x, 07-y, collapse, 05-sparse.`,
    );
    expect(() => to('05-sparse#loss')).toThrow(
      `${file}: <Ref to="05-sparse#loss"> points into a station that is not written yet.`,
    );
    expect(() => to('06-x#lost')).toThrow(
      `${file}: <Ref to="06-x#lost"> points to nothing in that chapter. There are: loss, collapse.`,
    );
  });
});

describe('glossary', () => {
  const entries = [
    {
      id: 'top-k',
      title: 'Top-k',
      text: 'x',
      also: ['top k routing'],
      see: ['router'],
      symbol: 'k',
    },
    {
      id: 'router',
      title: 'Router',
      text: 'y',
      also: ['gating network'],
      see: [],
      chapter: '05-a',
    },
  ];

  it('finds entries whatever the case, the hyphen and the plural', () => {
    for (const words of ['router', 'Routers', 'gating networks', 'Top k', 'top-k'])
      expect(findEntry(words, entries)?.id, words).toBe(/top/i.test(words) ? 'top-k' : 'router');
  });

  it('names the nearest', () => {
    expect(() => entryOf('ruoter', entries, file)).toThrow(
      `${file}: the glossary has no entry for the term “ruoter”. There are: router, top-k, top k routing, gating network.`,
    );
  });

  it('checks its own links', () => {
    expect(() => checkGlossary(entries, ['05-a'])).not.toThrow();
    expect(() => checkGlossary(entries, ['05-b'])).toThrow(
      'src/content/glossary.yaml: the entry router names the station 05-a, which does not exist. There are: 05-b.',
    );
    expect(() => checkGlossary([{ ...entries[0], see: ['gate'] }], [])).toThrow(
      'src/content/glossary.yaml: the entry top-k points to gate, which does not exist. There are: top-k.',
    );
  });
});

describe('equations', () => {
  it('marks symbols, the longer before the shorter', () => {
    const { math, symbols } = markSymbols('f + f_e', { f: 'a share', f_e: 'one share' }, [], file);
    expect(math).toContain('<mi class="sym sym-0">f</mi>');
    expect(math).toContain('<msub class="sym sym-1"><mi>f</mi><mi>e</mi></msub>');
    expect(symbols.map(({ words }) => words)).toEqual(['a share', 'one share']);
  });

  it('finds a symbol of several parts inside an exponent', () => {
    const { math } = markSymbols('e^{z_i(t)}', { 'z_i(t)': 'logit' }, [], file);
    expect(math.match(/sym-0/g)).toHaveLength(4);
  });

  it('takes words from the glossary', () => {
    const entries = [{ id: 'k', title: 'k', text: 'chosen', also: [], see: [], symbol: 'k' }];
    expect(markSymbols('k', { k: true }, entries, file).symbols[0]).toMatchObject({
      words: 'chosen',
      term: 'k',
    });
    expect(() => markSymbols('j', { j: true }, entries, file)).toThrow(
      `${file}: no glossary entry has the symbol j; write its words in place of true. There are: k.`,
    );
  });

  it('refuses symbols that are not there', () => {
    expect(() => markSymbols('a + b', { c: 'x' }, [], file)).toThrow(
      `${file}: the symbol c does not occur in the equation a + b. Write it as it stands there.`,
    );
  });

  it('refuses wrong TeX and leaves no inline style', () => {
    expect(() => toMathML('\\frac{a}')).toThrow(/^The formula \\frac\{a\} is not valid TeX: /);
    const rows = displayMath('\\begin{aligned} a &= \\hat b \\\\ c &= d \\end{aligned}');
    expect(rows).toContain('<math');
    expect(rows).not.toContain(' style=');
  });
});

describe('code', () => {
  writeFileSync(
    join(folder, 'switch.ts'),
    `/** The file. */
import x from 'x';

/** Doubles. */
export function twice(n: number) {
  return 2 * n; // [experts]
}

const balancer = {
  name: 'switch',
  /** E · Σ f·P. */
  loss(mask: number) {
    return twice(mask);
  },
} satisfies object;
export default balancer;
`,
  );
  const quoted = (name: string, more = {}) =>
    quote({ file: 'switch.ts', name, ...more }, file, folder);

  it('quotes a declaration with its comment', () => {
    expect(quoted('twice')).toMatchObject({
      code: '/** Doubles. */\nexport function twice(n: number) {\n  return 2 * n; // [experts]\n}',
      firstLine: 4,
    });
    expect(quoted('twice', { comment: false }).firstLine).toBe(5);
    expect(quoted('twice', { comment: false, lines: [2, 2] })).toMatchObject({
      code: 'return 2 * n; // [experts]',
      firstLine: 6,
    });
  });

  it('quotes a member of the default export', () => {
    expect(quoted('default.loss').code).toBe(
      '/** E · Σ f·P. */\nloss(mask: number) {\n  return twice(mask);\n}',
    );
  });

  it('refuses files, names and lines that do not exist', () => {
    expect(() => quote({ file: 'no.ts', name: 'x' }, file, folder)).toThrow(
      `${file}: there is no file no.ts to quote (paths start at the project).`,
    );
    expect(() => quoted('twise')).toThrow(
      `${file}: switch.ts declares nothing called twise. There are: twice, balancer, default, default.name, default.loss, balancer.name, balancer.loss.`,
    );
    expect(() => quoted('twice', { lines: [2, 9] })).toThrow(
      `${file}: twice in switch.ts has lines 1 to 4; 2 to 9 were asked for.`,
    );
  });
});

describe('free cells', () => {
  const file = 'src/content/chapters/05-x.mdx';
  const block = (code: string) => `<pre class="x"><code><span>${code}</span></code></pre>`;

  it('give their code as it was written', () => {
    expect(codeIn(file, 'a', block('a &#x3C; b &amp;&amp; "c"'))).toBe('a < b && "c"');
  });

  it('say what they need', () => {
    expect(() => codeIn(file, '1 a', block('1'))).toThrow(
      `${file}: <FreeCell id="1 a"> needs an id of letters, digits and hyphens that begins with a letter.`,
    );
    expect(() => codeIn(file, 'a', '<p>1</p>')).toThrow(
      `${file}: <FreeCell id="a"> holds one fenced block of code, between \`\`\`ts and \`\`\`; it holds 0.`,
    );
    expect(() => codeIn(file, 'a', block('const = 1'))).toThrow(
      `${file}: <FreeCell id="a">: Line 1 cannot be read: unexpected token.`,
    );
  });
});

describe('bibliography', () => {
  const entry = (fields: string) => `@article{key, ${fields}}`;

  it('reads what the pages print', () => {
    const { key } = parseBibliography(
      entry(
        'author = {Fedus, William and Zoph, Barret and Shazeer, Noam}, title = {Switch {T}ransformers}, journal = {JMLR}, volume = {23}, number = {120}, pages = {1--39}, year = {2022}, doi = {10.1/2}',
      ),
    );
    expect(key).toMatchObject({
      year: '2022',
      where: 'JMLR 23(120), 1–39',
      url: 'https://doi.org/10.1/2',
    });
    expect(shortAuthors(key.authors)).toBe('Fedus, Zoph & Shazeer');
    expect(allAuthors(key.authors)).toBe('W. Fedus, B. Zoph & N. Shazeer');
  });

  it('shortens long lists', () => {
    const names = (...families: string[]) =>
      families.map((family) => ({ family, given: 'Jean-Luc' }));
    expect(shortAuthors(names('A', 'B', 'C', 'D'))).toBe('A et al.');
    expect(shortAuthors([...names('A'), { family: 'others' }])).toBe('A et al.');
    expect(allAuthors([...names('A'), { family: 'others' }])).toBe('J.-L. A et al.');
  });

  it('asks for what is missing', () => {
    expect(() => parseBibliography(entry('author = {A, B}, title = {T}'))).toThrow(
      'src/content/sources.bib: the entry key has no year.',
    );
  });
});

/** The pages of the library: every name of the door, with what its doc comment says. */
import { describe, expect, it } from 'vitest';
import type { Source } from '../../src/course/bibliography';
import { docHtml, library, signatureHtml, undocumented } from '../../src/course/library';
import { factsOf, labelOf } from '../../src/course/library-facts';
import * as model from '../../src/model';

const entries = library().flatMap(({ entries }) => entries);
const entry = (name: string) => entries.find((each) => each.name === name)!;
const sources = new Map<string, Source>([
  ['fedus2021', { authors: [{ family: 'Fedus' }], year: '2022', title: 'Switch', where: '' }],
]);

describe('the library', () => {
  it('has every name that the door exports', () => {
    expect(entries.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(model)));
    for (const name of ['Router', 'RouterInput', 'Routing', 'Task'])
      expect(entry(name).text).toMatch(/^interface/);
  });

  it('gives each section an address of its own', () => {
    const slugs = library().map(({ slug }) => slug);
    expect(new Set(slugs).size).toBe(slugs.length);
    expect(slugs).toEqual(expect.arrayContaining(['routers', 'balancers', 'room-and-dispatch']));
  });

  it('says what to write where a name has no doc comment', () => {
    const silent = { ...entry('switchLoss'), words: '', parts: [] };
    expect(undocumented(silent)).toEqual([
      'src/model/balancing/switch.ts: switchLoss, which src/model/index.ts exports, has no doc comment. Write a doc comment /** … */ above it: one sentence on what it is, then shapes, errors, source.',
    ]);
    const part = { name: 'init', words: '', doc: '', signatures: [] };
    expect(undocumented({ ...entry('sparseLayer'), parts: [part] })).toEqual([
      expect.stringMatching(
        /^src\/model\/layers\/sparse-layer\.ts: sparseLayer\.init has no doc comment/,
      ),
    ]);
    expect(undocumented(entry('sparseLayer'))).toEqual([]);
  });

  it('marks code and shapes, and links sources', () => {
    expect(docHtml('`a<b` of x [tokens, dim].\nfedus2021, eq. 4\n\nMore.', sources)).toBe(
      '<p><code>a&lt;b</code> of x <code>[tokens, dim]</code>. <a href="/sources/#fedus2021">Fedus 2022</a>, eq. 4</p><p>More.</p>',
    );
  });

  it('links contracts in signatures', () => {
    expect(signatureHtml('route(input: RouterInput): Other<X>', new Set(['RouterInput']))).toBe(
      'route(input: <a href="/library/contracts/#RouterInput">RouterInput</a>): Other&lt;X&gt;',
    );
  });

  it('tells of members what their fields say', () => {
    expect(labelOf('sinkhornRouter')).toBe('Sinkhorn (S-BASE)');
    expect(factsOf('sinkhornRouter', 'Router')).toEqual([
      { term: 'Experts of a token', words: 'topK' },
      { term: 'Selection bias', words: 'without effect' },
      { term: 'Live values', words: 'temperature' },
    ]);
    expect(factsOf('importanceLoss', 'Balancer')).toContainEqual({
      term: 'Of 8 experts',
      words: '0 at even load, 7 at full collapse',
    });
    expect(factsOf('regimes', 'Task')).toContainEqual({
      term: 'options.pieces',
      words: 'stretches: whole, 2 to 8; 4 unless said',
    });
    expect(factsOf('transformer', undefined)).toEqual([]);
    for (const { name, contract } of entries)
      expect(factsOf(name, contract).every(({ words }) => words)).toBe(true);
  });
});

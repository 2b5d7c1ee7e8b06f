/** Every cell of the library's pages runs as it stands. */
import { beforeAll, describe, expect, it } from 'vitest';
import { library } from '../../src/course/library';
import { tries } from '../../src/course/tries';
import * as model from '../../src/model';
import { Cells } from '../../src/notebook/free/cells';
import { Plot } from '../../src/notebook/free/charts';
import type { CellText, FreeReply } from '../../src/notebook/free/protocol';
import { received } from '../../src/notebook/free/received';
import * as tf from '../../src/tensor/tf';

beforeAll(async () => {
  await tf.loadBackend.cpu();
  await tf.setBackend('cpu');
});

const compile = (names: string[], body: string) =>
  new Function(...names, `'use strict';${body}`) as never;

const pages = library().flatMap(({ slug, entries }) => {
  const { given, of } = tries[slug] ?? {};
  const cells: CellText[] = entries.flatMap((entry) => {
    const code = of?.(entry);
    return code ? [{ id: entry.name, source: code.trim() }] : [];
  });
  const first = given ? [{ id: 'given', source: given.code.trim() }] : [];
  return cells.length ? [{ slug, cells: [...first, ...cells] }] : [];
});

describe.each(pages)('the cells of /library/$slug/', ({ cells }) => {
  it.each(cells)('$id shows something', async ({ id }) => {
    const said: FreeReply[] = [];
    const graph = new Cells({
      compile,
      library: { ...model, Plot },
      say: (reply) => said.push(reply),
    });
    await graph.run(id, cells);
    const failed = said.flatMap((reply) =>
      reply.kind === 'failed' ? [`${reply.cell}: ${reply.words}`] : [],
    );
    expect(failed).toEqual([]);
    const last = said.findLast((reply) => reply.kind === 'shown');
    expect(last?.cell).toBe(id);
    expect(last?.results.length).toBeGreaterThan(0);
    for (const reply of said) expect(received(structuredClone(reply))).toEqual(reply);
  });
});

it('gives every router and balancer a cell', () => {
  const of = (slug: string) => pages.find((page) => page.slug === slug)!.cells.map(({ id }) => id);
  // Two that do nothing by themselves.
  for (const [slug, contract] of [
    ['routers', 'Router'],
    ['balancers', 'Balancer'],
  ] as const)
    for (const { name, contract: kept } of library().find((section) => section.slug === slug)!
      .entries)
      if (kept === contract && !['noBalancer', 'byHand'].includes(name))
        expect(of(slug)).toContain(name);
});

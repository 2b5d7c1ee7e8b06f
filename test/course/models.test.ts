/** The table of released models says what their configurations say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { isSparseLayer } from '../../src/model/accounting/architecture';
import { countParameters } from '../../src/model/accounting/parameters';
import { released } from '../../src/model/accounting/released';

interface Row {
  id: string;
  name: string;
  total?: number;
  active?: number;
  experts: number;
  topK: number;
  shared: number;
  layers?: number;
  dense?: number;
  every?: number;
  source: string;
}

const file = join(import.meta.dirname, '../../src/content/models.yaml');
const rows = load(readFileSync(file, 'utf8')) as Row[];
const both = rows.flatMap((row) =>
  released
    .filter(({ model }) => model === row.name)
    .map((model) => ({ name: row.name, row, model })),
);

it('finds most rows among the configurations', () => {
  expect(both.length).toBeGreaterThanOrEqual(13);
});

describe.each(both)('$name', ({ row, model }) => {
  const { layers } = model.architecture;
  const sparse = layers.filter(isSparseLayer);

  it('has as many experts, of which each token uses as many', () => {
    for (const { feedForward } of sparse) {
      const width = feedForward.sharedHidden ?? feedForward.shared * feedForward.hidden;
      const { experts, topK, hidden } = feedForward;
      expect({ experts, topK, shared: width / hidden }).toEqual({
        experts: row.experts,
        topK: row.topK,
        shared: row.shared,
      });
    }
  });

  it('has as many layers, the same of them dense', () => {
    expect(layers.length).toBe(row.layers);
    const every = row.every ?? 1;
    layers.forEach((layer, i) => {
      const isSparse = i >= (row.dense ?? 0) && (i + 1) % every === 0;
      expect(isSparseLayer(layer), `layer ${i}`).toBe(isSparse);
    });
  });

  it('has the parameters that its makers say', () => {
    expect({ total: row.total, active: row.active, source: row.source }).toEqual({
      ...model.published,
      source: model.cite,
    });
    const { total } = countParameters(model.architecture);
    expect(Math.abs(total / 1e9 / row.total! - 1)).toBeLessThan(0.03);
  });
});

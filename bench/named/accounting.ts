/** Parameters counted from the configurations of released models, beside what was published. */
import { countParameters } from '../../src/model/accounting/parameters';
import { released } from '../../src/model/accounting/released';

export interface Counted {
  model: string;
  /** Billions. */
  published: { total: number; active: number };
  total: number;
  active: number;
  /** Which of the ways to count active parameters comes closest to the published number. */
  counts: string;
}

export function accounting(): Counted[] {
  return released.map(({ model, published, architecture }) => {
    const { total, active, embedding, head } = countParameters(architecture);
    // Reports differ in what they count of the two ends.
    const ways = [
      { counts: 'all', billions: active / 1e9 },
      { counts: 'without embedding', billions: (active - embedding) / 1e9 },
      { counts: 'without embedding and head', billions: (active - embedding - head) / 1e9 },
    ];
    const off = ({ billions }: { billions: number }) => Math.abs(billions - published.active);
    const [nearest] = ways.sort((a, b) => off(a) - off(b));
    return {
      model,
      published,
      total: total / 1e9,
      active: nearest.billions,
      counts: nearest.counts,
    };
  });
}

/** One draft after another, judged by a needle that a reader may place: what comes of it. */
import { fractions } from '../../../lab/fractions';
import type { TableRun } from '../../../lab/types';
import { draw } from '../../../model/decoding/sampling';
import { acceptance, residual } from '../../../model/decoding/speculative';
import {
  chanceVariation,
  totalVariation,
} from '../../../model/experiments/predicting-further/shared/rules';
import type { Plain } from '../../../model/experiments/types';

export const letters = ['e', 'a', 't', 'o', 'n'];
/** Of the model and of the drafter. */
export const p = [0.4, 0.25, 0.15, 0.12, 0.08];
export const q = [0.2, 0.15, 0.3, 0.25, 0.1];

/** With these the first twenty drafts fare as most do. */
const seeds = { drafts: 30, refills: 31, needle: 32 };

/** Drafts that can be judged; −1 stands for one that is not judged yet. */
export const most = 60;

/** Where the needle falls by chance, draft by draft. */
export function byChance(): number[] {
  const next = fractions(seeds.needle);
  return Array.from({ length: most }, () => Number(next().toFixed(3)));
}

/** The first `count` needles by chance, the others not placed yet. */
export const begun = (count: number): number[] =>
  byChance().map((needle, i) => (i < count ? needle : -1));

/** What becomes of the drafts before the first one that is not judged. */
export function judgedBy(needles: number[]): TableRun {
  const drafts = fractions(seeds.drafts);
  const refills = fractions(seeds.refills);
  const missing = residual(p, q);
  const counts = p.map(() => 0);
  const passes: { [name: string]: Plain }[] = [];
  const metrics: Record<'distance' | 'chance' | 'accepted', number[][]> = {
    distance: [],
    chance: [],
    accepted: [],
  };
  let accepted = 0;
  let pending = -1;
  for (const u of needles) {
    const token = draw(q, drafts());
    const instead = draw(missing, refills());
    if (!(u >= 0)) {
      pending = token;
      break;
    }
    const fits = u < p[token] / q[token];
    const last = fits ? token : instead;
    accepted += Number(fits);
    counts[last] += 1;
    passes.push({
      drafts: [{ token, p: p[token], q: q[token], u, accepted: fits }],
      unread: 0,
      last,
    });
    const shares = counts.map((n) => n / passes.length);
    metrics.distance.push([totalVariation(shares, p)]);
    metrics.chance.push([chanceVariation(p, passes.length)]);
    metrics.accepted.push([accepted / passes.length]);
  }
  const shares = counts.map((n) => n / Math.max(1, passes.length));
  return {
    facts: {
      words: letters,
      names: letters,
      rules: ['what you wrote'],
      p,
      q,
      needles,
      chances: byChance(),
      judged: passes,
      pending,
      alpha: acceptance(p, q),
    },
    metrics,
    probes: {
      /** [3, letters]: what was written, the model's p, the drafter's q. */
      shares: { shape: [3, p.length], data: [...shares, ...p, ...q] },
    },
  };
}

/** On how many devices or nodes a token's experts lie, if all scores are drawn alike and a router chooses by its own rule. */
export interface Grouped {
  experts: number;
  topK: number;
  /** Devices or nodes, equally many experts on each. */
  groups: number;
  /** A token may use so many of them. */
  limit: number;
  /** A group is scored by the sum of so many of its best experts. */
  best: number;
}

/** Tokens that are drawn: the mean is then good to about 0.015. */
const tokens = 2000;

/**
 * Mean number of groups that a token's k experts lie on. By drawing, since a router that scores
 * groups by their best experts has no short formula (communication.ts has the one for groups that
 * are drawn). `next` gives numbers in [0, 1), the scores. deepseekv3, §2.1.2. Throws if the experts
 * do not divide among the groups, or the limit leaves fewer than k.
 */
export function groupsByRule(
  { experts, topK, groups, limit, best }: Grouped,
  next: () => number,
): number {
  const size = experts / groups;
  if (!Number.isInteger(size))
    throw new Error(
      `${experts} experts do not divide among ${groups} groups; choose a divisor of ${experts}.`,
    );
  const open = Math.min(limit, groups);
  if (open * size < topK)
    throw new Error(
      `${open} of ${groups} groups hold ${open * size} experts, fewer than topK ${topK}.`,
    );
  let visited = 0;
  for (let token = 0; token < tokens; token++) {
    const own = Array.from({ length: groups }, (_, group) => ({
      group,
      // Best first.
      scores: Array.from({ length: size }, next).sort((a, b) => b - a),
    }));
    const value = ({ scores }: { scores: number[] }) =>
      scores.slice(0, best).reduce((sum, score) => sum + score, 0);
    const kept = own.sort((a, b) => value(b) - value(a)).slice(0, open);
    const chosen = kept
      .flatMap(({ group, scores }) => scores.slice(0, topK).map((score) => ({ group, score })))
      .sort((a, b) => b.score - a.score)
      .slice(0, topK);
    visited += new Set(chosen.map(({ group }) => group)).size;
  }
  return visited / tokens;
}

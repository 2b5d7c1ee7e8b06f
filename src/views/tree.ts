/**
 * A tree of gates with experts at its leaves: how much of all cases goes down each branch. Reads a
 * probe [cases, experts] of shares that sum to 1 over the experts, and the fact `branching`, the
 * children of a node from the root down.
 */
import * as Plot from '@observablehq/plot';
import { percent } from '../lab/format';
import type { ChartView, RunData, ViewProps } from '../lab/types';
import { narrow } from './axes';
import { color, letter } from './marks/bullet';
import { bullets, literal } from './marks/bullets';
import { rowsOf } from './probes';

interface Options {
  name: string;
  /** The probe of shares. */
  shares: string;
  /** What is shared out, over the picture. */
  label: string;
}

interface Branch {
  /** Depth of its lower end, 1 under the root. */
  depth: number;
  /** Places along the width, 0 to 1. */
  from: number;
  to: number;
  share: number;
  /** The expert at its lower end, where it ends in one. */
  expert?: number;
}

export function tree({ name, shares, label }: Options): ChartView {
  const leavesOf = (run: RunData): number[] => {
    const rows = rowsOf(run, shares);
    const count = rows[0]?.length ?? 0;
    return Array.from(
      { length: count },
      (_, expert) => rows.reduce((sum, row) => sum + row[expert], 0) / rows.length,
    );
  };

  function branchesOf(run: RunData): Branch[] {
    const leaves = leavesOf(run);
    const branching = childrenOf(run);
    if (!leaves.length || branching.reduce((all, n) => all * n, 1) !== leaves.length) return [];
    let above = 1;
    return branching.flatMap((children, level) => {
      const count = above * children;
      const below = leaves.length / count;
      const place = (node: number, of: number) => (node + 0.5) / of;
      const found = Array.from({ length: count }, (_, node): Branch => {
        const own = leaves.slice(node * below, (node + 1) * below);
        return {
          depth: level + 1,
          from: place(Math.floor(node / children), above),
          to: place(node, count),
          share: own.reduce((sum, share) => sum + share, 0),
          ...(level === branching.length - 1 && { expert: node }),
        };
      });
      above = count;
      return found;
    });
  }

  function plot({ run, width }: ViewProps): Plot.PlotOptions {
    const all = branchesOf(run);
    const depth = childrenOf(run).length;
    const ends = all.filter(({ expert }) => expert !== undefined);
    const gates = [{ to: 0.5, depth: 0 }, ...all.filter(({ expert }) => expert === undefined)];
    const room = width < narrow ? 20 : 36;
    return {
      marginLeft: room,
      marginRight: room,
      marginTop: 46,
      marginBottom: 44,
      x: { domain: [0, 1], axis: null },
      y: { domain: [depth, 0], axis: null },
      marks: [
        Plot.link(all, {
          x1: 'from',
          x2: 'to',
          y1: (branch: Branch) => branch.depth - 1,
          y2: 'depth',
          curve: 'bump-y',
          stroke: literal(({ expert }: Branch) =>
            expert === undefined ? 'var(--soft)' : color(expert),
          ),
          strokeWidth: { value: ({ share }: Branch) => 1 + 22 * share, scale: null } as never,
          strokeOpacity: 0.75,
          className: 'v-branch',
        }),
        Plot.dot(all.length ? gates : [], {
          x: 'to',
          y: 'depth',
          symbol: 'diamond',
          r: 6,
          fill: 'var(--paper)',
          stroke: 'var(--ink)',
          strokeWidth: 1.5,
          className: 'v-node',
        }),
        bullets(ends, { x: 'to', y: 'depth', expert: (branch) => branch.expert! }),
        Plot.text(ends, {
          x: 'to',
          y: 'depth',
          dy: 24,
          text: ({ share }: Branch) => percent(share),
          className: 'v-axis',
        }),
        Plot.text([label], {
          frameAnchor: 'top-left',
          lineAnchor: 'bottom',
          dx: -room,
          dy: -26,
          className: 'v-axis',
        }),
      ],
    };
  }

  return {
    name,
    reads: { probes: [shares], facts: ['branching'] },
    aspect: 0.5,
    narrowAspect: 0.7,
    plot,
    describe(run) {
      const leaves = leavesOf(run);
      if (!leaves.length) return `${label}: nothing shared out yet.`;
      const levels = childrenOf(run).length;
      const words = leaves.map((share, expert) => `${letter(expert)} ${percent(share)}`);
      return `A tree with ${levels} ${levels === 1 ? 'level' : 'levels'} of gates. ${label}: ${words.join(', ')}.`;
    },
    table: (run) => ({
      columns: ['expert', label],
      rows: leavesOf(run).map((share, expert) => [letter(expert), percent(share, 1)]),
    }),
  };
}

const childrenOf = (run: RunData): number[] => {
  const branching = run.facts?.branching;
  return Array.isArray(branching) ? branching.map(Number) : [];
};

/** Levels that curves and bars are held against, each with its words. */
import * as Plot from '@observablehq/plot';

export interface Rule {
  at: number;
  words: string;
  /** Where the words stand: at the right unless said. */
  side?: 'left' | 'right';
}

/** Dashed hairlines across the frame; the words stand on them. */
export const rules = (all: Rule[]): Plot.Markish[] => [
  Plot.ruleY(all, { y: 'at', className: 'v-fair' }),
  ...(['left', 'right'] as const).map((edge) =>
    Plot.text(
      all.filter(({ side = 'right' }) => side === edge),
      {
        y: 'at',
        text: 'words',
        frameAnchor: edge,
        textAnchor: edge === 'left' ? 'start' : 'end',
        lineAnchor: 'bottom',
        dy: -4,
        className: 'v-axis v-on-paper',
      },
    ),
  ),
];

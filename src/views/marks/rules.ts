/** Levels that curves and bars are held against, each with its words. */
import * as Plot from '@observablehq/plot';

export interface Rule {
  at: number;
  words: string;
}

/** Dashed hairlines across the frame; the words stand on them at the right. */
export const rules = (all: Rule[]): Plot.Markish[] => [
  Plot.ruleY(all, { y: 'at', className: 'v-fair' }),
  Plot.text(all, {
    y: 'at',
    text: 'words',
    frameAnchor: 'right',
    textAnchor: 'end',
    lineAnchor: 'bottom',
    dy: -4,
    className: 'v-axis v-on-paper',
  }),
];

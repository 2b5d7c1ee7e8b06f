/**
 * The attributes that components for chapters take. A name that is none of them would be left out
 * in silence, and the sentence around it would say something else than its author meant.
 */
import { nearest } from './nearest';

const recorded = ['lab', 'run', 'finding'];
const written = ['format', 'decimals', 'unit'];

export const takes: Record<string, string[]> = {
  Bullet: ['letter'],
  Cell: ['file', 'name', 'lab', 'id'],
  Cite: ['id', 'at'],
  Code: ['file', 'name', 'comment', 'lines'],
  Compare: ['lab', 'finding', 'against', 'a', 'b', 'is', 'atLeast', 'stat', ...written],
  Equation: ['id', 'tex', 'symbols', 'source', 'at'],
  Exercise: ['id', 'title', 'goal'],
  Figure: ['id', 'title', 'size', 'alt'],
  FreeCell: ['id'],
  Lab: ['name', 'id', 'run', 'views', 'caption', 'settings'],
  Measured: [...recorded, 'stat', ...written],
  MeasuredCount: [...recorded, 'is', 'than', 'atLeast'],
  Predict: ['id', 'question', 'options', 'answer'],
  Ref: ['to', 'start'],
  Term: ['id'],
};

/** "…/06-x.mdx: <Compare> has no attribute run. Nearest are: …" */
export function onlyKnown(file: string, component: string, props: object): void {
  const names = takes[component];
  const strange = Object.keys(props).find((name) => !names.includes(name));
  if (strange)
    throw new Error(
      `${file}: <${component}> has no attribute ${strange}. ${nearest(strange, names)}`,
    );
}

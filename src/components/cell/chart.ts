/** A chart that a cell wrote down, drawn by Observable Plot. */
import * as Plot from '@observablehq/plot';
import type { Chart, Option } from '../../notebook/free/protocol';
import { picture } from '../../views/plot';
import { element } from './elements';

const drawers: Record<string, (rows: never, options: never) => Plot.Markish> = {
  areaY: Plot.areaY,
  barX: Plot.barX,
  barY: Plot.barY,
  cell: Plot.cell,
  dot: Plot.dot,
  line: Plot.line,
  lineX: Plot.lineX,
  lineY: Plot.lineY,
  rect: Plot.rect,
  ruleX: Plot.ruleX,
  ruleY: Plot.ruleY,
  text: Plot.text,
  tickX: Plot.tickX,
  tickY: Plot.tickY,
};

const width = 560;
const experts = [...'ABCDEFGH'].map((letter) => `var(--expert-${letter})`);

export function chart({ marks, options }: Chart): HTMLElement {
  const figure = element('figure', 'shown-chart');
  const { height, color, ...rest } = options;
  const tall = Math.max(60, Math.min(600, Number(height) || 300));
  try {
    const drawn = picture(
      {
        marginLeft: 48,
        ...rest,
        color: { ...colours(marks), ...(color as object) },
        axis: undefined,
        marks: marks.map(({ mark, rows, options: given }) =>
          mark === 'frame'
            ? Plot.frame(given as never)
            : drawers[mark](rows as never, given as never),
        ),
      } as Plot.PlotOptions,
      { width, height: tall },
      wordsOf(marks),
      document,
    );
    figure.append(drawn.svg, ...keyOf(drawn.scale('color' as never) as never));
  } catch (error) {
    figure.append(
      element('p', 'cell-said', `The chart cannot be drawn: ${(error as Error).message}`),
    );
  }
  return figure;
}

/** Categories take the experts' colours, numbers shades of one. */
function colours(marks: Chart['marks']): object {
  const ofNumbers = marks.some(({ rows = [], options }) =>
    [options.fill, options.stroke].some((channel) => typeof firstOf(channel, rows) === 'number'),
  );
  if (!ofNumbers) return { range: experts };
  return {
    interpolate: (share: number) =>
      `color-mix(in oklab, var(--line-2-text) ${(100 * share).toFixed(1)}%, var(--wash))`,
  };
}

function firstOf(channel: Option | undefined, rows: unknown[]): unknown {
  if (Array.isArray(channel)) return channel[0];
  const [row] = rows;
  if (typeof channel !== 'string' || typeof row !== 'object' || row === null) return undefined;
  return (row as Record<string, unknown>)[channel];
}

/** Which colour is what, where colours stand for words. */
function keyOf(
  scale: { type?: string; domain?: unknown[]; apply?(value: unknown): string } | undefined,
): HTMLElement[] {
  const { type, domain = [], apply } = scale ?? {};
  if (!apply || !(type === 'ordinal' || type === 'categorical') || domain.length > 16) return [];
  const list = element('ul', 'shown-key');
  for (const value of domain) {
    const item = element('li', '', String(value));
    const patch = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    patch.setAttribute('width', '12');
    patch.setAttribute('height', '12');
    const square = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
    square.setAttribute('width', '12');
    square.setAttribute('height', '12');
    square.setAttribute('fill', apply(value));
    patch.append(square);
    item.prepend(patch, ' ');
    list.append(item);
  }
  return [list];
}

function wordsOf(marks: Chart['marks']): string {
  const parts = marks
    .filter(({ rows }) => rows)
    .map(({ mark, rows = [], options }) => {
      const axes = (['x', 'y', 'fill'] as const)
        .filter((axis) => typeof options[axis] === 'string')
        .map((axis) => `${axis} ${options[axis]}`);
      return `${mark} of ${rows.length} ${rows.length === 1 ? 'row' : 'rows'}${axes.length ? ` (${axes.join(', ')})` : ''}`;
    });
  return `Chart: ${parts.join('; ') || 'empty'}`;
}

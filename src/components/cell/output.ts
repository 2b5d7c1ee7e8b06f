/** What a cell shows, drawn from plain data: words, tensors as small heat maps, records, charts. */
import type { Shown } from '../../notebook/free/protocol';
import { element } from './elements';

type Tensor = Extract<Shown, { kind: 'tensor' }>;

/** Charts are drawn by Plot, which is fetched with the first. */
export async function outputOf(results: Shown[]): Promise<HTMLElement[]> {
  const hasChart = JSON.stringify(results).includes('"kind":"chart"');
  const chart = hasChart ? (await import('./chart')).chart : undefined;
  const draw = (value: Shown): HTMLElement => {
    if (value.kind === 'tensor') return tensor(value);
    if (value.kind === 'chart') return named(value.name, chart!(value.chart));
    if (value.kind === 'words')
      return named(value.name, element('code', 'shown-words', value.text));
    const list = element('div', 'shown-record');
    list.append(...value.entries.map(draw));
    if (value.more > 0) list.append(element('p', 'shown-more', `and ${value.more} more`));
    return named(value.name, element('span', 'shown-kind', value.text), list);
  };
  return results.map(draw);
}

function named(name: string | undefined, ...parts: Element[]): HTMLElement {
  const whole = element('div', 'shown');
  if (name !== undefined) whole.append(element('span', 'shown-name', name), ' ');
  whole.append(...parts);
  return whole;
}

const number = (x: number): string => {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'NaN' : x > 0 ? '∞' : '−∞';
  const text =
    Number.isInteger(x) && Math.abs(x) < 1e6 ? String(x) : String(Number(x.toPrecision(3)));
  return text.replace('-', '−');
};

function tensor(given: Tensor): HTMLElement {
  const { name, shape, dtype, rows, columns, least, most } = given;
  const size = `[${shape.join(', ')}]`;
  const range = Number.isNaN(least) ? 'no finite number' : `${number(least)} to ${number(most)}`;
  const cut = rows * columns < shape.reduce((product, axis) => product * axis, 1);
  const figure = element('figure', 'shown shown-tensor');
  const caption = element('figcaption', 'shown-caption');
  if (name !== undefined) caption.append(element('span', 'shown-name', name), ' ');
  const words = `${size} ${dtype}, ${range}${cut ? `; the first ${rows} × ${columns}` : ''}`;
  caption.append(element('span', 'shown-kind', words));
  figure.append(caption);
  if (rows * columns > 0) figure.append(heat(given, `${name ?? 'Tensor'} ${words}`), table(given));
  return figure;
}

const svg = (tag: string, attributes: Record<string, string | number>) => {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
};

/** Shades from nothing at zero to full at the largest, in one colour above zero and one below. */
function heat({ rows, columns, values, least, most }: Tensor, words: string): Element {
  const side = Math.max(3, Math.min(16, Math.floor(320 / columns), Math.floor(480 / rows)));
  const picture = svg('svg', {
    class: 'shown-heat',
    viewBox: `0 0 ${columns * side} ${rows * side}`,
    width: columns * side,
    height: rows * side,
    role: 'img',
    'aria-label': words,
  });
  const full = Math.max(Math.abs(least), Math.abs(most)) || 1;
  values.forEach((value, i) => {
    if (value === 0) return;
    const odd = !Number.isFinite(value);
    picture.append(
      svg('rect', {
        x: (i % columns) * side,
        y: Math.floor(i / columns) * side,
        width: side,
        height: side,
        class: odd ? 'shown-odd' : value > 0 ? 'shown-above' : 'shown-below',
        'fill-opacity': odd ? 1 : (Math.abs(value) / full).toFixed(3),
      }),
    );
  });
  return picture;
}

/** The numbers themselves, for who wants them or does not see shades. */
function table({ name, rows, columns, values }: Tensor): HTMLElement {
  const fold = document.createElement('details');
  fold.className = 'shown-numbers';
  fold.append(element('summary', '', 'Numbers'));
  // Made when looked at: there may be thousands.
  fold.addEventListener(
    'toggle',
    () => {
      const box = element('div', 'scroll');
      box.tabIndex = 0;
      box.setAttribute('role', 'region');
      box.setAttribute('aria-label', `Numbers of ${name ?? 'the tensor'}`);
      const grid = document.createElement('table');
      for (let row = 0; row < rows; row++) {
        const line = grid.insertRow();
        for (let column = 0; column < columns; column++)
          line.insertCell().textContent = number(values[row * columns + column]);
      }
      box.append(grid);
      fold.append(box);
    },
    { once: true },
  );
  return fold;
}

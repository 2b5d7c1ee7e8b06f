/** A lab's figure and numbers as files: SVG with its styles inside, PNG, CSV, the whole state. */
import type { Settings } from '../model/experiments/types';
import type { RunData } from './types';

/** What a picture takes from style sheets, which a file leaves behind. */
const properties = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'stroke-linejoin',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'font-style',
  'text-anchor',
  'paint-order',
];

/** The figure as it stands, on the page's paper, with its title above and its settings below. */
export function svgOf(svg: SVGSVGElement, title: string, settings: string): string {
  const { width, height } = svg.viewBox.baseVal;
  const page = getComputedStyle(svg);
  const paper = page.getPropertyValue('--paper').trim() || '#fff';
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = [svg, ...svg.querySelectorAll<SVGElement>('*')];
  const copies = [copy, ...copy.querySelectorAll<SVGElement>('*')];
  originals.forEach((original, i) => {
    const style = getComputedStyle(original);
    for (const name of properties) copies[i].setAttribute(name, style.getPropertyValue(name));
    copies[i].removeAttribute('class');
  });
  const [pad, head, foot] = [16, 34, 30];
  const place = { x: pad, y: head, width, height, overflow: 'visible' };
  for (const [name, value] of Object.entries(place)) copy.setAttribute(name, String(value));
  // As XML: what HTML writes (a named space, say) is not SVG.
  const picture = new XMLSerializer().serializeToString(copy);
  const [w, h] = [width + 2 * pad, height + head + foot];
  const font = 'Barlow, Helvetica, Arial, sans-serif';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}">`,
    `<rect width="${w}" height="${h}" fill="${paper}"/>`,
    `<text x="${pad}" y="24" font-family="${font}" font-size="16" font-weight="600" fill="${page.color}">${escaped(title)}</text>`,
    picture,
    `<text x="${pad}" y="${h - 10}" font-family="${font}" font-size="11" fill="${page.color}" opacity="0.75">${escaped(settings)}</text>`,
    '</svg>',
  ].join('');
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Twice the size of the screen's, for print. */
export async function pngOf(svg: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.width * 2;
  canvas.height = image.height * 2;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser gives no canvas to draw the picture on.');
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('This browser could not turn the picture into a PNG file.');
  return blob;
}

/**
 * One row a recorded step, one column a number: "load[0]" for the parts of a vector. Of several
 * lanes one after another, each row with its lane's name.
 */
export function csvOf(run: RunData): string {
  const lanes = run.lanes ?? [{ ...run, name: '' }];
  const names = columnsOf(lanes.find(({ steps }) => steps.length) ?? run);
  const lines = lanes.flatMap((lane) =>
    lane.steps.map((step, row) => [
      ...(run.lanes ? [lane.name] : []),
      step,
      ...Object.values(lane.metrics).flatMap((rows) => rows[row]),
    ]),
  );
  const head = [...(run.lanes ? ['lane'] : []), 'step', ...names];
  return `${[head, ...lines].map((cells) => cells.join(',')).join('\n')}\n`;
}

const columnsOf = (run: RunData) =>
  Object.entries(run.metrics).flatMap(([metric, rows]) =>
    (rows[0] ?? []).map((_, i, all) => (all.length > 1 ? `${metric}[${i}]` : metric)),
  );

export const settingsInWords = (settings: Settings, names: string[]) =>
  names.map((name) => `${name}=${settings[name]}`).join('  ');

export function save(name: string, content: Blob | string, type = 'text/plain'): void {
  const blob = typeof content === 'string' ? new Blob([content], { type }) : content;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The click has started the download by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

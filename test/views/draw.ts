/** Draws views as the build does, for tests. */
import { parseHTML } from 'linkedom';
import { h } from 'preact';
import { render } from 'preact-render-to-string';
import { expect } from 'vitest';
import { Still } from '../../src/components/lab/Still';
import type { View } from '../../src/lab/types';
import type { Example } from './examples/types';

/** Widths of a phone and of a chapter's column. */
export const widths = [358, 940];

export function draw(example: Omit<Example, 'state'>, width: number): string {
  const { view, ...props } = example;
  return render(h(Still, { view, width, props }));
}

export const drawn = (example: Omit<Example, 'state'>, width = 940): Document =>
  parseHTML(`<main>${draw(example, width)}</main>`).document;

/** The first name in a picture's HTML, without reading all of the rest. */
export const nameOf = (html: string): string | undefined => {
  const attribute = html.match(/\saria-label="[^"]*"/)?.[0];
  const { document } = parseHTML(`<i${attribute ?? ''}></i>`);
  return document.querySelector('i')?.getAttribute('aria-label') ?? undefined;
};

/** The words in a picture, in the order of its marks. */
export const texts = (document: Document): string[] =>
  [...document.querySelectorAll('text')].map(({ textContent }) => spaced(textContent!));

/** With plain spaces. */
export const spaced = (words: string): string => words.replaceAll('\u00a0', ' ');

/** Holds both shapes of a picture against the stored ones, an element a line. */
export async function asStored(example: Example): Promise<void> {
  for (const width of widths) {
    const file = `./stored/${example.view.name} ${example.state} ${width}.svg`.replaceAll(' ', '-');
    const lines = draw(example, width).replaceAll('><', '>\n<');
    await expect(`${lines}\n`).toMatchFileSnapshot(file);
  }
}

/** Views that a module or a lab brings. */
export const isView = (value: unknown): value is View =>
  typeof value === 'object' && value !== null && 'describe' in value && 'table' in value;

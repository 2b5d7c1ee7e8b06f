/**
 * axe on a page as it stands. Only what is wrong is asked for: collecting and sending what is right
 * takes several times as long as the checks themselves.
 */
import type { Page } from '@playwright/test';
import axe from 'axe-core';

/** The rules whose answer a theme can change. */
export const themed = ['color-contrast', 'link-in-text-block'];

/** What texts look like whose contrast was judged, on all that a page went through. */
const judged = new WeakMap<Page, Set<string>>();

/**
 * One line for each fault: the rule, and where. With rules of their own only if there is a text that
 * looks like none before.
 */
export async function faults(
  page: Page,
  { within = 'body', rules }: { within?: string; rules?: string[] } = {},
): Promise<string[]> {
  const known = judged.get(page) ?? new Set();
  judged.set(page, known);
  const fresh = await page.evaluate(markContrasts, [within, [...known]] as const);
  for (const look of fresh) known.add(look);
  if (rules && !fresh.length) return [];
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate(
    async ([scope, only]) => {
      const { axe } = window as unknown as { axe: typeof import('axe-core') };
      axe.configure({ rules: [{ id: 'color-contrast', selector: '[data-contrast]' }] });
      const { violations } = await axe.run(scope === 'body' ? document : scope, {
        resultTypes: ['violations'],
        reporter: 'no-passes',
        ...(only && { runOnly: only }),
      });
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, html }) => `${id}: ${target.join(' ')}: ${html.slice(0, 120)}`),
      );
    },
    [within, rules] as const,
  );
}

/**
 * Marks the texts whose contrast is to be judged, and gives the looks that are new. Of texts that
 * look alike (their own colours and size, their classes, and all that lies under them) some are
 * marked, and none that look like what was judged before: contrast takes most of axe's time, and
 * hundreds of texts differ in nothing that it looks at. What is moved out of the flow may lie over
 * anything: all of it is marked.
 */
function markContrasts([within, known]: readonly [string, readonly string[]]): string[] {
  const before = new Set(known);
  const grounds = new Map<Element, { words: string; moved?: string }>();
  /** What lies under an element's text, up to the page's own ground, and by whom it was moved. */
  const groundOf = (element: Element): { words: string; moved?: string } => {
    const found = grounds.get(element);
    if (found) return found;
    const { backgroundColor, backgroundImage, opacity, filter, position } =
      getComputedStyle(element);
    const above = element.parentElement ? groundOf(element.parentElement) : undefined;
    const own = [backgroundColor, backgroundImage, opacity, filter].join(' ');
    const plain = 'rgba(0, 0, 0, 0) none 1 none';
    const isMoved = !/^(static|relative)$/.test(position);
    const path = above?.moved !== undefined || isMoved;
    const ground = {
      words: own === plain && above ? above.words : `${own} on ${above?.words}`,
      moved: path ? `${above?.moved ?? ''} ${element.getAttribute('class')}` : undefined,
    };
    grounds.set(element, ground);
    return ground;
  };

  const alike = new Map<string, Element[]>();
  for (const element of document.querySelectorAll(`${within}, ${within} *`)) {
    element.removeAttribute('data-contrast');
    const text = [...element.childNodes]
      .filter(({ nodeType }) => nodeType === Node.TEXT_NODE)
      .map(({ nodeValue }) => nodeValue?.trim())
      .join('');
    if (!text && !/^(input|select|textarea)$/.test(element.localName)) continue;
    if (!element.getClientRects().length) continue;
    const { color, fill, fontSize, fontWeight, textShadow, visibility } = getComputedStyle(element);
    const parent = element.parentElement!;
    const { words, moved } = groundOf(element);
    if (moved !== undefined) element.setAttribute('data-contrast', '');
    // Points from which letters may be fainter, bold or not.
    const size = Number.parseFloat(fontSize) / (4 / 3);
    const look = JSON.stringify([
      element.localName,
      [color, fill, size < 14, size < 18, Number(fontWeight) < 700, textShadow, visibility],
      [words, moved],
      // Of a single letter axe cannot say what is read.
      text.length > 1,
      element.matches(':disabled, [aria-disabled="true"] *'),
      element.getAttribute('class'),
      parent.getAttribute('class'),
      getComputedStyle(parent).color,
    ]);
    alike.set(look, [...(alike.get(look) ?? []), element]);
  }
  const fresh = [...alike.keys()].filter((look) => !before.has(look));
  for (const look of fresh) {
    const elements = alike.get(look)!;
    for (const element of [...elements.slice(0, 3), elements.at(-1)!])
      element.setAttribute('data-contrast', '');
  }
  return fresh;
}

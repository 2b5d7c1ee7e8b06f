/** A lab on a page, as a reader's hands have it. */
import { expect, type Locator, type Page } from '@playwright/test';

/** A lab on a page of its own, woken. */
export async function open(page: Page, name: string, query = ''): Promise<Locator> {
  await page.goto(`embed/${name}/${query}`);
  return awake(page, name);
}

export async function awake(page: Page, id: string): Promise<Locator> {
  const lab = page.locator(`#${id}.lab`);
  await lab.scrollIntoViewIfNeeded();
  await expect(lab).toHaveAttribute('data-ready', /.*/);
  return lab;
}

export const button = (lab: Locator, name: string) =>
  lab.getByRole('button', { name, exact: true });

export const stepOf = async (lab: Locator) => Number(await lab.getAttribute('data-step'));

/** Presses play and waits for the first steps computed here. */
export async function play(lab: Locator, steps = 3): Promise<void> {
  const seen = await record(lab, 'data-state');
  await button(lab, 'Play').click();
  await expect(lab.locator('.lab-badge')).toHaveText('computed here');
  await expect.poll(() => seen('data-state')).toContain('running');
  await expect.poll(() => stepOf(lab)).toBeGreaterThanOrEqual(steps);
}

/** Plays a minute's worth of steps at the least: time to do something while it trains. */
export async function playSlowly(lab: Locator): Promise<void> {
  await lab.getByLabel('speed').selectOption({ index: 0 });
  await play(lab);
}

export async function pause(lab: Locator): Promise<number> {
  await button(lab, 'Pause').click();
  await expect(lab).toHaveAttribute('data-state', 'paused');
  return stepOf(lab);
}

/**
 * Notes each value that the lab's attributes take from now on. Whoever looks only now and then may
 * miss a state that is passed quickly; this does not.
 */
export async function record(
  lab: Locator,
  ...names: string[]
): Promise<(name: string) => Promise<string[]>> {
  await lab.evaluate((node, attributes) => {
    const seen = Object.fromEntries(attributes.map((name) => [name, [node.getAttribute(name)]]));
    new MutationObserver((changes) => {
      for (const { attributeName } of changes) {
        const values = seen[attributeName!];
        const value = node.getAttribute(attributeName!);
        if (values.at(-1) !== value) values.push(value);
      }
    }).observe(node, { attributeFilter: attributes });
    Object.assign(node, { seen });
  }, names);
  return (name) =>
    lab.evaluate(
      (node, attribute) => (node as unknown as { seen: Record<string, string[]> }).seen[attribute],
      name,
    );
}

/** What a browser's translation does to every text: it is wrapped, and a new one. */
export const translate = (lab: Locator): Promise<void> =>
  lab.evaluate((root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const texts: Text[] = [];
    while (walker.nextNode()) texts.push(walker.currentNode as Text);
    for (const text of texts) {
      const font = document.createElement('font');
      text.replaceWith(font);
      font.append(text.data);
    }
  });

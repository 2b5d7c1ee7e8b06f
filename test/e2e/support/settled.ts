/** Waiting for what happens, never for time to pass: a slow machine is waited for as long as it takes. */
import type { Page } from '@playwright/test';

/**
 * The page is at rest: it and its fonts are loaded, every lab near the view is awake, frames have
 * been drawn, so that whoever observes layout has been told, and colours that fade have faded.
 */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('load');
  await page.waitForFunction(() =>
    [...document.querySelectorAll('sleeping-lab')].every((lab) => {
      const { top, bottom } = lab.getBoundingClientRect();
      const inReach = top < innerHeight + 300 && bottom > -300;
      return !inReach || lab.querySelector('.lab[data-ready]');
    }),
  );
  await page.evaluate(async () => {
    await document.fonts.ready;
    const frame = () => new Promise(requestAnimationFrame);
    await frame();
    await frame();
    const fading = document.getAnimations().filter((each) => each instanceof CSSTransition);
    await Promise.allSettled(fading.map(({ finished }) => finished));
    await frame();
  });
}

/** The system's theme from now on. A page that has one of its own by hand keeps it. */
export async function systemTheme(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.waitForFunction(
    (scheme) => matchMedia(`(prefers-color-scheme: ${scheme})`).matches,
    colorScheme,
  );
  await settled(page);
}

/** Scrolls through the page, so that every lab of it wakes. */
export async function wakeAll(page: Page): Promise<void> {
  for (const lab of await page.locator('sleeping-lab').all()) {
    await lab.scrollIntoViewIfNeeded();
    await lab.locator('.lab[data-ready]').waitFor();
  }
  await settled(page);
}

/** Opens all that a page can unfold: answers, solutions, readouts, and the table of each lab. */
export async function unfold(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
    for (const button of document.querySelectorAll<HTMLButtonElement>('.lab-more button'))
      if (button.textContent === 'Table') button.click();
  });
  for (const lab of await page.locator('.lab').all())
    await lab.locator('.lab-table').first().waitFor();
  await settled(page);
}

/**
 * Leaves of what a page repeats by the hundred enough to stand for the rest: of a table the first
 * rows and the last, of a listing the lines that show a colour not shown yet, of a figure the first
 * marks of each kind. What axe judges is the same for the others, and it takes most of its time.
 */
export async function thin(page: Page): Promise<void> {
  await page.evaluate(() => {
    // Sections of recorded runs are made alike, by the hundred.
    for (const section of [...document.querySelectorAll('.runs-of')].slice(8)) section.remove();
    for (const body of document.querySelectorAll('tbody'))
      for (const row of [...body.children].slice(3, -1)) row.remove();
    // By where they stand: the ground behind a listing may be another.
    const seen = new Set<string>();
    for (const listing of document.querySelectorAll('pre')) {
      const place = [listing, listing.parentElement].map((each) => each?.className).join(' in ');
      for (const line of [...listing.querySelectorAll('.line')].slice(1)) {
        const colours = [...line.querySelectorAll('[class]')].map((word) => word.className);
        const fresh = colours.filter((colour) => !seen.has(`${place}: ${colour}`));
        if (!fresh.length) line.remove();
        for (const colour of fresh) seen.add(`${place}: ${colour}`);
      }
    }
    for (const group of document.querySelectorAll('svg g, svg'))
      for (const kind of new Set([...group.children].map(({ tagName }) => tagName)))
        for (const mark of [...group.querySelectorAll(`:scope > ${kind}`)].slice(8, -1))
          if (!mark.querySelector('text') && kind !== 'text') mark.remove();
  });
}

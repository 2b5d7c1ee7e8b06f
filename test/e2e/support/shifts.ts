/** How far a page's content has moved by itself: the layout shifts that its browser counted. */
import type { Page } from '@playwright/test';
import { settled } from './settled';

type Shift = PerformanceEntry & { value: number; hadRecentInput: boolean };

/** Counts on every page that is opened from now on. */
export async function countShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shifts: number[] = [];
    const observer = new PerformanceObserver((list) => take(list.getEntries()));
    const take = (entries: PerformanceEntry[]) => {
      for (const entry of entries as Shift[]) if (!entry.hadRecentInput) shifts.push(entry.value);
    };
    observer.observe({ type: 'layout-shift', buffered: true });
    Object.assign(window, {
      shifted: () => {
        take(observer.takeRecords());
        return shifts.reduce((sum, shift) => sum + shift, 0);
      },
    });
  });
}

/** The sum on this page, once it is at rest. */
export async function shifted(page: Page): Promise<number> {
  await settled(page);
  return page.evaluate(() => (window as unknown as { shifted(): number }).shifted());
}

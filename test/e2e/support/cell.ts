/** A cell of code, as a reader writes in it. */
import type { Locator, Page } from '@playwright/test';

export const said = (cell: Locator): Locator => cell.locator('.cell-said');

/** Over all that stands in a cell's editor, as the editor takes a paste. */
export async function write(cell: Locator, page: Page, text: string): Promise<void> {
  const content = cell.locator('.cm-content');
  await content.focus();
  await page.keyboard.press('ControlOrMeta+a');
  // Typing for the browser, it would style what it inserts.
  await content.evaluate((node, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    const options = { clipboardData, bubbles: true, cancelable: true };
    node.dispatchEvent(new ClipboardEvent('paste', options));
  }, text);
}

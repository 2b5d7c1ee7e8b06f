/**
 * axe on a page as it stands. Only what is wrong is asked for: collecting and sending what is right
 * takes several times as long as the checks themselves.
 */
import type { Page } from '@playwright/test';
import axe from 'axe-core';

/** The rules whose answer a theme can change. */
export const themed = ['color-contrast', 'link-in-text-block'];

/** One line for each fault: the rule, and where. */
export async function faults(
  page: Page,
  { within = 'body', rules }: { within?: string; rules?: string[] } = {},
): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate(
    async ([scope, only]) => {
      const { axe } = window as unknown as { axe: typeof import('axe-core') };
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

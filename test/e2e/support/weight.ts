/** What a page weighs, in compressed bytes: a reader on a telephone pays for them. */
import { gzipSync } from 'node:zlib';
import { expect, type Page, type Response } from '@playwright/test';

export type Weight = Record<'html' | 'css' | 'font' | 'js' | 'prose', number>;

const kinds = {
  html: /html/,
  css: /css/,
  font: /font/,
  js: /javascript/,
};

/** Weighs from now on, by kind, all that the page fetches; what is asked for ends it. */
export function weigh(page: Page): () => Promise<Weight> {
  const bytes: Weight = { html: 0, css: 0, font: 0, js: 0, prose: 0 };
  const pending: Promise<void>[] = [];
  const add = async (response: Response) => {
    const type = response.headers()['content-type'] ?? '';
    const kind = (Object.keys(kinds) as (keyof typeof kinds)[]).find((name) =>
      kinds[name].test(type),
    );
    if (!kind) return;
    const body = await response.body();
    bytes[kind] += kind === 'font' ? body.length : packed(body);
    // Figures that are drawn at build come on top: they replace scripts.
    if (kind === 'html')
      bytes.prose = packed(body.toString().replace(/<sleeping-lab>[\s\S]*?<\/sleeping-lab>/g, ''));
  };
  const hear = (response: Response) => void pending.push(add(response));
  page.on('response', hear);
  return async () => {
    page.off('response', hear);
    await Promise.all(pending);
    return bytes;
  };
}

/** By kind, at most so many bytes. */
export function expectWithin(weight: Weight, limits: Partial<Weight>): void {
  for (const [kind, most] of Object.entries(limits))
    expect(
      weight[kind as keyof Weight],
      `bytes of ${kind}: ${JSON.stringify(weight)}`,
    ).toBeLessThanOrEqual(most);
}

const packed = (text: string | Buffer) => gzipSync(text, { level: 9 }).length;

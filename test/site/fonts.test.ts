/** The fonts are cut down to what the site uses: here is where a chapter that needs more shows up. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const src = join(import.meta.dirname, '../../src');
const css = readFileSync(join(src, 'styles/fonts.css'), 'utf8');

/** Code points of a family's faces, from the ranges that the browser is told. */
function covered(family: string): Set<number> {
  const points = new Set<number>();
  for (const [, name, range] of css.matchAll(
    /font-family: "([^"]+)";[^}]*?unicode-range:\s*([^;]+);/g,
  )) {
    if (name !== family) continue;
    for (const part of range.split(/,\s*/)) {
      const [first, last = first] = part
        .slice(2)
        .split('-')
        .map((hex) => Number.parseInt(hex, 16));
      for (let point = first; point <= last; point++) points.add(point);
    }
  }
  return points;
}

const contents = readdirSync(join(src, 'content'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(mdx|yaml|bib)$/.test(file))
  .map((file) => [file, readFileSync(join(src, 'content', file), 'utf8')] as const);

/** Arrows and relations have no glyph in the text faces; the system's stand in well. */
const fromSystem = new Set([...'→←↑↓≈≤≥≠∞√∑∂ΣΔ⁻⁴☐\n\t'].map((c) => c.codePointAt(0)!));

it('reads the ranges', () => {
  expect(covered('Source Serif 4').has(0x41)).toBe(true);
  expect(covered('Source Serif 4').has(0x3b1)).toBe(true);
  expect(covered('Source Serif 4').has(0x4e00)).toBe(false);
  expect(contents.length).toBeGreaterThan(3);
});

it('has a glyph for every character of the text', () => {
  const serif = covered('Source Serif 4');
  const missing = contents.flatMap(([file, text]) => {
    const lacking = [...new Set(text)].filter((c) => {
      const point = c.codePointAt(0)!;
      return !serif.has(point) && !fromSystem.has(point);
    });
    return lacking.length ? [`${file}: ${lacking.join(' ')} (add them in scripts/fonts.mjs)`] : [];
  });
  expect(missing).toEqual([]);
});

it('keeps the fonts of a page of maths and code within 95 kB', () => {
  const size = (name: string) => statSync(join(src, 'styles/fonts', `${name}.woff2`)).size;
  const faces = [
    'serif',
    'serif-italic',
    'display',
    'sans',
    'sans-medium',
    'sans-semibold',
    'mono',
    'math',
  ];
  expect(faces.reduce((sum, name) => sum + size(name), 0)).toBeLessThan(95_000);
});

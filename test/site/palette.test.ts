/**
 * The expert colours, checked and not trusted: distinct under normal vision and the three common
 * deficiencies on both themes, and letters readable on their discs.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const css = readFileSync(join(import.meta.dirname, '../../src/styles/tokens.css'), 'utf8');
const letters = [...'ABCDEFGH'];
type Rgb = [number, number, number];

/** Light and dark value of a custom property. */
function themed(name: string): { light: Rgb; dark: Rgb } {
  const [, light, dark] =
    css.match(new RegExp(`--${name}: light-dark\\(#([0-9a-f]{6}), #([0-9a-f]{6})\\)`)) ?? [];
  if (!light) throw new Error(`tokens.css has no --${name} of the form light-dark(#…, #…).`);
  const rgb = (hex: string) =>
    [0, 2, 4].map((i) => Number.parseInt(hex.slice(i, i + 2), 16)) as Rgb;
  return { light: rgb(light), dark: rgb(dark) };
}

const linear = (rgb: Rgb) =>
  rgb.map((c) =>
    c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
  ) as Rgb;

/** Full-strength simulation in linear RGB: Machado, Oliveira & Fernandes, 2009, table 1. */
const vision: Record<string, number[][]> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};
const seen = (rgb: Rgb, matrix: number[][]) =>
  matrix.map((row) =>
    Math.min(
      1,
      Math.max(
        0,
        row.reduce((sum, m, i) => sum + m * rgb[i], 0),
      ),
    ),
  ) as Rgb;

/** CIE Lab of linear sRGB, white D65. */
function lab([r, g, b]: Rgb): Rgb {
  const xyz = [
    (0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047,
    0.2126729 * r + 0.7151522 * g + 0.072175 * b,
    (0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883,
  ].map((t) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116));
  return [116 * xyz[1] - 16, 500 * (xyz[0] - xyz[1]), 200 * (xyz[1] - xyz[2])];
}
const distance = (a: Rgb, b: Rgb) => Math.hypot(...a.map((x, i) => x - b[i]));

const luminance = (rgb: Rgb) => {
  const [r, g, b] = linear(rgb);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a: Rgb, b: Rgb) => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};

describe.each(['light', 'dark'] as const)('palette, %s theme', (theme) => {
  const colors = letters.map((letter) => themed(`expert-${letter}`)[theme]);

  it.each(Object.keys(vision))('keeps any two experts apart under %s', (kind) => {
    const labs = colors.map((color) => lab(seen(linear(color), vision[kind])));
    const near: string[] = [];
    for (let i = 0; i < labs.length; i++)
      for (let j = 0; j < i; j++) {
        const delta = distance(labs[i], labs[j]);
        if (delta < 20) near.push(`${letters[j]}${letters[i]} ${delta.toFixed(1)}`);
      }
    expect(near).toEqual([]);
  });

  it('keeps every letter readable on its disc', () => {
    const faint = letters.filter(
      (letter, i) => contrast(colors[i], themed(`expert-${letter}-ink`)[theme]) < 4.5,
    );
    expect(faint).toEqual([]);
  });

  it.each(['paper', 'wash'])('keeps text readable on %s', (ground) => {
    const below = [
      'ink',
      'soft',
      'link',
      'good',
      'bad',
      ...[1, 2, 3, 4, 5].map((n) => `line-${n}-text`),
    ]
      .map((name) => [name, contrast(themed(name)[theme], themed(ground)[theme])] as const)
      .filter(([, ratio]) => ratio < 4.5);
    expect(below).toEqual([]);
  });

  it('shows edges of what can be pressed', () => {
    expect(contrast(themed('edge')[theme], themed('paper')[theme])).toBeGreaterThanOrEqual(3);
  });
});

it('tells near colours from far ones', () => {
  const [red, green] = [
    [200, 60, 40],
    [110, 110, 20],
  ] as Rgb[];
  const apart = (kind: string) =>
    distance(lab(seen(linear(red), vision[kind])), lab(seen(linear(green), vision[kind])));
  expect(apart('normal')).toBeGreaterThan(50);
  expect(apart('protanopia')).toBeLessThan(30);
  expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21);
});

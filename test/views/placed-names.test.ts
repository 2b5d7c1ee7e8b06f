import { expect, it } from 'vitest';
import {
  type Drawing,
  isCrowded,
  type NamedPoint,
  placedNames,
  places,
  roomOf,
} from '../../src/views/marks/placed-names';

const room = { left: -50, right: 450, top: -20, bottom: 300 };
const at = (name: string, x: number, y: number) => ({ name, x, y });
const placesOf = (points: NamedPoint[], more: Omit<Drawing, 'room'> = {}) =>
  placedNames(points, { room, ...more }).map((i) => places[i]);

it('names stand to the right where nothing is in their way', () => {
  expect(placesOf([at('alone', 100, 100)])[0]).toEqual({ dx: 9, dy: 0, anchor: 'start' });
});

it('names move from a point that they would lie on, named or not', () => {
  const [first] = placesOf([at('two nodes', 100, 100), at('b', 130, 102)]);
  expect(first).not.toEqual(places[0]);
  const [beside] = placesOf([at('two nodes', 100, 100)], { others: [{ x: 130, y: 102 }] });
  expect(beside).not.toEqual(places[0]);
});

it('names keep off lines, above one that falls from their point and below one that rises', () => {
  const line = (y: number): Drawing['lines'] => [
    [
      { x: 100, y: 100 },
      { x: 200, y },
    ],
  ];
  const point = [at('point', 100, 100)];
  expect(placesOf(point, { lines: line(140) })[0].dy).toBeLessThan(0);
  expect(placesOf(point, { lines: line(60) })[0].dy).toBeGreaterThan(0);
});

it('names of points over each other do not meet', () => {
  const [a, b] = placesOf([at('latent 16', 100, 100), at('MQA', 100, 110)]);
  expect(Math.abs(100 + a.dy - (110 + b.dy))).toBeGreaterThanOrEqual(14);
});

it('names stay within the picture', () => {
  expect(placesOf([at('at the right end', 440, 100)])[0].anchor).toBe('end');
});

it('names keep off the words that stand there before them', () => {
  const words = [roomOf('selection bias', 400, 104, 'end')];
  const [place] = placesOf([at('16 sequences', 300, 100)], { words });
  expect(place).not.toEqual(places[0]);
  // Lower than their foot, or ended before they begin.
  expect(place.dy >= 12 || place.anchor === 'end').toBe(true);
});

it('words are crowded where a point would bear its name among them', () => {
  const words = roomOf('selection bias', 400, 104, 'end');
  expect(isCrowded(words, [{ x: 395, y: 80 }])).toBe(true);
  expect(isCrowded(words, [{ x: 100, y: 97 }])).toBe(false);
  expect(isCrowded(words, [{ x: 395, y: 20 }])).toBe(false);
});

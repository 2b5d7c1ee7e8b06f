import { expect, it } from 'vitest';
import { type NamedPoint, placedNames, places } from '../../src/views/marks/placed-names';

const room = { left: -50, right: 450, top: -20, bottom: 300 };
const at = (name: string, x: number, y: number, joined: NamedPoint['joined'] = []) => ({
  name,
  x,
  y,
  joined,
});
const placesOf = (...points: NamedPoint[]) => placedNames(points, room).map((i) => places[i]);

it('names stand to the right where nothing is in their way', () => {
  expect(placesOf(at('alone', 100, 100))[0]).toEqual({ dx: 9, dy: 0, anchor: 'start' });
});

it('names move from a point that they would lie on', () => {
  const [first] = placesOf(at('two nodes', 100, 100), at('b', 130, 102));
  expect(first).not.toEqual(places[0]);
});

it('names keep off their line, above it where it falls and below where it rises', () => {
  const to = (y: number) => [{ x: 200, y }];
  expect(placesOf(at('falls', 100, 100, to(140)))[0].dy).toBeLessThan(0);
  expect(placesOf(at('rises', 100, 100, to(60)))[0].dy).toBeGreaterThan(0);
});

it('names of points over each other do not meet', () => {
  const [a, b] = placesOf(at('latent 16', 100, 100), at('MQA', 100, 110));
  expect(Math.abs(100 + a.dy - (110 + b.dy))).toBeGreaterThanOrEqual(14);
});

it('names stay within the picture', () => {
  expect(placesOf(at('at the right end', 440, 100))[0].anchor).toBe('end');
});

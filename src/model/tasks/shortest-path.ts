/**
 * Given a graph as a list of its edges and two of its vertices, say the shortest path between
 * them. Nothing to remember, much to combine: edges lie in any order, and an early step can only be
 * chosen by looking further. jelassi2024, the shortest-path task (sizes are ours).
 */
import { uniforms } from '../../tensor/random';
import type { Task, TaskOptions, TaskPart } from '../types';
import { below, checkRows, partOf, resolve, shuffled } from './rules/options';

const options = {
  vertices: { kind: 'number', label: 'vertices', min: 4, max: 16, default: 8, integer: true },
  edges: { kind: 'number', label: 'edges', min: 3, max: 40, default: 10, integer: true },
  longest: { kind: 'number', label: 'longest path', min: 2, max: 6, default: 4, integer: true },
} as const;

/** One graph in this many is held back. */
const HELD_BACK = 8;
/** Graphs tried before the sizes are said to be impossible. */
const TRIES = 2000;

type Edge = [number, number];

function checked(given?: TaskOptions) {
  const chosen = resolve(options, given);
  const { vertices, edges, longest } = chosen;
  const most = (vertices * (vertices - 1)) / 2;
  if (edges >= most)
    throw new Error(
      `${vertices} vertices have ${most} pairs; with ${edges} edges none is left that is not joined directly. Take fewer edges.`,
    );
  if (edges < 2 || longest > vertices - 1)
    throw new Error(
      `A path among ${vertices} vertices has at most ${vertices - 1} steps; the longest asked for is ${longest}.`,
    );
  if (longest > edges)
    throw new Error(`A path of ${longest} steps needs as many edges; there are ${edges}.`);
  return chosen;
}

/** Tokens: vertices from 0, then "?", "=" and ".". */
const tokensOf = (vertices: number) => ({
  query: vertices,
  equals: vertices + 1,
  stop: vertices + 2,
});

/**
 * Steps of the shortest path from one vertex to every other, and how many such paths there are.
 * Unreachable vertices have −1 steps.
 */
function search(from: number, neighbours: number[][]) {
  const steps = neighbours.map(() => -1);
  const paths = neighbours.map(() => 0);
  const before = neighbours.map(() => -1);
  steps[from] = 0;
  paths[from] = 1;
  const queue = [from];
  for (const vertex of queue)
    for (const next of neighbours[vertex]) {
      if (steps[next] < 0) {
        steps[next] = steps[vertex] + 1;
        before[next] = vertex;
        queue.push(next);
      }
      if (steps[next] === steps[vertex] + 1) paths[next] += paths[vertex];
    }
  return { steps, paths, before };
}

/** A graph of the part, and a question about it that has one shortest path of 2 or more steps. */
function question(
  next: () => number,
  part: TaskPart,
  { vertices, edges, longest }: ReturnType<typeof checked>,
) {
  const pairs: Edge[] = [];
  for (let a = 0; a < vertices; a++) for (let b = a + 1; b < vertices; b++) pairs.push([a, b]);
  // First a length, then a graph that has such a path: else nearly all questions would be short.
  const wanted = 2 + below(next, longest - 1);
  for (let tried = 0; tried < TRIES; tried++) {
    const graph = shuffled(pairs, next).slice(0, edges);
    const places = graph.map(([a, b]) => a * vertices + b).sort((a, b) => a - b);
    if (partOf(places, HELD_BACK) !== part) continue;
    const neighbours = Array.from({ length: vertices }, (_, vertex) =>
      graph.flatMap(([a, b]) => (a === vertex ? [b] : b === vertex ? [a] : [])),
    );
    const found = neighbours.flatMap((_, from) => {
      const { steps, paths, before } = search(from, neighbours);
      return steps.flatMap((length, to) =>
        length === wanted && paths[to] === 1 ? [pathTo(to, before)] : [],
      );
    });
    if (found.length > 0) return { graph, path: found[below(next, found.length)] };
  }
  throw new Error(
    `No graph of ${vertices} vertices and ${edges} edges was found with a single shortest path of up to ${longest} steps. Take another number of edges, or shorter paths.`,
  );
}

function pathTo(to: number, before: number[]): number[] {
  const path = [to];
  while (before[path[0]] >= 0) path.unshift(before[path[0]]);
  return path;
}

/**
 * Edges as pairs of vertices in any order and direction, "?", start, end, "=", then the path's
 * vertices after the start, and stops to the end. The path and its first stop count. Groups are the
 * number of steps.
 */
export default {
  name: 'shortest-path',
  label: 'Shortest path',
  source: 'jelassi2024',
  kind: 'tokens',
  options,
  unseen: 'one graph in eight, with all questions about it',

  shape(given) {
    const { vertices, edges, longest } = checked(given);
    const length = 2 * edges + 4 + longest;
    const names = Array.from({ length: vertices }, (_, i) => String.fromCharCode(97 + i));
    return {
      inputs: length,
      outputs: length,
      words: [...names, '?', '=', '.'],
      groups: Array.from({ length: longest - 1 }, (_, i) => `${i + 2} steps`),
    };
  },

  sample(seed, rows, given, part = 'train') {
    checkRows(rows);
    const chosen = checked(given);
    const { vertices, edges, longest } = chosen;
    const { query, equals, stop } = tokensOf(vertices);
    const next = uniforms(seed, `shortest-path.${part}`);
    const answerAt = 2 * edges + 4;
    const length = answerAt + longest;
    const inputs = new Int32Array(rows * length);
    const targets = new Int32Array(rows * length);
    const weights = new Float32Array(rows * length);
    const groups = new Int32Array(rows);
    for (let row = 0; row < rows; row++) {
      const { graph, path } = question(next, part, chosen);
      const listed = graph.flatMap(([a, b]) => (next() < 0.5 ? [a, b] : [b, a]));
      const steps = path.length - 1;
      const padding = Array<number>(longest + 1 - steps).fill(stop);
      const tokens = [...listed, query, path[0], path[steps], equals, ...path.slice(1), ...padding];
      inputs.set(tokens.slice(0, length), row * length);
      targets.set(tokens.slice(1), row * length);
      // The token at answerAt − 1 is "=": what follows it is the first that counts.
      const first = row * length + answerAt - 1;
      weights.fill(1, first, first + steps + 1);
      groups[row] = steps - 2;
    }
    return { rows, inputs, targets, weights, groups };
  },
} satisfies Task as Task;

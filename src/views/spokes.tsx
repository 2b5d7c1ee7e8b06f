/**
 * A network that squeezes features into a plane, and the parts it was taken apart into: in each
 * small plane the network's features are thin spokes, and the part's own lie on them in colour. A
 * part that is one feature is one spoke. Reads the probes `network` [2, features], `parts`
 * [parts, 2, features] and `cosines` [features, parts], and the fact `features`.
 */
import { value } from '../lab/format';
import { listOf } from '../lab/run';
import type { DrawnView, RunData, ViewProps } from '../lab/types';
import { panelsOf, rowsOf } from './probes';

interface Part {
  title: string;
  /** A point for each feature. */
  ends: [number, number][];
  /** The feature it is closest to, and how close. */
  feature: number;
  cosine: number;
  length: number;
  /** Too short to do anything. */
  nothing: boolean;
}

const ends = ([x, y]: number[][]): [number, number][] => (x ?? []).map((each, i) => [each, y[i]]);

const lengthOf = (all: [number, number][]) => Math.hypot(...all.flat());

/** Parts this much shorter than a feature are nearly nothing. */
const faint = 0.08;

/**
 * The parts, those of the first feature first, the closest of them before the others, and what is
 * nearly nothing at the end.
 */
export function partsOf(run: RunData): Part[] {
  const cosines = rowsOf(run, 'cosines');
  const least = faint * Math.hypot(...(ends(rowsOf(run, 'network'))[0] ?? []));
  return panelsOf(run, 'parts')
    .map((rows, part) => {
      const own = cosines.map((row) => row[part]);
      const cosine = Math.max(...own);
      const all = ends(rows);
      const length = lengthOf(all);
      const feature = own.indexOf(cosine);
      return { title: '', ends: all, feature, cosine, length, nothing: length < least };
    })
    .toSorted(
      (a, b) =>
        Number(a.nothing) - Number(b.nothing) || a.feature - b.feature || b.cosine - a.cosine,
    )
    .map((part, i) => ({ ...part, title: `part ${i + 1}` }));
}

function Draw({ run, width, height }: ViewProps) {
  const network = ends(rowsOf(run, 'network'));
  if (!network.length)
    return (
      <text class="v-axis" x={0} y={16}>
        Nothing has been taken apart yet.
      </text>
    );
  const names = listOf<string>(run, 'features');
  const parts = partsOf(run);
  const sum = network.map((_, i): [number, number] => [
    parts.reduce((all, part) => all + part.ends[i][0], 0),
    parts.reduce((all, part) => all + part.ends[i][1], 0),
  ]);
  const planes = [
    { title: 'the network', own: network, words: '' },
    { title: 'sum of the parts', own: sum, words: '' },
    ...parts.map(({ title, ends: own, feature, cosine, nothing }) => ({
      title,
      own,
      words: nothing ? 'nearly nothing' : `feature ${names[feature]}: ${cosine.toFixed(2)}`,
    })),
  ];
  // As many columns as leave the planes as large as they can be.
  const size = (columns: number) =>
    Math.min(width / columns, height / Math.ceil(planes.length / columns) - 34);
  const columns = planes.map((_, i) => i + 1).toSorted((a, b) => size(b) - size(a))[0];
  const [cellX, cellY] = [width / columns, height / Math.ceil(planes.length / columns)];
  const radius = Math.max(10, size(columns) / 2 - 8);
  const scale = radius / (1.25 * Math.max(...network.map(([x, y]) => Math.hypot(x, y))));
  return (
    <>
      {planes.map(({ title, own, words }, i) => {
        const x = cellX * ((i % columns) + 0.5);
        const top = cellY * Math.floor(i / columns);
        const y = top + 18 + radius;
        const at = ([a, b]: [number, number], by = 1) =>
          [x + a * scale * by, y - b * scale * by] as const;
        return (
          <g key={title}>
            <text class="v-label" x={x} y={top + 12} text-anchor="middle">
              {title}
            </text>
            {network.map((end, feature) => {
              const [ex, ey] = at(end);
              return (
                <line
                  key={names[feature]}
                  class="spoke"
                  x1={x.toFixed(1)}
                  y1={y.toFixed(1)}
                  x2={ex.toFixed(1)}
                  y2={ey.toFixed(1)}
                />
              );
            })}
            {own.map((end, feature) => {
              const [ex, ey] = at(end);
              return (
                <g key={names[feature]}>
                  <line
                    class="spoke-own"
                    x1={x.toFixed(1)}
                    y1={y.toFixed(1)}
                    x2={ex.toFixed(1)}
                    y2={ey.toFixed(1)}
                  />
                  <circle class="spoke-end" r="2.5" cx={ex.toFixed(1)} cy={ey.toFixed(1)} />
                </g>
              );
            })}
            {i === 0 &&
              network.map((end, feature) => {
                const [ex, ey] = at(end, 1.18);
                return (
                  <text
                    key={names[feature]}
                    class="v-axis"
                    x={ex.toFixed(1)}
                    y={(ey + 4).toFixed(1)}
                    text-anchor="middle"
                  >
                    {names[feature]}
                  </text>
                );
              })}
            <text class="v-axis" x={x} y={top + 2 * radius + 31} text-anchor="middle">
              {words}
            </text>
          </g>
        );
      })}
    </>
  );
}

export const spokes: DrawnView = {
  name: 'spokes',
  styles: ['spokes'],
  reads: { probes: ['network', 'parts', 'cosines'], facts: ['features'] },
  aspect: 0.42,
  narrowAspect: 1.5,
  Draw,
  describe(run) {
    const names = listOf<string>(run, 'features');
    const parts = partsOf(run);
    if (!parts.length) return 'Nothing has been taken apart yet.';
    return `${parts.length} parts: ${parts.map(({ title, feature, cosine }) => `${title} closest to feature ${names[feature]}, cosine ${cosine.toFixed(2)}`).join('; ')}.`;
  },
  table(run) {
    const names = listOf<string>(run, 'features');
    return {
      columns: ['part', 'closest feature', 'cosine', 'length'],
      rows: partsOf(run).map(({ title, feature, cosine, length }) => [
        title,
        names[feature],
        cosine.toFixed(3),
        value(length),
      ]),
    };
  },
};

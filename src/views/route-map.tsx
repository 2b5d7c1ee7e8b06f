/**
 * Routes through a model's sparse layers as a map: a column for each layer, a station for each set
 * of experts that a character may get, a line for each way from set to set that was taken, as wide
 * as it is often taken. Below it the row read last; the character pointed at has its route marked.
 * Reads the probe `read`, [characters, numbers], and the facts of the experiment `routes`.
 */
import { useState } from 'preact/hooks';
import { count, percent } from '../lab/format';
import type { DrawnView, RunData, ViewProps } from '../lab/types';
import { letter } from './marks/bullet';
import { Said } from './marks/said';
import { Sign, seen } from './marks/sign';
import { Walked } from './marks/walked';

/** Sixteen experts share a number, each a power of two. */
const perNumber = 16;

interface Facts {
  words: string[];
  layers: number[];
  experts: number;
  topK: number;
  rows: number;
  length: number;
  possible: number;
}

/** Of each character read, by layer: the experts it got, in their order. */
export interface Read {
  facts: Facts;
  /** [characters][layers][k] */
  routes: number[][][];
}

export function readOf(run: RunData): Read | undefined {
  const facts = run.facts as unknown as Facts | undefined;
  const probe = run.probes.read;
  if (!facts?.layers || !probe) return undefined;
  const { layers, experts } = facts;
  const [characters, width] = probe.shape;
  const numbers = width / layers.length;
  const routes: number[][][] = [];
  for (let at = 0; at < characters; at++) {
    if (probe.data[at * width] < 0) break;
    routes.push(
      layers.map((_, layer) =>
        Array.from({ length: experts }, (_, expert) => expert).filter((expert) => {
          const place = at * width + layer * numbers + Math.floor(expert / perNumber);
          return Math.floor(probe.data[place] / 2 ** (expert % perNumber)) % 2 === 1;
        }),
      ),
    );
  }
  return { facts, routes };
}

const nameOf = (route: number[][]) => route.map((set) => set.map(letter).join('')).join(' – ');

/** Routes by how often they were taken, the commonest first. */
export function commonest({ routes }: Read): { route: number[][]; times: number }[] {
  const found = new Map<string, { route: number[][]; times: number }>();
  for (const route of routes) {
    const name = nameOf(route);
    const known = found.get(name);
    if (known) known.times++;
    else found.set(name, { route, times: 1 });
  }
  return [...found.values()].sort((a, b) => b.times - a.times);
}

/** All sets of k of so many experts, in the order of their letters; undefined where they are too many to draw. */
function stations(experts: number, topK: number): number[][] | undefined {
  let sets: number[][] = [[]];
  for (let i = 0; i < topK; i++) {
    sets = sets.flatMap((set) =>
      Array.from({ length: experts }, (_, expert) => expert)
        .filter((expert) => expert > (set.at(-1) ?? -1))
        .map((expert) => [...set, expert]),
    );
    if (sets.length > mostStations) return undefined;
  }
  return sets;
}

const mostStations = 600;
/** Pixels that a station's name needs. */
const leastName = 13;

interface Way {
  layer: number;
  from: string;
  to: string;
  times: number;
}

function waysOf({ routes, facts }: Read): Way[] {
  const ways = new Map<string, Way>();
  for (const route of routes)
    for (let layer = 0; layer + 1 < facts.layers.length; layer++) {
      const [from, to] = [String(route[layer]), String(route[layer + 1])];
      const key = `${layer} ${from} ${to}`;
      const known = ways.get(key);
      if (known) known.times++;
      else ways.set(key, { layer, from, to, times: 1 });
    }
  return [...ways.values()].sort((a, b) => a.times - b.times);
}

function Draw({ run, width }: ViewProps) {
  const [pointed, setPointed] = useState(12);
  const read = readOf(run);
  if (!read?.routes.length) return <p class="lab-quiet-line">Nothing has been read yet.</p>;
  const { facts, routes } = read;
  const start = Math.max(0, routes.length - facts.length);
  const row = routes.slice(start);
  const here = Math.min(pointed, row.length - 1);
  const route = row[here];
  const text = charactersOf(run, row.length);
  const times = commonest(read).find((each) => nameOf(each.route) === nameOf(route))?.times ?? 0;
  return (
    <div class="written route-map">
      <Lines read={read} route={route} width={width} />
      <Walked
        label="The row read last"
        places={row.map((_, at) => at)}
        pointed={here}
        onPoint={setPointed}
      >
        <p class="written-line">
          {row.map((each, at) => (
            <Sign
              // Places keep their order.
              key={`${at}`}
              at={at}
              character={seen(text[at] ?? '·')}
              pointed={at === here}
              experts={each.map((set) => set[0])}
              filled={each.map(() => false)}
            />
          ))}
        </p>
      </Walked>
      <Said
        class="written-gates"
        words={`“${seen(text[here] ?? '·')}” takes ${nameOf(route)}: ${count(times)} of ${count(routes.length)} characters went this way. Point at another.`}
        by={pointed}
      />
    </div>
  );
}

/** What the row read last says, where the run knows. */
function charactersOf(run: RunData, length: number): string[] {
  const facts = run.facts as unknown as Facts;
  const row = Math.max(0, Math.ceil((readOf(run)?.routes.length ?? 0) / facts.length) - 1);
  const tokens = (run.facts?.tokens as number[][] | undefined)?.[row] ?? [];
  return tokens.slice(0, length).map((token) => facts.words[token]);
}

interface MapProps {
  read: Read;
  route: number[][];
  width: number;
}

function Lines({ read, route, width }: MapProps) {
  const { layers, experts, topK } = read.facts;
  const sets = stations(experts, topK);
  if (!sets)
    return <p class="lab-quiet-line">Too many sets of experts to draw; the count goes on.</p>;
  const named = sets.length <= 40;
  const height = named ? sets.length * leastName + 34 : 420;
  const side = named ? 34 : 12;
  const x = (layer: number) =>
    layers.length > 1 ? side + (layer * (width - 2 * side)) / (layers.length - 1) : width / 2;
  const place = new Map(sets.map((set, i) => [String(set), i]));
  const y = (set: string) => 28 + ((place.get(set) ?? 0) + 0.5) * ((height - 34) / sets.length);
  const ways = waysOf(read);
  const most = Math.max(1, ...ways.map(({ times }) => times));
  const line = (layer: number, from: string, to: string) => {
    const [a, b] = [x(layer) + (named ? 13 : 3), x(layer + 1) - (named ? 13 : 3)];
    const middle = (a + b) / 2;
    return `M${a.toFixed(1)},${y(from).toFixed(1)}C${middle.toFixed(1)},${y(from).toFixed(1)} ${middle.toFixed(1)},${y(to).toFixed(1)} ${b.toFixed(1)},${y(to).toFixed(1)}`;
  };
  const size = (times: number) => 0.35 + 5 * (times / most);
  return (
    <svg class="lab-svg" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={said(read)}>
      {layers.map((layer, i) => (
        <text
          key={layer}
          class="v-axis"
          x={x(i)}
          y={13}
          text-anchor={i === 0 ? 'start' : i === layers.length - 1 ? 'end' : 'middle'}
          dx={i === 0 ? -side : i === layers.length - 1 ? side : 0}
        >
          {`layer ${layer + 1}`}
        </text>
      ))}
      {ways.map(({ layer, from, to, times }) => (
        <path
          key={`${layer} ${from} ${to}`}
          class="route-way"
          d={line(layer, from, to)}
          stroke-width={size(times).toFixed(2)}
        />
      ))}
      {layers.slice(1).map((_, layer) => (
        <path
          // Layers keep their order.
          key={`${layer}`}
          class="v-route"
          d={line(layer, String(route[layer]), String(route[layer + 1]))}
        />
      ))}
      {layers.map((layer, i) =>
        sets.map((set) => {
          const on = String(route[i]) === String(set);
          return named ? (
            <text
              key={`${layer} ${set}`}
              class={on ? 'v-station v-on' : 'v-station'}
              x={x(i)}
              y={y(String(set))}
              dy="0.35em"
              text-anchor="middle"
            >
              {set.map(letter).join('')}
            </text>
          ) : (
            <circle
              key={`${layer} ${set}`}
              class={on ? 'v-route' : 'route-way'}
              cx={x(i)}
              cy={y(String(set))}
              r={on ? 3 : 1}
            />
          );
        }),
      )}
    </svg>
  );
}

function said(read: Read): string {
  const { facts, routes } = read;
  if (!routes.length) return 'Nothing has been read yet.';
  const all = commonest(read);
  const [first] = all;
  return `${count(routes.length)} characters took ${count(all.length)} of ${count(facts.possible)} routes. The commonest, ${nameOf(first.route)}, was taken by ${percent(first.times / routes.length, 1)}.`;
}

export const routeMap: DrawnView = {
  name: 'route-map',
  kind: 'page',
  styles: ['marks/sign', 'written', 'route-map'],
  reads: {
    probes: ['read'],
    facts: ['layers', 'experts', 'topK', 'possible', 'length', 'tokens', 'words'],
  },
  aspect: 0.55,
  narrowAspect: 1.4,
  Draw,
  describe(run) {
    const read = readOf(run);
    return read ? said(read) : 'Nothing has been read yet.';
  },
  table(run) {
    const read = readOf(run);
    return {
      columns: ['route', 'characters'],
      rows: read
        ? commonest(read)
            .slice(0, 40)
            .map((each) => [nameOf(each.route), each.times])
        : [],
    };
  },
};

/**
 * A table whose cells are strips of dots: a row for each contestant, a column for each quantity, a
 * ring for each recorded seed and a square for the reader's own run. The first row's range is a
 * band behind every cell of its column, so that what lies outside it is seen; such numbers are bold.
 */
import { value } from '../lab/format';
import { median } from '../lab/seeds';
import type { DrawnView, Findings, RecordedRun, RunData, ViewProps } from '../lab/types';

interface Named {
  name: string;
  label: string;
}

export interface StripsOptions {
  name: string;
  reads: DrawnView['reads'];
  /** The first is what the others are held against. */
  rows: Named[];
  columns: (Named & { say?(x: number): string })[];
  /** The finding that stands in a cell; 0 or none where there is none. */
  finding(column: string, row: string): string;
  findings(run: RunData): Findings;
  nothing: string;
}

interface Cell {
  recorded: number[];
  own?: number;
  /** Of all that is known; the reader's own where there is one. */
  middle: number;
  /** True if all of them lie on one side of the first row's range. */
  outside: boolean;
}

/** Of a strip, in its own units. */
const width = 66;
const height = 12;
const side = 5;

export function strips(options: StripsOptions): DrawnView {
  const { name, reads, rows, columns, finding, findings, nothing } = options;

  /** A column's cells from top to bottom, and the range of its first row. */
  function columnOf(run: RunData, page: RunData | undefined, column: string) {
    const seeds = (run as Partial<RecordedRun>).seeds ?? (page as Partial<RecordedRun>)?.seeds;
    const live = (run as Partial<RecordedRun>).seeds ? {} : findings(run);
    const cells = rows.map((row) => {
      const key = finding(column, row.name);
      const recorded = (seeds ?? []).map((seed) => seed.findings[key]).filter(there);
      const own = there(live[key]) ? live[key] : undefined;
      return { recorded, own, all: own === undefined ? recorded : [...recorded, own] };
    });
    const [first] = cells;
    const range = { low: Math.min(...first.all), high: Math.max(...first.all) };
    return {
      range,
      cells: cells.map(
        ({ recorded, own, all }): Cell => ({
          recorded,
          own,
          middle: own ?? median(recorded),
          outside:
            all.length > 0 && (all.every((x) => x > range.high) || all.every((x) => x < range.low)),
        }),
      ),
      ends: {
        low: Math.min(...cells.flatMap(({ all }) => all)),
        high: Math.max(...cells.flatMap(({ all }) => all)),
      },
    };
  }

  const tableOf = (run: RunData, page?: RunData) =>
    columns.map((column) => ({ ...column, ...columnOf(run, page, column.name) }));

  const isEmpty = (table: ReturnType<typeof tableOf>) =>
    table.every(({ cells }) => cells.every(({ middle }) => Number.isNaN(middle)));

  function Draw({ run, recorded }: ViewProps) {
    const table = tableOf(run, recorded);
    if (isEmpty(table)) return <p class="lab-quiet-line">{nothing}</p>;
    return (
      <div class="lab-strips">
        <table>
          <thead>
            <tr>
              <th scope="col">model</th>
              {columns.map(({ label }) => (
                <th key={label} scope="col">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, at) => (
              <tr key={row.name}>
                <th scope="row">{row.label}</th>
                {table.map(({ name: column, label, cells, range, ends, say = value }) => (
                  <td key={column}>
                    <span class="lab-strips-label">{label}</span>
                    <Strip cell={cells[at]} range={range} ends={ends} />
                    <Middle cell={cells[at]} say={say} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    );
  }

  return {
    name,
    kind: 'page',
    styles: ['strips'],
    reads,
    aspect: 0.5,
    narrowAspect: 2.4,
    Draw,
    describe(run) {
      const table = tableOf(run);
      if (isEmpty(table)) return nothing;
      const words = table.flatMap(({ label, cells, say = value }) => {
        const out = rows.flatMap((row, at) =>
          cells[at].outside ? [`${row.label} ${say(cells[at].middle)}`] : [],
        );
        const first = `${label}, ${rows[0].label} ${said(cells[0].middle, say)}`;
        return [`${first}${out.length ? `; outside its range: ${out.join(', ')}` : ''}.`];
      });
      return words.join(' ');
    },
    table(run) {
      const table = tableOf(run);
      return {
        columns: ['model', ...columns.map(({ label }) => label)],
        rows: isEmpty(table)
          ? []
          : rows.map((row, at) => [
              row.label,
              ...table.map(({ cells, say = value }) => inWords(cells[at], say)),
            ]),
      };
    },
  };
}

const there = (x: number | undefined): x is number => x !== undefined && Number.isFinite(x);

const said = (x: number, say: (x: number) => string) => (Number.isNaN(x) ? '–' : say(x));

function inWords({ recorded, own, middle }: Cell, say: (x: number) => string): string {
  const all = own === undefined ? recorded : [...recorded, own];
  if (!all.length) return '–';
  const [low, high] = [say(Math.min(...all)), say(Math.max(...all))];
  return low === high ? say(middle) : `${say(middle)} (${low} to ${high})`;
}

function Middle({ cell, say }: { cell: Cell; say(x: number): string }) {
  const words = said(cell.middle, say);
  return cell.outside ? <strong>{words}</strong> : <span>{words}</span>;
}

interface Ends {
  low: number;
  high: number;
}

/** The numbers beside it say the same: it is only to be looked at. */
function Strip({ cell, range, ends }: { cell: Cell; range: Ends; ends: Ends }) {
  const span = ends.high - ends.low;
  const at = (x: number) =>
    Number((span > 0 ? side + ((width - 2 * side) * (x - ends.low)) / span : width / 2).toFixed(1));
  const known = Number.isFinite(range.low);
  const left = known ? at(range.low) - 3 : 0;
  return (
    <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {known && (
        <rect
          class="lab-strips-band"
          x={left}
          y={0}
          width={Math.max(6, at(range.high) - left + 3)}
          height={height}
        />
      )}
      {cell.recorded.map((x, i) => (
        // Seeds keep their places.
        <circle key={`${i}`} class="lab-strips-ring" cx={at(x)} cy={height / 2} r={3} />
      ))}
      {cell.own !== undefined && (
        <rect
          class="lab-strips-own"
          x={at(cell.own) - 3.5}
          y={height / 2 - 3.5}
          width={7}
          height={7}
        />
      )}
    </svg>
  );
}

/** The numbers behind the pictures, and those of the seeds. */
import { count } from '../../../lab/format';
import { lengthOf } from '../../../lab/run';
import type { LabStore } from '../../../lab/store';
import type { Strip } from '../../../lab/strip';
import type { LabDescription } from '../../../lab/types';

interface Props {
  store: LabStore;
  shown: LabDescription['views'];
}

/** One table a figure, with what was measured and nothing rounded away that matters. */
export function Tables({ store, shown }: Props) {
  const run = store.shown.value;
  const strip = store.told.strip.value;
  const at = store.plan.kind === 'table' ? '' : `, step ${count(lengthOf(run))}`;
  return (
    <>
      {shown.map(({ view, label }) => (
        <Table
          key={view.name}
          name={`${store.id}: ${label ?? view.name}`}
          caption={`${label ?? view.name}${at}`}
          {...view.table(run)}
        />
      ))}
      {strip && <Table name={`${store.id}: seeds`} caption="Seed by seed" {...tableOf(strip)} />}
    </>
  );
}

/** One row a dot; where a seed stands twice, one of them is the reader's. */
function tableOf({ rows }: Strip) {
  const dots = rows[0]?.dots.toSorted((a, b) => a.seed - b.seed) ?? [];
  const whose = (own?: string) => (own ? `yours, ${own}` : 'recorded');
  return {
    columns: ['seed', 'run', ...rows.map(({ label }) => label)],
    rows: dots.map(({ seed, own }) => [
      seed,
      whose(own),
      ...rows.map(({ dots: all, say }) => {
        const dot = all.find((each) => each.seed === seed && each.own === own);
        return dot ? say(dot.value) : '–';
      }),
    ]),
  };
}

interface TableProps {
  /** With the lab's id: a page may have the same table of two labs open. */
  name: string;
  caption: string;
  columns: string[];
  rows: (string | number)[][];
}

/** A box that scrolls must be reachable by keyboard. */
const scrollable = { tabIndex: 0 };

const Table = ({ name, caption, columns, rows }: TableProps) => (
  <section {...scrollable} class="lab-table" aria-label={`Numbers of ${name}`}>
    <table>
      <caption>{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, i) => (
          <tr key={`${i} ${row[0]}`}>
            {row.map((cell, column) => (
              <td key={columns[column]}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </section>
);

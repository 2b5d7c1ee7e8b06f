/** The numbers behind the pictures. */
import { count } from '../../../lab/format';
import { lengthOf } from '../../../lab/run';
import type { LabDescription, RunData } from '../../../lab/types';

/** A box that scrolls must be reachable by keyboard. */
const scrollable = { tabIndex: 0 };

interface Props {
  /** The lab's id: a page may have the same table of two labs open. */
  id: string;
  run: RunData;
  shown: LabDescription['views'];
}

/** One table a figure, with what was measured and nothing rounded away that matters. */
export function Tables({ id, run, shown }: Props) {
  return (
    <>
      {shown.map(({ view, label }) => {
        const { columns, rows } = view.table(run);
        return (
          <section
            {...scrollable}
            class="lab-table"
            key={view.name}
            aria-label={`Numbers of ${id}: ${label ?? view.name}`}
          >
            <table>
              <caption>
                {label ?? view.name}, step {count(lengthOf(run))}
              </caption>
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
                {rows.map((row) => (
                  <tr key={String(row[0])}>
                    {row.map((cell, i) => (
                      <td key={columns[i]}>{cell}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        );
      })}
    </>
  );
}

/** The numbers behind the pictures. */
import { count } from '../../../lab/format';
import { lengthOf } from '../../../lab/run';
import type { LabDescription, RunData } from '../../../lab/types';

/** A box that scrolls must be reachable by keyboard. */
const scrollable = { tabIndex: 0 };

/** One table a figure, with what was measured and nothing rounded away that matters. */
export function Tables({ run, shown }: { run: RunData; shown: LabDescription['views'] }) {
  return (
    <>
      {shown.map(({ view, label }) => {
        const { columns, rows } = view.table(run);
        return (
          <section
            {...scrollable}
            class="lab-table"
            key={view.name}
            aria-label={`Numbers: ${label ?? view.name}`}
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

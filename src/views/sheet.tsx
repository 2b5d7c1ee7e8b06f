/** A few numbers of a run as a table that stands in the figure: for those that are read, not compared by eye. */
import type { DrawnView, RunData, ViewProps } from '../lab/types';

export interface Sheet {
  columns: string[];
  rows: (string | number)[][];
}

export interface SheetOptions {
  name: string;
  reads: DrawnView['reads'];
  /** The first column names the rows. No rows where there is nothing to say yet. */
  of(run: RunData): Sheet;
  /** Where there is nothing yet. */
  nothing: string;
  aspect?: number;
  narrowAspect?: number;
}

export function sheet({ name, reads, of, nothing, ...shape }: SheetOptions): DrawnView {
  function Draw({ run }: ViewProps) {
    const { columns, rows } = of(run);
    if (!rows.length) return <p class="lab-quiet-line">{nothing}</p>;
    return (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys scroll it where it is wider than the screen
      <section class="lab-sheet" aria-label={columns.join(', ')} tabIndex={0}>
        <table>
          <thead>
            <tr>
              {columns.map((words) => (
                <th key={words} scope="col">
                  {words}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([first, ...others]) => (
              <tr key={first}>
                <th scope="row">{first}</th>
                {others.map((cell, i) => (
                  // Cells keep their places; what stands in them changes.
                  <td key={`${i}`}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    );
  }

  return {
    name,
    kind: 'page',
    reads,
    aspect: shape.aspect ?? 0.28,
    narrowAspect: shape.narrowAspect ?? 0.7,
    Draw,
    describe(run) {
      const { columns, rows } = of(run);
      if (!rows.length) return nothing;
      const words = rows.map(
        ([first, ...others]) =>
          `${first}: ${others.map((cell, i) => `${columns[i + 1]} ${cell}`).join(', ')}`,
      );
      return `${words.join('; ')}.`;
    },
    table: of,
  };
}

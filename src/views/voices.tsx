/**
 * What a model writes with each of several ways of letting its experts speak: a line or two for
 * each, with its loss and whether the line is right. Reads the answer `written`, the metric `losses`
 * and the fact `manners`.
 */
import { value } from '../lab/format';
import { latestRow, listOf } from '../lab/run';
import type { DrawnView, RunData, ViewProps } from '../lab/types';

interface Voice {
  name: string;
  loss: number;
  lines: string[];
  right: boolean[];
}

/** Lines that are shown of each. */
const shown = 3;

function voicesOf(run: RunData): Voice[] {
  const names = listOf<string>(run, 'manners');
  const losses = latestRow(run, 'losses');
  const written = Object.values(
    (run.answers?.written ?? {}) as unknown as Record<string, Pick<Voice, 'lines' | 'right'>>,
  );
  return names.map((name, i) => ({
    name,
    loss: losses[i],
    lines: written[i]?.lines.slice(0, shown) ?? [],
    right: written[i]?.right.slice(0, shown) ?? [],
  }));
}

/** A line that is long and wrong need not be read to its end. */
const cut = (line: string) => (line.length > 44 ? `${line.slice(0, 43)}…` : line);

function Draw({ run }: ViewProps) {
  const all = voicesOf(run);
  if (!all.some(({ lines }) => lines.length))
    return <p class="lab-quiet-line">It writes when all rows have been read.</p>;
  return (
    <dl class="written voices">
      {all.map(({ name, loss, lines, right }) => (
        <div key={name}>
          <dt>{`${name}: ${value(loss)}`}</dt>
          {lines.length ? (
            lines.map((line, i) => (
              <dd key={`${i}`}>
                {cut(line)}
                <span class={right[i] ? 'written-right' : 'written-wrong'}>
                  {right[i] ? 'right' : 'wrong'}
                </span>
              </dd>
            ))
          ) : (
            <dd>no line is finished</dd>
          )}
        </div>
      ))}
    </dl>
  );
}

export const voices: DrawnView = {
  name: 'voices',
  kind: 'page',
  styles: ['written', 'voices'],
  reads: { answers: ['written'], metrics: ['losses'], facts: ['manners'] },
  aspect: 0.3,
  narrowAspect: 1.4,
  Draw,
  describe(run) {
    const all = voicesOf(run).filter(({ lines }) => lines.length);
    if (!all.length) return 'It has written nothing yet.';
    return all
      .map(({ name, lines, right }) => {
        const good = right.filter(Boolean).length;
        return `${name}: “${lines[0]}”; ${good} of ${lines.length} lines right`;
      })
      .join('. ')
      .concat('.');
  },
  table(run) {
    return {
      columns: ['who speaks', 'loss', 'a line', 'right'],
      rows: voicesOf(run).map(({ name, loss, lines, right }) => [
        name,
        value(loss),
        lines[0] ?? '–',
        lines.length ? (right[0] ? 'yes' : 'no') : '–',
      ]),
    };
  },
};

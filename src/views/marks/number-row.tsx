/** Numbers as bars above and below a line: how a vector looks. Groups stand apart. */

interface Props {
  rows: number[][];
}

const half = 13;

export function NumberRow({ rows }: Props) {
  const all = rows.reduce((sum, row) => sum + row.length, 0);
  const pitch = all > 32 ? 4 : 8;
  const most = Math.max(0.01, ...rows.flat().map(Math.abs));
  const width = all * pitch + (rows.length - 1) * 8;
  let x = 0;
  return (
    <svg
      class="number-row"
      viewBox={`0 0 ${width} ${2 * half + 2}`}
      width={width}
      height={2 * half + 2}
      aria-hidden="true"
    >
      {rows.map((row, group) => {
        const from = x;
        x += row.length * pitch + 8;
        return (
          // Groups keep their order.
          <g key={`${group}`}>
            {row.map((number, i) => {
              const tall = Number(((Math.abs(number) / most) * half).toFixed(1));
              return (
                <rect
                  key={`${i}`}
                  class={group ? 'number-row-other' : 'number-row-first'}
                  x={from + i * pitch}
                  y={number > 0 ? half + 1 - tall : half + 1}
                  width={pitch - 1}
                  height={tall}
                />
              );
            })}
            <line
              class="v-hair"
              x1={from}
              x2={from + row.length * pitch - 1}
              y1={half + 1}
              y2={half + 1}
            />
          </g>
        );
      })}
    </svg>
  );
}

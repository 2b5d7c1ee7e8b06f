/** A draft on the scales: what model and drafter give it, and where the number falls that decides. */

interface Props {
  draft?: { p: number; q: number; u?: number };
  width: number;
  /** Who proposed it: a module unless said. */
  drafter?: string;
}

/** p filled, q in outline, and the number drawn on its way from 0 to 1. */
export function DraftScales({ draft, width, drafter = 'module' }: Props) {
  const wide = Math.min(420, width - 2);
  const [left, right] = [74, 12];
  const x = (share: number) => left + share * (wide - left - right);
  const bound = draft ? Math.min(1, draft.p / draft.q) : 0;
  const rows = [
    { words: 'model p', share: draft?.p ?? 0, className: 'tape-p' },
    { words: `${drafter} q`, share: draft?.q ?? 0, className: 'tape-q' },
    { words: 'accepts', share: bound, className: 'tape-zone' },
  ];
  return (
    <svg class="lab-svg tape-scales" viewBox={`0 0 ${wide} 74`} width={wide} aria-hidden="true">
      {rows.map(({ words, share, className }, i) => (
        <g key={words}>
          <text class="v-axis" x={left - 10} y={i * 22 + 16} text-anchor="end">
            {words}
          </text>
          <rect
            class="tape-track"
            x={x(0)}
            y={i * 22 + 5}
            width={(x(1) - x(0)).toFixed(1)}
            height="14"
          />
          {draft && (
            <rect
              class={className}
              x={x(0)}
              y={i * 22 + 5}
              width={(x(share) - x(0)).toFixed(1)}
              height="14"
            />
          )}
        </g>
      ))}
      {draft?.u !== undefined && (
        <path class="tape-needle" d={`M${x(draft.u).toFixed(1)},46v22m-4,5l4,-6l4,6z`} />
      )}
    </svg>
  );
}

/** What comes back to a logit: an arrow, one that is not there, and which way the logit is pushed. */

interface ArrowProps {
  from: number;
  to: number;
  y: number;
  kind: 'true' | 'pretended';
}

/** From right to left. */
export const Arrow = ({ from, to, y, kind }: ArrowProps) => (
  <path
    class={kind === 'true' ? 'v-back' : 'v-back v-pretended'}
    d={`M${from.toFixed(1)},${y}H${to.toFixed(1)}m5,-4l-5,4l5,4`}
  />
);

interface CutProps {
  from: number;
  to: number;
  y: number;
  words: string;
  tight: boolean;
}

/** The arrow that is not there. */
export const Cut = ({ from, to, y, words, tight }: CutProps) => (
  <>
    <line class="v-cut" x1={from} x2={to} y1={y} y2={y} />
    <path class="v-cross" d={`M${from - 4},${y - 4}l8,8m0,-8l-8,8`} />
    {!tight && (
      <text class="v-axis" x={from + 12} y={y + 4} text-anchor="start">
        {words}
      </text>
    )}
  </>
);

/** Up or down, with how steep it is; a dot where nothing arrives. */
export function Push({
  slope,
  x,
  y,
  tight,
}: {
  slope: number;
  x: number;
  y: number;
  tight: boolean;
}) {
  if (slope === 0) return <circle class="v-nothing" r="2" cx={x} cy={y} />;
  const up = slope < 0 ? -1 : 1;
  const left = x - (tight ? 17 : 24);
  return (
    <>
      <path
        class="v-push"
        d={`M${left},${y - 8 * up}V${y + 8 * up}m-4,${-5 * up}l4,${5 * up}l4,${-5 * up}`}
      />
      <text class="v-back-number" x={x + 4} y={y + 4} text-anchor="middle">
        {Math.abs(slope).toFixed(tight ? 2 : 3)}
      </text>
    </>
  );
}

/**
 * Who takes which coin of a few sequences, as the last coin fell and with it turned over: where an
 * earlier coin changes its experts, a frame says so. Reads the probes `faces` [2, sequences, coins]
 * and `turned` [2, sequences, coins, experts].
 */
import { percent, some } from '../lab/format';
import type { DrawnView, RunData, ViewProps } from '../lab/types';
import { narrow } from './axes';
import { Bullet, letter } from './marks/bullet';
import type { Size } from './plot';

interface Coin {
  sequence: number;
  place: number;
  /** 0 as it fell, 1 with the last one turned. */
  way: number;
  heads: boolean;
  experts: number[];
  /** Earlier than the last, and with other experts than as the coins fell. */
  changed: boolean;
}

function coinsOf(run: RunData): { coins: Coin[]; sequences: number; flips: number } {
  const { faces, turned } = run.probes;
  if (!faces || !turned) return { coins: [], sequences: 0, flips: 0 };
  const [ways, sequences, flips, experts] = turned.shape;
  const at = (way: number, sequence: number, place: number) =>
    (way * sequences + sequence) * flips + place;
  const taken = (way: number, sequence: number, place: number) =>
    Array.from({ length: experts }, (_, e) => e).filter(
      (e) => turned.data[at(way, sequence, place) * experts + e] > 0,
    );
  const coins: Coin[] = [];
  for (let sequence = 0; sequence < sequences; sequence++)
    for (let way = 0; way < ways; way++)
      for (let place = 0; place < flips; place++) {
        const own = taken(way, sequence, place);
        const before = taken(0, sequence, place);
        coins.push({
          sequence,
          place,
          way,
          heads: faces.data[at(way, sequence, place)] > 0,
          experts: own,
          changed: way > 0 && place < flips - 1 && own.join() !== before.join(),
        });
      }
  return { coins, sequences, flips };
}

const changedOf = (coins: Coin[], flips: number) => ({
  changed: coins.filter(({ changed }) => changed).length,
  all: coins.filter(({ way, place }) => way > 0 && place < flips - 1).length,
});

const ways = ['as it fell', 'last coin turned'];

/** From a coin's middle to that of the first bullets under it, and its own radius with some air. */
const [firstBullets, coinRoom] = [26, 14];
/** Of the words over a row of coins, on a narrow picture, where nothing stands beside them. */
const wordsRoom = 14;

/** Where so many sequences stand, and whether the bullets of all coins find room under them. */
function layout(count: number, most: number, flips: number, { width, height }: Size) {
  const tight = width < narrow;
  const left = tight ? 0 : 124;
  const gap = 22;
  const perRow = tight ? 1 : Math.min(count, flips > 8 ? 1 : flips > 4 ? 2 : 4);
  const rows = Math.ceil(count / perRow);
  const block = {
    width: (width - left - gap * (perRow - 1)) / perRow,
    height: height / rows,
  };
  const step = block.width / flips;
  const r = Math.max(7, Math.min(10, step * 0.16));
  // Bullets beside each other under a coin: no wider than its place.
  const inLine = Math.max(1, Math.floor(step / (2 * r + 1)));
  const line = (block.height - 20) / 2;
  const lowest = firstBullets + (Math.ceil(most / inLine) - 1) * (2 * r + 2) + r;
  const fits = lowest <= line - coinRoom - (tight ? wordsRoom : 0);
  return { tight, left, gap, perRow, rows, block, step, r, inLine, line, fits };
}

function Draw({ run, width, height }: ViewProps) {
  const { coins, sequences, flips } = coinsOf(run);
  if (!sequences)
    return (
      <text class="v-axis" x="0" y="24" text-anchor="start">
        No coin has been given to an expert yet.
      </text>
    );
  const most = Math.max(...coins.map(({ experts }) => experts.length));
  const size = { width, height };
  let shown = width < narrow ? Math.min(2, sequences) : sequences;
  // Fewer sequences rather than bullets that lie on the next coins.
  while (shown > 1 && !layout(shown, most, flips, size).fits) shown--;
  const { tight, left, gap, perRow, rows, block, step, r, inLine, line } = layout(
    shown,
    most,
    flips,
    size,
  );
  return (
    <>
      {Array.from({ length: rows }, (_, row) =>
        ways.map((words, way) => (
          <text
            key={`${row} ${words}`}
            class="v-axis"
            x="0"
            y={(block.height * row + 24 + line * way + (tight ? -8 : 4)).toFixed(1)}
            text-anchor="start"
          >
            {words}
          </text>
        )),
      )}
      {coins
        .filter(({ sequence }) => sequence < shown)
        .map((coin) => {
          const column = coin.sequence % perRow;
          const x = left + column * (block.width + gap) + step * (coin.place + 0.5);
          const y =
            block.height * Math.floor(coin.sequence / perRow) +
            24 +
            line * coin.way +
            (tight ? 10 : 0);
          return (
            <g key={`${coin.sequence} ${coin.way} ${coin.place}`}>
              {coin.changed && (
                <rect
                  class="v-changed"
                  x={(x - step / 2 + 2).toFixed(1)}
                  y={(y - 17).toFixed(1)}
                  width={(step - 4).toFixed(1)}
                  height={(line - 6).toFixed(1)}
                />
              )}
              <circle
                class={coin.way > 0 && coin.place === flips - 1 ? 'v-coin v-coin-turned' : 'v-coin'}
                r="13"
                cx={x.toFixed(1)}
                cy={y}
              />
              <text class="v-label" text-anchor="middle" x={x.toFixed(1)} y={y + 4.5}>
                {coin.heads ? 'H' : 'T'}
              </text>
              {coin.experts.map((expert, i) => {
                const inThis = Math.min(
                  inLine,
                  coin.experts.length - Math.floor(i / inLine) * inLine,
                );
                const across = ((i % inLine) - (inThis - 1) / 2) * (2 * r + 1);
                const down = firstBullets + Math.floor(i / inLine) * (2 * r + 2);
                return <Bullet key={expert} expert={expert} x={x + across} y={y + down} r={r} />;
              })}
            </g>
          );
        })}
    </>
  );
}

const face = ({ heads }: Coin) => (heads ? 'heads' : 'tails');

export const turnedCoins: DrawnView = {
  name: 'turned-coins',
  styles: ['turned-coins'],
  reads: { probes: ['faces', 'turned'] },
  aspect: 0.26,
  narrowAspect: 1.15,
  Draw,
  describe(run) {
    const { coins, sequences, flips } = coinsOf(run);
    if (!sequences) return 'No coin has been given to an expert yet.';
    const { changed, all } = changedOf(coins, flips);
    return `${some(sequences, 'sequence')} of ${flips} coins: when the last coin is turned over, ${changed} of ${all} earlier coins change their experts (${percent(changed / all)}).`;
  },
  table(run) {
    const { coins, flips } = coinsOf(run);
    return {
      columns: ['sequence and coin', ...ways.map((words) => `experts, ${words}`)],
      rows: coins
        .filter(({ way }) => way === 0)
        .map((coin) => {
          const other = coins.find(
            ({ sequence, place, way }) =>
              way === 1 && sequence === coin.sequence && place === coin.place,
          )!;
          const named = (each: Coin) =>
            `${face(each)}: ${each.experts.map(letter).join(', ') || 'none'}`;
          return [
            `${coin.sequence + 1}.${coin.place + 1}${coin.place === flips - 1 ? ' (the last)' : ''}`,
            named(coin),
            named(other),
          ];
        }),
    };
  },
};

/**
 * Experts of a trained model as switches: what its loss on each kind of line is without those that
 * are off, and what it writes then. One alone is known from the run; several are asked for. Reads
 * the probes `harm` [layers, kinds + 1, experts] and `base` [kinds + 1].
 */
import { useState } from 'preact/hooks';
import { listed, value } from '../lab/format';
import type { DrawnView, RunData, ViewProps } from '../lab/types';
import { isShade, letter } from './marks/bullet';
import { panelsOf } from './probes';

interface Facts {
  layers: number[];
  kinds: string[];
}

/** What the session says of several experts. */
interface Without {
  off: number[];
  /** [kinds + 1] */
  losses: number[];
  lines: string[];
  right: boolean[];
}

export interface Cell {
  layer: number;
  expert: number;
  /** Place among the kinds. */
  kind: number;
  rise: number;
}

const factsOf = (run: RunData) => run.facts as unknown as Facts | undefined;

/** All cells of the table of harms, experts by kinds, without the column of all kinds. */
export function cellsOf(run: RunData): Cell[] {
  const kinds = factsOf(run)?.kinds ?? [];
  return panelsOf(run, 'harm').flatMap((rows, layer) =>
    rows
      .slice(0, kinds.length)
      .flatMap((experts, kind) => experts.map((rise, expert) => ({ layer, expert, kind, rise }))),
  );
}

export const worstCell = (run: RunData): Cell | undefined =>
  cellsOf(run).toSorted((a, b) => b.rise - a.rise)[0];

/** "A of layer 2": `layer` counts the sparse ones from 0. */
export const expertName = (run: RunData, layer: number, expert: number): string =>
  `${letter(expert)} of layer ${(factsOf(run)?.layers[layer] ?? layer) + 1}`;

/** Losses of each kind and of all without one expert, where the run knows them. */
function lossesWithout(run: RunData, off: number[]): number[] | undefined {
  const base = Array.from(run.probes.base?.data ?? []);
  if (!off.length) return base;
  if (off.length > 1) return undefined;
  const panels = panelsOf(run, 'harm');
  const experts = panels[0]?.[0]?.length ?? 1;
  const rows = panels[Math.floor(off[0] / experts)] ?? [];
  return base.map((loss, i) => loss + (rows[i]?.[off[0] % experts] ?? 0));
}

function Draw({ run, width, ask }: ViewProps) {
  const [chosen, setChosen] = useState<number[]>();
  const [answer, setAnswer] = useState<Without>();
  const [trouble, setTrouble] = useState('');
  const facts = factsOf(run);
  const panels = panelsOf(run, 'harm');
  if (!facts || !panels.length)
    return <p class="lab-quiet-line">No expert has been switched off yet.</p>;
  const experts = panels[0][0].length;
  const worst = worstCell(run);
  const off = chosen ?? (worst ? [worst.layer * experts + worst.expert] : []);
  const known = answer && String(answer.off) === String(off) ? answer : undefined;
  const losses = known?.losses ?? lossesWithout(run, off);

  const choose = (next: number[]) => {
    const sorted = next.toSorted((a, b) => a - b);
    setChosen(sorted);
    setTrouble('');
    if (!ask) return;
    ask('without', { off: sorted }).then(
      (found) => setAnswer(found as unknown as Without),
      (error: Error) => setTrouble(error.message),
    );
  };
  const turn = (place: number) =>
    choose(off.includes(place) ? off.filter((each) => each !== place) : [...off, place]);

  return (
    <div class="switchboard">
      {panels.map((_, layer) => (
        // Layers keep their order.
        <div class="switchboard-row" key={`${layer}`}>
          <span>{`layer ${(facts.layers[layer] ?? layer) + 1}`}</span>
          {Array.from({ length: experts }, (_, expert) => {
            const place = layer * experts + expert;
            return (
              <button
                key={letter(expert)}
                type="button"
                class="switchboard-expert"
                aria-pressed={!off.includes(place)}
                aria-label={`${expertName(run, layer, expert)}, ${off.includes(place) ? 'off' : 'on'}`}
                data-expert={letter(expert)[0]}
                data-shade={isShade(expert) || undefined}
                onClick={() => turn(place)}
              >
                {letter(expert)}
              </button>
            );
          })}
        </div>
      ))}
      <p class="switchboard-said" aria-live="polite">
        {said(run, off, losses)}
        {off.length > 0 && (
          <button
            type="button"
            class="lab-quiet"
            onClick={({ currentTarget }) => {
              // It goes: the first of the experts has the focus then.
              currentTarget.closest('.switchboard')?.querySelector('button')?.focus();
              choose([]);
            }}
          >
            All on again
          </button>
        )}
      </p>
      {losses && <Losses run={run} losses={losses} width={width} />}
      {known ? (
        <p class="written-line switchboard-lines">
          {known.lines.map((line, i) => (
            <span key={`${i}`}>
              {line}
              <span class={known.right[i] ? 'written-right' : 'written-wrong'}>
                {known.right[i] ? 'right' : 'wrong'}
              </span>
            </span>
          ))}
        </p>
      ) : (
        <p class="lab-quiet-line">
          {trouble ||
            (ask
              ? 'Switch an expert off or on to see what the model writes then.'
              : 'Press Play: then you can switch off several at once, and the model writes without them.')}
        </p>
      )}
    </div>
  );
}

/** The kinds that lose most, in a sentence. */
function said(run: RunData, off: number[], losses: number[] | undefined): string {
  const { experts, names } = namesOff(run, off);
  if (!off.length) return 'All experts are on.';
  if (!losses) return `${names} off: press Play to see what that costs.`;
  const base = Array.from(run.probes.base?.data ?? []);
  const rises = (factsOf(run)?.kinds ?? []).map((kind, i) => ({ kind, rise: losses[i] - base[i] }));
  const [first, second] = rises.toSorted((a, b) => b.rise - a.rise);
  return `${experts === 1 ? `Without ${names}` : `Without ${experts} experts (${names})`} the loss rises most on ${first.kind}, ${signed(first.rise)} nats; then on ${second.kind}, ${signed(second.rise)}. `;
}

function namesOff(run: RunData, off: number[]) {
  const experts = panelsOf(run, 'harm')[0]?.[0]?.length ?? 1;
  const names = off.map((place) => expertName(run, Math.floor(place / experts), place % experts));
  return { experts: off.length, names: listed(names) };
}

export const signed = (x: number): string => `${x < -0.005 ? '−' : '+'}${Math.abs(x).toFixed(2)}`;

const [pitch, bar] = [24, 12];

/** A bar for each kind: what it was, and what was added. */
function Losses({ run, losses, width }: { run: RunData; losses: number[]; width: number }) {
  const base = Array.from(run.probes.base?.data ?? []);
  const names = [...(factsOf(run)?.kinds ?? []), 'all'];
  const left = 92;
  const right = 110;
  const most = Math.max(1.2, ...losses) * 1.02;
  const x = (nats: number) => Math.max(0, (nats / most) * (width - left - right));
  return (
    <svg
      class="lab-svg"
      viewBox={`0 0 ${width} ${pitch * names.length + 4}`}
      role="img"
      aria-label={names.map((name, i) => `${name} ${value(losses[i])}`).join(', ')}
    >
      {names.map((name, i) => {
        const y = pitch * i + 4;
        const low = Math.min(base[i], losses[i]);
        return (
          <g key={name}>
            <text class="v-name" x={left - 8} y={y + 11} text-anchor="end">
              {name}
            </text>
            <rect class="v-bar" x={left} y={y} width={x(low)} height={bar} />
            <rect
              class="switchboard-rise"
              x={left + x(low)}
              y={y}
              width={x(Math.abs(losses[i] - base[i]))}
              height={bar}
            />
            <text class="v-label" x={left + x(Math.max(base[i], losses[i])) + 6} y={y + 11}>
              {`${value(losses[i])} (${signed(losses[i] - base[i])})`}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

export const switchboard: DrawnView = {
  name: 'switchboard',
  kind: 'page',
  styles: ['marks/sign', 'written', 'switchboard'],
  reads: { probes: ['harm', 'base'], facts: ['layers', 'kinds', 'experts'] },
  aspect: 0.4,
  narrowAspect: 1,
  Draw,
  describe(run) {
    const worst = worstCell(run);
    if (!worst) return 'No expert has been switched off yet.';
    const { experts } = run.facts as { experts: number };
    const place = worst.layer * experts + worst.expert;
    return said(run, [place], lossesWithout(run, [place])).trim();
  },
  table(run) {
    const names = [...(factsOf(run)?.kinds ?? []), 'all'];
    const panels = panelsOf(run, 'harm');
    return {
      columns: ['without', ...names],
      rows: panels.flatMap((rows, layer) =>
        (rows[0] ?? []).map((_, expert) => [
          expertName(run, layer, expert),
          ...rows.map((row) => signed(row[expert])),
        ]),
      ),
    };
  },
};

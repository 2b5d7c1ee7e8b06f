/**
 * Experts of a trained router on the devices that hold them, to be exchanged by hand: pick one, then
 * another, and they change places. An expert's colour and number say for which kind of token it
 * comes most. The trips are counted at once, on tokens that nobody arranges by. Reads the answers
 * `sets` (the experts of each token) and `favourites`; hands on the input `placement`.
 */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { count } from '../lab/format';
import type { DrawnView, RunData, ViewProps } from '../lab/types';
import type { Inputs } from '../model/experiments/types';
import { letter } from './marks/bullet';

/** What the host counts for a placement. */
export interface YardCounts {
  devices: number;
  trips: number;
  worker: number;
}

export interface YardOptions {
  name: string;
  devices: number;
  /** Of the tokens that are kept for counting. */
  counted(sets: number[][], deviceOf: number[]): YardCounts;
  /** Exchanges while that helps the tokens that are kept for arranging. */
  arranged(sets: number[][], deviceOf: number[]): number[];
  /** By how many trips a token the exchange would change what is arranged by. */
  gain(sets: number[][], deviceOf: number[], a: number, b: number): number;
  inOrder: number[];
}

interface Favourites {
  kinds: number[];
  domains: number[];
}

const setsOf = (run: RunData) => run.answers?.sets as unknown as number[][] | undefined;
const favouritesOf = (run: RunData) => run.answers?.favourites as unknown as Favourites | undefined;

/** Where the reader has put the experts of this run. */
export function placementOf(run: RunData, inOrder: number[], inputs?: Inputs): number[] {
  const given = (inputs ?? (run as RunData & { inputs?: Inputs }).inputs)?.placement;
  return given && 'data' in given ? Array.from(given.data) : inOrder;
}

export const movedFrom = (inOrder: number[], placed: number[]): number =>
  placed.filter((device, expert) => device !== inOrder[expert]).length;

export function expertYard(options: YardOptions): DrawnView {
  const { name, devices, counted, arranged, gain, inOrder } = options;
  const places = Array.from({ length: devices }, (_, device) => device);

  function Draw({ run, inputs, ask, onInputs }: ViewProps) {
    const [picked, pick] = useState<number>();
    const yard = useRef<HTMLDivElement>(null);
    /** An expert that a hand sent to another device: its button is made anew there. */
    const sent = useRef<{ expert: number; device: number }>();
    useLayoutEffect(() => {
      const { expert, device } = sent.current ?? {};
      if (expert === undefined || placementOf(run, inOrder, inputs)[expert] !== device) return;
      sent.current = undefined;
      yard.current?.querySelector<HTMLElement>(`[data-at="${expert}"]`)?.focus();
    });
    const sets = setsOf(run);
    if (!sets) return <p class="lab-quiet-line">There is no trained router yet.</p>;
    // Only a router that was trained here can be moved about.
    const hand = ask && onInputs;
    const placed = hand ? placementOf(run, inOrder, inputs) : inOrder;
    const put = (next: number[]) => {
      pick(undefined);
      onInputs?.({ placement: { shape: [next.length], data: Float32Array.from(next) } });
    };
    const press = (expert: number) => {
      if (picked === expert) return pick(undefined);
      if (!hand || picked === undefined || placed[picked] === placed[expert]) return pick(expert);
      const next = [...placed];
      [next[picked], next[expert]] = [next[expert], next[picked]];
      sent.current = { expert, device: next[expert] };
      put(next);
    };
    const favourite = favouritesOf(run);
    const best = picked === undefined ? undefined : bestPartner(sets, placed, picked);
    return (
      <div class="switchboard" ref={yard}>
        {places.map((device) => (
          <div class="switchboard-row" key={device}>
            <span>{`device ${device + 1}`}</span>
            {placed.flatMap((at, expert) => {
              if (at !== device) return [];
              const kind = favourite?.kinds[expert] ?? 0;
              return [
                <button
                  key={expert}
                  type="button"
                  class="switchboard-expert"
                  data-at={expert}
                  aria-pressed={picked === expert || undefined}
                  aria-label={`${letter(expert)}, used most by kind ${kind + 1}, on device ${device + 1}${best?.expert === expert ? ', the best exchange' : ''}${picked === expert ? ', picked' : ''}`}
                  data-expert={letter(kind)[0]}
                  data-shade={picked === expert || best?.expert === expert || undefined}
                  onClick={() => press(expert)}
                >
                  {best?.expert === expert ? '⇄' : kind + 1}
                </button>,
              ];
            })}
          </div>
        ))}
        <div class="by-hand-desk">
          <button type="button" disabled={!hand} onClick={() => put(arranged(sets, placed))}>
            Exchange while it helps
          </button>
          <button type="button" disabled={!hand} onClick={() => put([...inOrder])}>
            Back in order
          </button>
        </div>
        <p class="switchboard-said" aria-live="polite">
          {said(run, placed)}{' '}
          {picked !== undefined && best && favourite
            ? `${letter(picked)} on device ${placed[picked] + 1} would best change places with ${letter(best.expert)} on device ${placed[best.expert] + 1}, marked ⇄: ${best.gain < 0 ? '−' : '+'}${Math.abs(best.gain).toFixed(3)} trips.`
            : hand
              ? 'Pick an expert, then another on a different device: they change places.'
              : 'Press Play: then the experts of your own router can be moved.'}
        </p>
      </div>
    );
  }

  /** The exchange that saves most, of all experts on other devices. */
  function bestPartner(sets: number[][], placed: number[], picked: number) {
    const others = placed.flatMap((device, expert) =>
      device === placed[picked] ? [] : [{ expert, gain: gain(sets, placed, picked, expert) }],
    );
    return others.toSorted((a, b) => a.gain - b.gain).at(0);
  }

  function said(run: RunData, placed: number[]): string {
    const sets = setsOf(run);
    if (!sets) return 'There is no trained router yet.';
    const now = counted(sets, placed);
    const before = counted(sets, inOrder);
    const moved = movedFrom(inOrder, placed);
    return `${moved ? `${count(moved)} experts have been moved` : 'Experts stand in the order of their numbers'}: a token visits ${now.devices.toFixed(2)} devices and makes ${now.trips.toFixed(2)} trips${moved ? ` (at first ${before.trips.toFixed(2)})` : ''}; the busiest device computes ${now.worker.toFixed(2)} times the mean.`;
  }

  return {
    name,
    kind: 'page',
    styles: ['marks/sign', 'switchboard'],
    reads: { answers: ['sets', 'favourites'] },
    aspect: 0.42,
    narrowAspect: 1.15,
    Draw,
    describe: (run) => said(run, placementOf(run, inOrder)),
    table(run) {
      const placed = placementOf(run, inOrder);
      const favourite = favouritesOf(run);
      return {
        columns: ['device', 'experts', 'kinds that use them most'],
        rows: places.map((device) => {
          const own = placed.flatMap((at, expert) => (at === device ? [expert] : []));
          return [
            String(device + 1),
            own.map(letter).join(' '),
            own.map((expert) => (favourite?.kinds[expert] ?? 0) + 1).join(' '),
          ];
        }),
      };
    },
  };
}

/**
 * A model as one line of stops, its pieces as switches beside them: what each is set to, in a small
 * drawing and in words, and what its gauge reads. A lab says which pieces there are, what turning
 * one sets, and what is read.
 */
import type { DrawnView, RunData, ViewProps } from '../lab/types';
import type { Settings } from '../model/experiments/types';
import { type Drawn, Glyph } from './marks/glyph';

export interface Piece {
  name: string;
  label: string;
  isOn(settings: Settings): boolean;
  /** False where the model has no room for it: nothing can be switched then. */
  applies?(settings: Settings): boolean;
  /** The settings that putting it in, or taking it out, changes. */
  turned(settings: Settings, on: boolean): Settings;
  /** What is there: what it is set to, or what stands in its place. */
  says(settings: Settings): string;
  draws(settings: Settings): Drawn;
}

export interface Stop {
  label: string;
  /** What is there in any case. */
  words?: string;
  pieces: Piece[];
  /** True for stops that every layer has again. */
  layered?: boolean;
}

/** What a piece costs or buys in this run, and what it would be without it, where a formula says. */
export interface Reading {
  label: string;
  here: string;
  without?: string;
}

export interface WiringOptions {
  name: string;
  /** Said once at the frame around the stops of a layer. */
  layers: string;
  stops: Stop[];
  reads: DrawnView['reads'];
  /** Of a run, by the names of pieces, or labels of stops; some have none. */
  readings(run: RunData): Record<string, Reading>;
  /** Where nothing is trained yet. */
  nothing: string;
}

type State = 'on' | 'off' | 'no room';

const stateOf = (piece: Piece, settings: Settings): State => {
  if (piece.applies && !piece.applies(settings)) return 'no room';
  return piece.isOn(settings) ? 'on' : 'off';
};

const saysOf = (piece: Piece, settings: Settings): string =>
  stateOf(piece, settings) === 'no room' ? 'no experts' : piece.says(settings);

const inWords = ({ label, here, without }: Reading): string =>
  `${label} ${here}${without ? `, without it ${without}` : ''}`;

function Gauge({ reading }: { reading?: Reading }) {
  if (!reading) return null;
  const { label, here, without } = reading;
  return (
    <span class="wiring-reading">
      {label} <b>{here}</b>
      {without && <small>{` without it ${without}`}</small>}
    </span>
  );
}

export function wiring(options: WiringOptions): DrawnView {
  const { name, layers, stops, reads, readings, nothing } = options;
  const pieces = stops.flatMap((stop) => stop.pieces);
  /** Nothing is set before the first run stands. */
  const isSet = (settings: Settings) => Object.keys(settings).length > 0;

  function Draw({ run, settings = run.settings, locked = [], onSettings }: ViewProps) {
    if (!isSet(settings)) return <p class="lab-quiet-line">{nothing}</p>;
    const read = readings(run);
    const waiting = pieces.filter(
      (piece) => saysOf(piece, settings) !== saysOf(piece, run.settings),
    );
    const stop = (one: Stop) => (
      <li key={one.label} class="wiring-stop">
        <p class="wiring-name">
          <b>{one.label}</b> {one.words} <Gauge reading={read[one.label]} />
        </p>
        {one.pieces.map((piece) => {
          const state = stateOf(piece, settings);
          const on = state === 'on';
          const changes = piece.turned(settings, !on);
          return (
            <div key={piece.name} class="wiring-piece" data-state={state}>
              <button
                type="button"
                role="switch"
                aria-checked={on}
                disabled={
                  !onSettings ||
                  state === 'no room' ||
                  Object.keys(changes).some((each) => locked.includes(each))
                }
                onClick={() => onSettings?.(changes)}
              >
                <i aria-hidden="true" />
                {piece.label}
              </button>
              <Glyph {...piece.draws(settings)} />
              <span>{saysOf(piece, settings)}</span>
              <Gauge reading={read[piece.name]} />
            </div>
          );
        })}
      </li>
    );
    const inLayer = stops.filter(({ layered }) => layered);
    const first = stops.indexOf(inLayer[0]);
    return (
      // biome-ignore lint/a11y/useSemanticElements: it is no part of a form
      <div class="wiring" role="group" aria-label="The model’s pieces, each a switch">
        <ol>
          {stops.slice(0, first).map(stop)}
          <li class="wiring-layers">
            <p>{layers}</p>
            <ol>{inLayer.map(stop)}</ol>
          </li>
          {stops.slice(first + inLayer.length).map(stop)}
        </ol>
        <p class="wiring-said" aria-live="polite">
          {waiting.length
            ? `Set, but not trained yet: ${waiting.map((piece) => `${piece.label} ${stateOf(piece, settings)}`).join(', ')}. The readings are still those of the run before; press Play.`
            : 'A switch takes its piece out or puts it back; Play then trains the model anew.'}
        </p>
      </div>
    );
  }

  return {
    name,
    kind: 'page',
    styles: ['wiring'],
    reads,
    aspect: 0.5,
    narrowAspect: 3,
    Draw,
    describe(run) {
      if (!isSet(run.settings)) return nothing;
      const read = readings(run);
      const words = pieces.map((piece) => {
        const reading = read[piece.name];
        return `${piece.label} ${stateOf(piece, run.settings)}: ${saysOf(piece, run.settings)}${reading ? `; ${inWords(reading)}` : ''}`;
      });
      const ofStops = stops.flatMap(({ label }) =>
        read[label] ? [`${label}: ${inWords(read[label])}`] : [],
      );
      return `${[...words, ...ofStops].join('. ')}.`;
    },
    table(run) {
      const columns = ['piece', 'switch', 'what is there', 'reading', 'here', 'without it'];
      if (!isSet(run.settings)) return { columns, rows: [] };
      const read = readings(run);
      const cells = (name: string) => {
        const { label = '–', here = '–', without = '–' } = read[name] ?? {};
        return [label, here, without];
      };
      return {
        columns,
        rows: [
          ...pieces.map((piece) => [
            piece.label,
            stateOf(piece, run.settings),
            saysOf(piece, run.settings),
            ...cells(piece.name),
          ]),
          ...stops
            .filter(({ label }) => read[label])
            .map(({ label, words = '–' }) => [label, '–', words, ...cells(label)]),
        ],
      };
    },
  };
}

/**
 * The way of one character through a small model, stop by stop: what attention keeps of it and where
 * it looks, how each router scores it and whom that and the biases choose, how far all that moves its
 * numbers, what the head names next and the module after that. The reader points at a character, or
 * types a text. Reads the answer `journey`; asks the act `follow`.
 */
import { useEffect, useState } from 'preact/hooks';
import { count, listed, value } from '../lab/format';
import type { DrawnView, RunData, ViewProps } from '../lab/types';
import { letter } from './marks/bullet';
import { NumberRow } from './marks/number-row';
import { Said } from './marks/said';
import { barred, type Choice, Scores } from './marks/scores';
import { seen } from './marks/sign';
import { Walked } from './marks/walked';

/** A character, and how likely it is in percent. */
type Guess = [string, number];

interface Stop {
  /** What attention keeps, array by array: [places][numbers]. */
  kept: { name: string; rows: number[][] }[];
  /** [places][places up to its own], in percent. */
  looks: number[][];
  /** [places]: how far attention moves the stream, then the dense or shared network, then the routed experts. */
  added: [number, number, number][];
  guess: Guess[];
  routing: Choice | null;
}

export interface Journey {
  text: string[];
  nodes: number;
  /** [places]: length of the stream before the first layer. */
  start: number[];
  layers: Stop[];
  /** [places][3] */
  next: Guess[][];
  /** [places]: what the module reads. */
  read: string[];
  further: { routing: Choice | null; guess: Guess[][] } | null;
}

const journeyIn = (run: RunData): Journey | undefined => {
  const found = run.answers?.journey as unknown as Journey | undefined;
  return found && Array.isArray(found.layers) ? found : undefined;
};

const quoted = (character: string): string => `“${seen(character)}”`;

/** A percentage that no line break parts from its sign. */
const hundredths = (percent: number): string => `${percent}\u00a0%`;

const guessed = ([character, percent]: Guess): string =>
  `${quoted(character)} (${hundredths(percent)})`;

const experts = ({ chosen, gates }: Choice, place: number): string =>
  chosen[place].map((expert, i) => `${letter(expert)} ${hundredths(gates[place][i])}`).join(', ');

/** "8 + 8 numbers". */
const kept = ({ kept: arrays }: Stop, place: number): string =>
  `${arrays.map(({ rows }) => count(rows[place].length)).join(' + ')} numbers`;

/** The places that a character looks at most, itself included. */
function looks({ text }: Journey, { looks: all }: Stop, place: number): string {
  const best = Array.from(all[place].keys())
    .sort((a, b) => all[place][b] - all[place][a])
    .slice(0, 3)
    .filter((at) => all[place][at] > 0);
  return listed(
    best.map(
      (at) => `${at === place ? 'itself' : quoted(text[at])} (${hundredths(all[place][at])})`,
    ),
  );
}

/** The whole way in a sentence or two. */
function inShort(journey: Journey, place: number): string {
  const { text, layers, next, further, read } = journey;
  const ways = layers.flatMap(({ routing }, layer) =>
    routing ? [`layer ${layer + 1} ${routing.chosen[place].map(letter).join(' ')}`] : [],
  );
  const by = ways.length ? ` goes to ${ways.join(', ')}` : ' meets dense networks only';
  const then = further
    ? ` Given ${quoted(read[place])}, the module predicts ${guessed(further.guess[place][0])} after that.`
    : '';
  return `${quoted(text[place])}, character ${place + 1} of ${text.length},${by}. The head predicts ${guessed(next[place][0])} next.${then}`;
}

function Draw({ run, ask }: ViewProps) {
  const standing = journeyIn(run);
  const [asked, setAsked] = useState<string>();
  const [own, setOwn] = useState<Journey>();
  const [pointed, setPointed] = useState<number>();
  const [trouble, setTrouble] = useState('');

  const follow = (text: string, anew: boolean) => {
    setTrouble('');
    ask?.('follow', { text }).then(
      (found) => {
        setOwn(found as unknown as Journey);
        if (anew) setPointed(undefined);
      },
      (error: Error) => anew && setTrouble(error.message),
    );
  };
  // The model has moved on, which the standing answer shows: the reader's text follows.
  useEffect(() => {
    if (!standing) setOwn(undefined);
    else if (asked !== undefined) follow(asked, false);
  }, [standing]);

  if (!standing) return <p class="lab-quiet-line">No character has gone through yet.</p>;
  const journey = (ask && own) || standing;
  const last = journey.text.length - 1;
  const place = Math.min(pointed ?? last, last);
  return (
    <div class="journey">
      <Walked
        label="The text"
        class="journey-text"
        places={[...journey.text.keys()]}
        pointed={place}
        onPoint={setPointed}
      >
        {journey.text.map((character, at) => (
          // Places of a text.
          <span
            key={`${at}`}
            data-at={at}
            class={at === place ? 'journey-sign written-pointed' : 'journey-sign'}
          >
            {seen(character)}
          </span>
        ))}
      </Walked>
      <form
        class="by-hand-desk"
        onSubmit={(event) => {
          event.preventDefault();
          const text = String(new FormData(event.currentTarget).get('text') ?? '');
          setAsked(text);
          follow(text, true);
        }}
      >
        <label class="journey-own">
          <span>a text of your own</span>
          <input
            name="text"
            type="text"
            maxLength={31}
            autocomplete="off"
            defaultValue={asked}
            disabled={!ask}
          />
        </label>
        <button type="submit" disabled={!ask}>
          Follow it
        </button>
        <span class="journey-trouble" role="status">
          {trouble || (ask ? '' : 'Press Play: then the model reads what you type.')}
        </span>
      </form>
      <Said
        class="journey-said"
        words={inShort(journey, place)}
        by={`${pointed} ${journey.text.join('')}`}
      />
      <Way journey={journey} place={place} />
    </div>
  );
}

function Way({ journey, place }: { journey: Journey; place: number }) {
  const { text, start, layers, next, further, read, nodes } = journey;
  return (
    <ol class="journey-way">
      <li>
        <p class="wiring-name">
          <b>embedding</b>
        </p>
        <p>
          {quoted(text[place])} becomes 32 numbers, as an arrow {value(start[place])} long.
        </p>
      </li>
      {layers.map((stop, layer) => (
        // Layers keep their order.
        <li key={`${layer}`}>
          <p class="wiring-name">
            <b>layer {layer + 1}</b> would predict {guessed(stop.guess[place])} if it were the last
          </p>
          <div class="journey-parts">
            <div>
              <div class="journey-attention">
                <NumberRow rows={stop.kept.map(({ rows }) => rows[place])} />
                <Looks text={text} looks={stop.looks[place]} />
              </div>
              <p>
                Attention keeps {kept(stop, place)}, looks at {looks(journey, stop, place)}, and
                moves the 32 numbers by {value(stop.added[place][0])}.
              </p>
            </div>
            <Answers stop={stop} place={place} nodes={nodes} />
          </div>
        </li>
      ))}
      <li>
        <p class="wiring-name">
          <b>head</b> the next character
        </p>
        <Guesses guesses={next[place]} />
      </li>
      {further && (
        <li>
          <p class="wiring-name">
            <b>module</b> the one after {quoted(read[place])}, which it reads beside the 32 numbers
          </p>
          <div class="journey-parts">
            <Guesses guesses={further.guess[place]} />
            {further.routing && (
              <div>
                <Scores choice={further.routing} place={place} nodes={nodes} />
                <p>A router of its own: {experts(further.routing, place)}.</p>
              </div>
            )}
          </div>
        </li>
      )}
    </ol>
  );
}

/** Over each character so far, how much of the look falls on it. */
function Looks({ text, looks: all }: { text: string[]; looks: number[] }) {
  const most = Math.max(1, ...all);
  return (
    <div class="journey-looks" aria-hidden="true">
      {all.map((percent, at) => {
        const tall = Number(((percent / most) * 18).toFixed(1));
        return (
          // Places of a text.
          <span key={`${at}`}>
            <svg viewBox="0 0 9 18" width="9" height="18" aria-hidden="true">
              <rect class="v-bar" width="9" y={18 - tall} height={tall} />
            </svg>
            {seen(text[at])}
          </span>
        );
      })}
    </div>
  );
}

/** What answers behind attention: a dense network, or the experts that a router chose. */
function Answers({ stop, place, nodes }: { stop: Stop; place: number; nodes: number }) {
  const { routing, added } = stop;
  const [, always, routed] = added[place];
  if (!routing)
    return (
      <div>
        <p>A dense network answers every character, and moves the 32 numbers by {value(always)}.</p>
      </div>
    );
  const closed = barred(routing, place);
  return (
    <div>
      <Scores choice={routing} place={place} nodes={nodes} />
      <p>
        {experts(routing, place)}: together they move the 32 numbers by {value(routed)}
        {always > 0 && `, the shared expert by ${value(always)}`}.
        {closed.length > 0 &&
          ` ${listed(closed.map(letter))} stood higher, in ${closed.length > 1 ? 'nodes that are' : 'a node that is'} closed to it.`}
      </p>
    </div>
  );
}

function Guesses({ guesses }: { guesses: Guess[] }) {
  return (
    <ul class="journey-guesses">
      {guesses.map(([character, percent]) => (
        <li key={character}>
          <span>{seen(character)}</span>
          <svg viewBox="0 0 100 8" width="100" height="8" aria-hidden="true">
            <rect class="v-bar" width={percent} height="8" />
          </svg>
          {hundredths(percent)}
        </li>
      ))}
    </ul>
  );
}

export const journey: DrawnView = {
  name: 'journey',
  kind: 'page',
  styles: ['wiring', 'journey'],
  reads: { answers: ['journey'] },
  aspect: 0.9,
  narrowAspect: 3,
  Draw,
  describe(run) {
    const found = journeyIn(run);
    return found ? inShort(found, found.text.length - 1) : 'No character has gone through yet.';
  },
  table(run) {
    const found = journeyIn(run);
    if (!found) return { columns: ['place'], rows: [] };
    const { text, layers, next, further } = found;
    const inLayers = (say: (stop: Stop, place: number) => string, place: number) =>
      layers.map((stop) => say(stop, place));
    return {
      columns: [
        'place',
        'character',
        ...layers.map((_, layer) => `layer ${layer + 1} keeps`),
        ...layers.map((_, layer) => `layer ${layer + 1} looks at`),
        ...layers.map((_, layer) => `experts of layer ${layer + 1}`),
        'next',
        'one further',
      ],
      rows: text.map((character, place) => [
        place + 1,
        seen(character),
        ...inLayers(kept, place),
        ...inLayers((stop) => looks(found, stop, place), place),
        ...inLayers(({ routing }) => (routing ? experts(routing, place) : 'dense'), place),
        guessed(next[place][0]),
        further ? guessed(further.guess[place][0]) : '–',
      ]),
    };
  },
};

/**
 * What a model wrote with drafts, pass by pass: a wagon is one pass. Accepted drafts are filled, a
 * rejected one stands struck over what the model wrote in its place, and what the model added by
 * itself is plain. Of the character that is pointed at: both probabilities, and the number drawn.
 * Reads the answer `tape` (texts with a prompt and passes) and the fact `words`.
 */
import { useState } from 'preact/hooks';
import { count, percent, value } from '../lab/format';
import { listOf } from '../lab/run';
import type { DrawnView, RunData, ViewProps } from '../lab/types';
import { DraftScales } from './marks/draft-scales';
import { Said } from './marks/said';
import { seen } from './marks/sign';
import { Walked } from './marks/walked';

interface Draft {
  token: number;
  p: number;
  q: number;
  u: number;
  accepted: boolean;
}

interface Pass {
  drafts: Draft[];
  unread: number;
  last: number;
}

interface Text {
  prompt: number[];
  passes: Pass[];
}

/** A written character, and the draft that was judged at its place. */
interface Written {
  at: number;
  text: number;
  pass: number;
  character: string;
  fate: 'accepted' | 'instead' | 'own';
  draft?: Draft;
  /** Which of its pass's drafts it was, from 1. */
  place: number;
  unread: number;
}

const textsOf = (run: RunData): Text[] => {
  const found = run.answers?.tape as unknown as Text[] | undefined;
  return Array.isArray(found) ? found : [];
};

const wordsOf = (run: RunData): string[] => listOf<string>(run, 'words');

export interface TapeCount {
  written: number;
  passes: number;
  judged: number;
  accepted: number;
}

/** Characters, passes, and drafts judged and accepted on the tape. */
export function tapeCount(run: RunData): TapeCount {
  const passes = textsOf(run).flatMap((text) => text.passes);
  const drafts = passes.flatMap((pass) => pass.drafts);
  const accepted = drafts.filter((draft) => draft.accepted).length;
  return {
    written: accepted + passes.length,
    passes: passes.length,
    judged: drafts.length,
    accepted,
  };
}

function writtenOf(run: RunData): Written[] {
  const words = wordsOf(run);
  let at = 0;
  return textsOf(run).flatMap(({ passes }, text) =>
    passes.flatMap(({ drafts, unread, last }, pass) => {
      const rejected = drafts.find((draft) => !draft.accepted);
      const before = drafts
        .filter((draft) => draft.accepted)
        .map((draft, i): Written => {
          const character = words[draft.token];
          return { at: at++, text, pass, character, fate: 'accepted', draft, place: i + 1, unread };
        });
      const end: Written = {
        at: at++,
        text,
        pass,
        character: words[last],
        fate: rejected ? 'instead' : 'own',
        place: before.length + 1,
        unread,
        ...(rejected && { draft: rejected }),
      };
      return [...before, end];
    }),
  );
}

const signOf = (character: string) => (character === ' ' ? '\u00a0' : seen(character));

/** What happened at one character, in a sentence or two. */
function story({ character, fate, draft, place, unread }: Written, words: string[]): string {
  if (!draft) return `“${seen(character)}” is the model’s own: every draft before it was accepted.`;
  const bound = Math.min(1, draft.p / draft.q);
  const chance = `model ${value(draft.p)}, module ${value(draft.q)}: accepted below ${value(bound)}, drawn ${value(draft.u)}`;
  const name = `Draft ${place}, “${seen(words[draft.token])}”`;
  if (fate === 'accepted') return `${name}: ${chance}. Accepted.`;
  const lost = unread
    ? ` ${count(unread)} more ${unread === 1 ? 'draft was' : 'drafts were'} thrown away unread.`
    : '';
  return `${name}: ${chance}. Rejected; from what the module had put too low, the model drew “${seen(character)}”.${lost}`;
}

function Draw({ run, width }: ViewProps) {
  const [pointed, setPointed] = useState<number>();
  const texts = textsOf(run);
  const words = wordsOf(run);
  if (!texts.length) return <p class="lab-quiet-line">It has written nothing yet.</p>;
  const all = writtenOf(run);
  // Untouched, the first rejected draft shows what there is to see.
  const now =
    all.find(({ at }) => at === pointed) ?? all.find(({ fate }) => fate === 'instead') ?? all[0];
  return (
    <div class="tape">
      <p class="tape-key">
        <span class="tape-accepted">a</span> draft accepted
        <span class="tape-instead">
          <s>a</s>b
        </span>{' '}
        draft rejected, replaced
        <span class="tape-own">a</span> the model’s own
        <span>│ │</span> one pass
      </p>
      <Walked
        label="What it wrote, pass by pass"
        places={all.map(({ at }) => at)}
        pointed={now?.at}
        onPoint={setPointed}
      >
        {texts.map(({ prompt, passes }, text) => (
          // Texts keep their places; only what is written in them changes.
          <div class="tape-text" key={`${text}`}>
            <span class="tape-prompt">
              {prompt.map((token) => words[token].replace('\n', '⏎')).join('')}
            </span>
            {passes.map((_, pass) => (
              <span class="tape-wagon" key={`${pass}`}>
                {all
                  .filter((one) => one.text === text && one.pass === pass)
                  .map((one) => (
                    <span
                      key={one.at}
                      data-at={one.at}
                      class={`tape-${one.fate}${one.at === now?.at ? ' written-pointed' : ''}`}
                    >
                      {one.fate === 'instead' && <s>{signOf(words[one.draft!.token])}</s>}
                      {signOf(one.character)}
                    </span>
                  ))}
              </span>
            ))}
          </div>
        ))}
      </Walked>
      <div class="tape-story">
        <DraftScales draft={now?.draft} width={width} />
        <Said words={now ? story(now, words) : ''} by={pointed} />
      </div>
    </div>
  );
}

export const draftTape: DrawnView = {
  name: 'draft-tape',
  kind: 'page',
  styles: ['draft-tape'],
  reads: { answers: ['tape'], facts: ['words'] },
  aspect: 0.36,
  narrowAspect: 1.2,
  Draw,
  describe(run) {
    const { written, passes, judged, accepted } = tapeCount(run);
    if (!passes) return 'Nothing is written yet.';
    const drafts = judged
      ? `; ${count(accepted)} of ${count(judged)} drafts that it judged were accepted (${percent(accepted / judged)})`
      : '';
    return `The model wrote ${count(written)} characters in ${count(passes)} passes${drafts}.`;
  },
  table(run) {
    const words = wordsOf(run);
    const all = writtenOf(run);
    return {
      columns: [
        'text and place',
        'pass',
        'written',
        'draft',
        'model p',
        'module q',
        'drawn',
        'what came of it',
      ],
      rows: all.map(({ at, text, pass, character, fate, draft }) => [
        `${text + 1}.${at - all.findIndex((one) => one.text === text) + 1}`,
        pass + 1,
        seen(character),
        draft ? seen(words[draft.token]) : '–',
        draft ? value(draft.p) : '–',
        draft ? value(draft.q) : '–',
        draft ? value(draft.u) : '–',
        { accepted: 'accepted', instead: 'rejected, replaced', own: 'the model’s own' }[fate],
      ]),
    };
  },
};

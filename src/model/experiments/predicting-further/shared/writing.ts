/** Writing with drafts: what each pass of the model did, how many there were, how long they took. */
import { uniforms } from '../../../../tensor/random';
import { speculativeModels } from '../../../decoding/language-model';
import { generate, type Judgement, type SpeculativeModels } from '../../../decoding/speculative';
import type { Plain } from '../../types';
import type { Foreteller } from './foreteller';

export interface Wishes {
  /** γ */
  drafts: number;
  temperature: number;
  /** Characters of each text. */
  count: number;
  seed: number;
}

/** A draft that the model judged. */
export interface DraftOnTape {
  token: number;
  /** Its probability with the model and with the module. */
  p: number;
  q: number;
  /** The number that was drawn; below p/q the draft is accepted. */
  u: number;
  accepted: boolean;
}

/** One pass of the model: drafts up to the first rejected one, and the token that the model adds. */
export interface PassOnTape {
  drafts: DraftOnTape[];
  /** How many drafts behind the rejected one were thrown away unread. */
  unread: number;
  last: number;
}

/** The passes that write one text behind the prompt. */
export async function tapeOf(
  model: Foreteller,
  prompt: number[],
  { drafts, temperature, count, seed }: Wishes,
): Promise<PassOnTape[]> {
  const models = speculativeModels({ ...model, sampling: { temperature } });
  const uniform = uniforms(seed, `tape ${drafts}`);
  let drawn: number[] = [];
  const passes: PassOnTape[] = [];
  const next = () => {
    const u = uniform();
    drawn.push(u);
    return u;
  };
  const onPass = (judgement: Judgement) => {
    passes.push(passOf(judgement, drawn));
    drawn = [];
  };
  try {
    await generate(models, prompt, { count, drafts, next, onPass });
  } finally {
    models.dispose();
  }
  return passes;
}

/** Uniform numbers come in the order of use: one to draw each draft, one to judge each, one more. */
function passOf({ tokens, drafted, target, accepted, kept }: Judgement, drawn: number[]) {
  const read = Math.min(accepted + 1, tokens.length);
  return {
    drafts: tokens.slice(0, read).map((token, place) => ({
      token,
      p: target[place][token],
      q: drafted[place][token],
      u: drawn[tokens.length + place],
      accepted: place < accepted,
    })),
    unread: tokens.length - read,
    last: kept[accepted],
  };
}

/** Of texts written with so many drafts each. */
export interface Counted {
  drafts: number;
  written: number;
  passes: number;
  /** Of the first, second … draft: how many were judged, and how many of those accepted. */
  judged: number[];
  accepted: number[];
  /**
   * Seconds from pass to pass, drafting included: what the quickest tenth stay below, since whatever
   * else a machine does only adds. The first of each text, which reads the prompt, is left out.
   * Without drafts it is the quicker of two ways, see `plainly`.
   */
  passSeconds: number;
}

/**
 * The same prompts written with no drafts, one, and so on up to `most`, text by text in turn, so
 * that what else the machine does slows all alike. The last passes may write more than asked for:
 * all that they wrote is counted.
 */
export async function countPasses(
  model: Foreteller,
  prompts: number[][],
  { drafts: most, temperature, count, seed }: Wishes,
  now: () => number = () => performance.now(),
): Promise<Counted[]> {
  const all = Array.from({ length: most + 1 }, (_, drafts): Counted => {
    const none = () => Array.from({ length: drafts }, () => 0);
    return { drafts, written: 0, passes: 0, judged: none(), accepted: none(), passSeconds: 0 };
  });
  const times: number[][] = all.map(() => []);
  const again: number[] = [];
  for (const [text, prompt] of prompts.entries())
    for (const counted of all) {
      const models = speculativeModels({ ...model, sampling: { temperature } });
      const readsTwo = counted.drafts === 0 && text % 2 === 1;
      const taken = readsTwo ? again : times[counted.drafts];
      let before: number | undefined;
      const onPass = ({ tokens, accepted, kept }: Judgement) => {
        const at = now();
        if (before !== undefined) taken.push((at - before) / 1000);
        before = at;
        counted.passes += 1;
        counted.written += kept.length;
        for (let place = 0; place < tokens.length && place <= accepted; place++) {
          counted.judged[place] += 1;
          counted.accepted[place] += Number(place < accepted);
        }
      };
      const next = uniforms(seed + text, `count ${counted.drafts}`);
      try {
        const writer = readsTwo ? plainly(models, 2) : models;
        await generate(writer, prompt, { count, drafts: counted.drafts, next, onPass });
      } finally {
        models.dispose();
      }
    }
  const seconds = times.map(quick);
  if (again.length) seconds[0] = Math.min(seconds[0], quick(again));
  return all.map((counted, drafts) => ({ ...counted, passSeconds: seconds[drafts] }));
}

/**
 * A writer whose passes read the last `rows` tokens, all but one of them again. On some backends a
 * pass over one row takes longer than one over two: beside that, any draft would look quick.
 */
const plainly = (models: SpeculativeModels, rows: number): SpeculativeModels => ({
  ...models,
  target: async (tokens, places) =>
    Array.from(await models.target(tokens, Math.max(rows, places))).slice(-places),
});

const quick = (all: number[]): number =>
  all.toSorted((a, b) => a - b)[Math.floor(all.length / 10)] ?? 0;

/** Three digits of what is only looked at. */
const short = (x: number) => Number(x.toPrecision(3));

/** A tape as an answer: plain data, short numbers. */
export const plainTape = (passes: PassOnTape[]): Plain =>
  passes.map(({ drafts, unread, last }) => ({
    drafts: drafts.map(({ token, p, q, u, accepted }) => ({
      token,
      p: short(p),
      q: short(q),
      u: short(u),
      accepted,
    })),
    unread,
    last,
  }));

/** Station 17: what is told of a character's way through the model is what the model does with it. */
import { describe, expect, it } from 'vitest';
import { probabilities } from '../../../src/model/decoding/sampling';
import { openSession } from '../../../src/model/experiments/session';
import {
  type Choice,
  type Journey,
  mostCharacters,
} from '../../../src/model/experiments/tiny-deepseek/shared/journey';
import { configOf, modulesOf } from '../../../src/model/experiments/tiny-deepseek/shared/model';
import whole from '../../../src/model/experiments/tiny-deepseek/whole';
import type { Settings } from '../../../src/model/experiments/types';
import * as multiToken from '../../../src/model/networks/multi-token';
import * as transformer from '../../../src/model/networks/transformer';
import * as yard from '../../../src/model/tasks/yard';
import * as tf from '../../../src/tensor/tf';
import type { Journey as Seen } from '../../../src/views/journey';
import { useBackend } from '../backend';
import { defaults } from '../training';

useBackend({ inNode: 'wasm' });

/** Every piece, smaller than in the lab. */
const pieces = {
  ...{ attention: 'latent-rotary', latentWidth: 4, rotaryWidth: 4, keyValueHeads: 4 },
  ...{ sparse: 'but-first', experts: 8, topK: 3, expertHidden: 4, sharedExperts: 1 },
  ...{ denseHidden: 8, router: 'sigmoid-normalised', keepsEven: 'both', mostGroups: 2 },
  predictors: 1,
};
/** A bias as large as scores differ, otherwise in each layer. */
const biasOf = (layer: number) =>
  Array.from({ length: pieces.experts }, (_, expert) => 0.3 * Math.sin(3 * expert + layer));

interface Asked {
  text?: string;
  settings?: Settings;
}

/** The journey, and what stands in the session that it is of. */
async function followed<T>(
  { text, settings = {} }: Asked,
  look: (journey: Journey, session: ReturnType<typeof openSession>) => T | Promise<T>,
): Promise<T> {
  const opened = openSession(whole, { ...defaults, ...pieces, ...settings }, 1);
  const { session } = opened;
  for (const name of Object.keys(session.state).filter((each) => each.startsWith('bias.'))) {
    session.state[name].dispose();
    session.state[name] = tf.tensor1d(biasOf(Number(name.slice(5))));
  }
  const now = {
    state: session.state,
    live: {},
    inputs: {},
    random: { seed: 1, counter: tf.scalar(0, 'int32') },
  };
  const before = tf.memory().numTensors;
  try {
    const journey = await session.acts!.follow(now, text === undefined ? {} : { text });
    expect(tf.memory().numTensors, 'tensors are left').toBe(before);
    // What the act gives is what the figure reads.
    const told: Seen & Journey = journey as unknown as Journey;
    return await look(told, opened);
  } finally {
    now.random.counter.dispose();
    opened.close();
  }
}

/** By hand: the nodes whose two best biased scores sum highest, and in them the highest of all. */
function bestByHand({ scores, bias }: Choice, place: number, most: number): number[] {
  const biased = scores[place].map((score, expert) => score + (bias?.[expert] ?? 0));
  const each = pieces.experts / 4;
  const worth = (node: number) =>
    biased
      .slice(node * each, (node + 1) * each)
      .sort((a, b) => b - a)
      .slice(0, 2)
      .reduce((a, b) => a + b);
  const open = [0, 1, 2, 3].sort((a, b) => worth(b) - worth(a)).slice(0, most);
  return Array.from(biased.keys())
    .filter((expert) => open.includes(Math.floor(expert / each)))
    .sort((a, b) => biased[b] - biased[a])
    .slice(0, pieces.topK)
    .sort((a, b) => a - b);
}

const text = '9+7=16\n1+';

describe('the journey of a character', () => {
  it('goes to the experts that score and bias choose, in two nodes', async () => {
    await followed({ text }, (journey) => {
      const routers = [...journey.layers.map(({ routing }) => routing), journey.further!.routing];
      expect(routers.map((each) => each !== null)).toEqual([false, true, true, true, true]);
      let moved = 0;
      for (const [layer, routing] of routers.entries()) {
        if (!routing) continue;
        expect(routing.bias).toEqual(biasOf(layer).map((x) => Number(x.toFixed(3))));
        for (const place of journey.text.keys()) {
          const own = routing.chosen[place].toSorted((a, b) => a - b);
          expect(own).toEqual(bestByHand(routing, place, 2));
          if (String(own) !== String(bestByHand({ ...routing, bias: null }, place, 2))) moved++;
          // The gates are made of the scores alone.
          const sum = own.reduce((all, expert) => all + routing.scores[place][expert], 0);
          for (const [i, expert] of routing.chosen[place].entries())
            expect(
              Math.abs(routing.gates[place][i] - (100 * routing.scores[place][expert]) / sum),
            ).toBeLessThan(0.7);
        }
      }
      expect(moved, 'the bias changes some choices').toBeGreaterThan(5);
    });
  });

  it('keeps as many numbers as the facts say, a latent and a key or two of each head', async () => {
    const widths = ({ layers }: Journey) =>
      layers[0].kept.map(({ name, rows }) => [name, rows[0].length]);
    const all = ({ layers }: Journey) =>
      layers.flatMap(({ kept }) => kept).reduce((sum, { rows }) => sum + rows[3].length, 0);
    await followed({ text }, (journey, { facts }) => {
      expect(widths(journey)).toEqual([
        ['latent', 4],
        ['rotaryKey', 4],
      ]);
      expect(all(journey)).toBe(facts.kept);
    });
    await followed({ text, settings: { attention: 'heads' } }, (journey, { facts }) => {
      expect(widths(journey)).toEqual([
        ['keys', 32],
        ['values', 32],
      ]);
      expect(all(journey)).toBe(facts.kept);
    });
  });

  it('is not changed by what comes later', async () => {
    const firstFour = ({ start, layers }: Journey) =>
      [0, 1, 2, 3].map((place) => [
        start[place],
        layers.map((stop) => [
          stop.kept.map(({ rows }) => rows[place]),
          stop.looks[place],
          stop.added[place],
          stop.guess[place],
          stop.routing?.chosen[place],
        ]),
      ]);
    const short = await followed({ text: '9+7=' }, firstFour);
    const long = await followed({ text: '9+7=16' }, firstFour);
    expect(long).toEqual(short);
    expect(short[1]).not.toEqual(short[3]);
  });

  it('looks at itself and what stood before, a hundred parts in all', async () => {
    await followed({ text }, ({ layers }) => {
      for (const { looks } of layers)
        for (const [place, row] of looks.entries()) {
          expect(row).toHaveLength(place + 1);
          expect(Math.abs(row.reduce((a, b) => a + b) - 100)).toBeLessThanOrEqual(row.length / 2);
        }
    });
  });

  it('tells the answers of attention, the shared expert and the routed ones apart', async () => {
    const parts = (settings: Settings) =>
      followed({ text, settings }, ({ layers }) =>
        layers.map(({ added }) => added[4].map((length) => length > 0)),
      );
    expect(await parts({})).toEqual([[true, true, false], ...Array(3).fill([true, true, true])]);
    expect((await parts({ sharedExperts: 0 })).slice(1)).toEqual(
      Array(3).fill([true, false, true]),
    );
    expect(await parts({ sparse: 'none' })).toEqual(Array(4).fill([true, true, false]));
  });

  it('ends in the head’s guess, and the module’s of the character after it', async () => {
    await followed({ text }, async (journey, { session }) => {
      const last = text.length - 1;
      expect(journey.layers[3].guess[last]).toEqual(journey.next[last][0]);
      // Behind the last character the module reads what the head would write.
      expect(journey.read).toEqual([...text.slice(1), journey.next[last][0][0]]);
      const config = configOf(pieces, yard.characters.length);
      const modules = modulesOf(pieces)!;
      const biases = Array.from({ length: 5 }, (_, layer) => session.state[`bias.${layer}`]);
      const options = { biases: biases as (tf.Tensor1D | undefined)[], evaluating: true };
      const drafts = tf.tidy(() =>
        [3, last].map((place) => {
          const before = [...text.slice(0, place + 1)];
          const tokens = yard.encode([...before, journey.read[place]].join(''));
          const whole = tf.tensor1d(tokens.slice(0, -1), 'int32');
          const { hidden } = transformer.forward(session.state, whole, config, {
            ...options,
            sequenceLength: place + 1,
          });
          const all = tf.tensor1d(tokens, 'int32');
          const drafted = multiToken.draft(session.state, hidden, all, 1, config, modules, options);
          return [...drafted.dataSync()];
        }),
      );
      for (const [i, place] of [3, last].entries()) {
        const chances = probabilities(drafts[i]);
        const best = chances.indexOf(Math.max(...chances));
        expect(journey.further!.guess[place][0]).toEqual([
          yard.characters[best],
          Math.round(100 * chances[best]),
        ]);
      }
    });
    const { further } = await followed({ text, settings: { predictors: 0 } }, (all) => all);
    expect(further).toBeNull();
  });

  it('begins on a line that nobody learned from, and says which texts it cannot follow', async () => {
    expect((await followed({}, ({ text }) => text)).join('')).toBe('\n9+7=16\n1+7=');
    const refusal = (words: string) => followed({ text: words }, () => {});
    await expect(refusal('')).rejects.toThrow('There is no character to follow; type a few.');
    await expect(refusal('1+Q')).rejects.toThrow('The model has never seen the character “Q”.');
    await expect(refusal('1'.repeat(mostCharacters + 1))).rejects.toThrow(
      'At most 31 characters are followed at a time.',
    );
    await followed({ text: '1'.repeat(mostCharacters) }, ({ text, further }) =>
      expect(further!.guess).toHaveLength(text.length),
    );
  });
});

/** Inputs by kind: what a hand writes, what an address holds, and what is refused in which words. */
import { describe, expect, it } from 'vitest';
import { kindsFor } from '../../../src/lab/inputs';
import { ChosenInputs, type InputOptions, longest } from '../../../src/lab/inputs/chosen';
import { hashOf } from '../../../src/lab/inputs/hash';
import { longestText, readable } from '../../../src/lab/inputs/parse';
import type { Keeper, Kind } from '../../../src/lab/inputs/types';
import type { Input, InputKind, Inputs, Model } from '../../../src/model/experiments/types';

const all = await kindsFor(
  Object.fromEntries(
    ['curve', 'points', 'numbers', 'text', 'configuration'].map((kind) => [kind, kind]),
  ) as Record<string, InputKind>,
);
const kind = (name: InputKind) => all[name] as Kind;

const grid = (points: number, f: (x: number) => number) => ({
  shape: [points],
  data: Float32Array.from({ length: points }, (_, i) => f(-1 + (2 * i) / (points - 1))),
});

const mixtral = {
  model_type: 'mixtral',
  hidden_size: 64,
  vocab_size: 100,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  intermediate_size: 128,
  num_local_experts: 8,
  num_experts_per_tok: 2,
};

/** What a reader may write, and the lab's own where it matters. */
const examples: [InputKind, string, Input?][] = [
  ['curve', '0, 0.5; 1\n-1.5', grid(32, () => 0)],
  ['points', '0.5, -1.25\n3 4\n\n-1e-3;2'],
  ['points', 'x,y,class\n0,0,0\n1,1,15'],
  ['numbers', '1 2.5 -3e4 0', { shape: [2, 2], data: new Float32Array(4) }],
  ['text', 'Line one.\r\nCafe\u0301 \u00e9t\u00e9, \u8def\ud83d\ude82'],
  ['configuration', JSON.stringify(mixtral)],
];

describe.each(examples)('%s', (name, text, like) => {
  const { read, write, encode, decode, say } = kind(name);

  it('comes back from an address as it was read', () => {
    const input = read(text, like);
    expect(decode(encode(input), like)).toEqual(input);
    expect(read(write(input), like)).toEqual(
      // A hand sees three digits of a height.
      name === 'curve' ? expect.anything() : input,
    );
    expect(say(input)).toMatch(/\w/);
  });

  it('stands in an address as it is', () => {
    const word = encode(read(text, like));
    const query = new URLSearchParams({ word });
    expect(new URLSearchParams(query.toString()).get('word')).toBe(word);
    if (!['text', 'configuration'].includes(name)) expect(query.toString()).toBe(`word=${word}`);
  });
});

describe('what is refused', () => {
  const like: Partial<Record<InputKind, Input>> = {
    numbers: { shape: [3], data: new Float32Array(3) },
  };
  it.each<[InputKind, string, RegExp]>([
    ['curve', '0.5', /^There is 1 height; 2 to 1,000 can be used\.$/],
    ['curve', '0 1 two', /^Height 3 is “two”, no number\.$/],
    ['curve', '0 1 3', /^Height 3 is 3; it must be from −1\.5 to 1\.5\.$/],
    ['points', '', /^There are 0 points; 2 to 2,000/],
    ['points', '1, 2\n3', /^Line 2 has one entry: a point is x and y/],
    ['points', '1, 2\n3, 4, 5, 6', /^Line 2 has 4 entries/],
    ['points', '1, 2\n3, x', /^Line 2: y is “x”, no number\.$/],
    ['points', '1, 2\n3, Infinity', /^Line 2: y is Infinity; it must be from/],
    ['points', '1, 2, 0\n3, 4, 1.5', /^Line 2: the class is 1\.5; it must be a whole number\.$/],
    ['points', '1, 2, 0\n3, 4, 16', /^Line 2: the class is 16; it must be from 0 to 15\.$/],
    ['points', '1, 2\n3, 4, 1', /^Point 2 has a class and those before it have none/],
    ['numbers', '1 2', /^There are 2 numbers; exactly 3 can be used\.$/],
    ['text', '  \n ', /^There is no text/],
    ['text', 'one\ntw\u0000o', /^Character 3 of line 2 \(U\+0000\) cannot be shown or typed/],
    ['text', 'caf\ufffd', /^Character 4 of line 1 \(U\+FFFD\) stands for bytes that are no text/],
    ['text', 'a\ud800b', /^Character 2 of line 1 \(U\+D800\)/],
    ['text', 'x'.repeat(200_001), /^There are 200,001 characters; 1 to 200,000/],
    [
      'text',
      String.fromCodePoint(...Array.from({ length: 300 }, (_, i) => 0x4e00 + i)),
      /^The text has 300 different characters; 256 can be told apart\. Character 257 of line 1 is one too many: “.”\.$/,
    ],
    ['configuration', '{"model_type": ', /^This is not JSON, which a config\.json is: /],
    ['configuration', '{"model_type": "bert"}', /^Models of type "bert" are not known here/],
    ['configuration', '{"model_type": "mixtral"}', /has no "/],
  ])('%s %j', (name, text, words) => {
    expect(() => kind(name).read(text, like[name])).toThrow(words);
  });

  const endless = '9'.repeat(100_000);
  it.each<[InputKind, string]>([
    ['curve', `0 ${endless}`],
    ['curve', `0 x${endless}`],
    ['points', `0, ${endless}\n1, 1`],
    ['points', `0, 0, 1.5${endless}\n1, 1, 1`],
    ['numbers', `1 2 ${endless}`],
    ['configuration', `{"model_type": "${endless}"}`],
    ['configuration', `{"model_type": "mixtral", "hidden_size": "${endless}"}`],
    ['configuration', `{"model_type": "mixtral", "hidden_size": ${endless}}`],
    ['configuration', endless],
  ])('%s with a word without end, in a sentence that ends', (name, text) => {
    let words = '';
    try {
      kind(name).read(text, like[name]);
    } catch (error) {
      words = (error as Error).message;
    }
    expect(words).toMatch(/\.$/);
    expect(words.length).toBeLessThan(400);
  });

  it('a text that nobody could read, before it is taken apart', () => {
    expect(readable('x'.repeat(longestText))).toHaveLength(longestText);
    expect(() => readable('x'.repeat(longestText + 1))).toThrow(
      'The text has 4,000,001 characters; at most 4,000,000 can be read.',
    );
  });

  it.each([
    ['curve', 'abc'],
    ['points', '1_2*x'],
    ['numbers', '1_x_3'],
    ['text', '\u0007'],
    ['configuration', '{'],
  ] as const)('an address with a broken %s too', (name, word) => {
    expect(() => kind(name).decode(word, like[name])).toThrow(/\w{3}.*\.$/s);
  });
});

it('gives a long text a name of its own', () => {
  const texts = Array.from({ length: 2000 }, (_, i) => 'x'.repeat(i % 50) + i);
  expect(new Set(texts.map(hashOf)).size).toBe(texts.length);
  expect(hashOf('the same')).toBe(hashOf('the same'));
});

// What a lab hands in.

const model: Model = {
  form: 'decoder',
  about: {},
  weights: { w: { shape: [1], data: Float32Array.of(1) } },
};

class FakeKeeper implements Keeper {
  inputs = new Map<string, string>();
  async keepInput(hash: string, word: string) {
    this.inputs.set(hash, word);
  }
  async findInput(hash: string) {
    return this.inputs.get(hash);
  }
  async models() {
    return ['decoder', 'classifier'].map((form) => ({ name: form, form, bytes: 4, kept: '' }));
  }
  async findModel(name: string) {
    return name === 'mine' ? model : undefined;
  }
}

const presets = [
  { name: 'flat', label: 'a flat line', inputs: () => ({ target: grid(8, () => 0) }) },
  { name: 'slope', label: 'a slope', inputs: () => ({ target: grid(8, (x) => x) }) },
];

const chosen = (options: Partial<InputOptions> = {}) =>
  new ChosenInputs({ takes: { target: 'curve' }, kinds: all, presets, ...options });

describe('the inputs of a lab', () => {
  it('are the first preset until another is chosen, and say so in the address', async () => {
    const inputs = chosen();
    expect(inputs.values.value).toEqual(presets[0].inputs());
    expect(inputs.words()).toEqual({});
    inputs.choose('slope');
    expect(inputs.words()).toEqual({ '': 'slope' });
    const again = chosen();
    expect(await again.find(inputs.words())).toEqual([]);
    expect(again.values.value).toEqual(presets[1].inputs());
    expect(again.changed.value).toBe(true);
  });

  it('are the reader’s own, and come back from the address', async () => {
    const inputs = chosen();
    inputs.take({ target: inputs.read('target', '0 1 0') });
    expect(inputs.ownInWords()).toBe('drawn by hand');
    const again = chosen();
    expect(await again.find(inputs.words())).toEqual([]);
    expect(again.values.value).toEqual(inputs.values.value);
    expect(again.isOwn.value).toBe(true);
    again.choose('flat');
    expect(again.words()).toEqual({});
  });

  it('take what an address of an earlier version calls drawn', async () => {
    const inputs = chosen();
    const own = inputs.read('target', '0 1 0');
    const word = kind('curve').encode(own);
    expect(await inputs.find({}, word)).toEqual([]);
    expect(inputs.values.value!.target).toEqual(own);
    expect(await inputs.find({}, 'slope')).toEqual([]);
    expect(inputs.preset.value).toBe('slope');
    expect((await chosen().find({}, 'abc'))[0]).toMatch(
      /^The address holds an input \(target\) that cannot be used: .* A flat line is used instead\.$/,
    );
  });

  it('may be several, each under its name, some of them the preset’s', async () => {
    const takes = { target: 'curve', text: 'text' } as const;
    const inputs = chosen({ takes });
    inputs.choose('slope');
    inputs.take({ text: inputs.read('text', 'by hand') });
    expect(inputs.words()).toEqual({ '': 'slope', text: 'own:by hand' });
    const again = chosen({ takes });
    expect(await again.find(inputs.words())).toEqual([]);
    expect(again.values.value).toEqual({ ...presets[1].inputs(), text: { text: 'by hand' } });
  });

  it('stay in the browser where they are long, by a name in the address', async () => {
    const keeper = new FakeKeeper();
    const options = { takes: { text: 'text' as const }, presets: [], keeper };
    const inputs = chosen(options);
    const text = 'rolling stock '.repeat(200);
    inputs.take({ text: { text } });
    const words = inputs.words();
    expect(words['']).toMatch(/^local:[0-9a-f]{16}$/);
    expect(encodeURIComponent(text).length).toBeGreaterThan(longest);
    const again = chosen(options);
    expect(await again.find(words)).toEqual([]);
    expect(again.values.value).toEqual({ text: { text } });
    const elsewhere = chosen({ ...options, keeper: new FakeKeeper() });
    expect(await elsewhere.find(words)).toEqual([
      'The address names an input (text) that is kept only in the browser where it was made, and this is another one. The usual one is used instead.',
    ]);
    expect(elsewhere.values.value).toBeUndefined();
  });

  it('may be a kept model, by its name, of the form that the lab’s own is of', async () => {
    const recorded: Inputs = { base: { model } };
    const options: Partial<InputOptions> = {
      takes: { base: 'model' },
      presets: [{ name: 'recorded', label: 'the recorded model', inputs: () => recorded }],
      keeper: new FakeKeeper(),
    };
    const inputs = chosen(options);
    expect((await inputs.models()).map(({ name }) => name)).toEqual(['decoder']);
    await inputs.findModel('base', 'mine');
    expect(inputs.words()).toEqual({ '': 'own:mine' });
    expect(inputs.ownInWords()).toBe('mine');
    const again = chosen(options);
    expect(await again.find(inputs.words())).toEqual([]);
    expect(again.values.value).toEqual({ base: { model } });
    expect(await chosen(options).find({ '': 'own:yours' })).toEqual([
      'The model “yours” is not kept in this browser; models are kept by name. The recorded model is used instead.',
    ]);
  });

  it('answer what they cannot find in a sentence', async () => {
    expect(await chosen().find({ '': 'bump' })).toEqual([
      'The address asks for the input “bump”; this lab has flat, slope. A flat line is used instead.',
    ]);
    expect((await chosen().find({ colour: 'own:red' }))[0]).toContain(
      'holds an input “colour” that this lab does not take; it takes target.',
    );
  });
});

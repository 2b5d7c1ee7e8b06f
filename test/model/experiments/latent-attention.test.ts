/** What the labs of station 13 claim, held against the library's layers and its accounting. */
import { describe, expect, it } from 'vitest';
import { as, kindOf, look } from '../../../src/labs/latent-attention/shared/kinds';
import { cacheBytesPerToken, withAttention } from '../../../src/model/accounting/cache';
import { flopsPerToken } from '../../../src/model/accounting/flops';
import { released } from '../../../src/model/accounting/released';
import { length as rowLength } from '../../../src/model/experiments/language-model/shared/corpus';
import recall from '../../../src/model/experiments/latent-attention/recall';
import {
  apartness,
  configOf,
  placings,
} from '../../../src/model/experiments/latent-attention/shared/forms';
import {
  items,
  length,
  names,
  questions,
  recallRows,
  values,
} from '../../../src/model/experiments/latent-attention/shared/recall-rows';
import * as recaller from '../../../src/model/experiments/latent-attention/shared/recaller';
import { openSession } from '../../../src/model/experiments/session';
import * as transformer from '../../../src/model/networks/transformer';
import * as tf from '../../../src/tensor/tf';
import { useBackend } from '../backend';
import { defaults } from '../training';

useBackend({ inNode: 'wasm' });

const kept = {
  attention: 'latent',
  keyValueHeads: 4,
  latentWidth: 8,
  rotaryWidth: 4,
};

describe('rows of items and questions', () => {
  const attributes = 3;
  const { rows, signs, answers } = recallRows(5, 'test', 20, attributes);
  const token = (row: number, at: number) =>
    Array.from(signs.subarray((row * length + at) * 4, (row * length + at + 1) * 4));

  it('have different names, and ask for what stands in the items', () => {
    for (let row = 0; row < rows; row++) {
      const shown = Array.from({ length: items }, (_, item) => token(row, item));
      expect(new Set(shown.map(([name]) => name)).size).toBe(items);
      for (let question = 0; question < questions; question++) {
        const [name, sign, ...none] = token(row, items + question);
        expect(none).toEqual([-1, -1]);
        const attribute = sign - names - attributes * values;
        const item = shown.find(([own]) => own === name)!;
        expect(answers[row * questions + question]).toBe(item[1 + attribute] - names);
      }
    }
  });

  it('can only be answered by looking back', async () => {
    const config = recaller.configOf(kept);
    const params = recaller.init(config, attributes, 1);
    const logits = async (change: (signs: Int32Array) => void) => {
      const own = signs.slice(0, length * 4);
      change(own);
      const out = recaller.forward(params, tf.tensor2d(own, [length, 4], 'int32'), config);
      return [...(await out.logits.data())];
    };
    const asShown = await logits(() => {});
    const otherItem = await logits((own) => {
      own[1] = names + ((own[1] - names + 1) % values);
    });
    const otherLast = await logits((own) => {
      own[(length - 1) * 4] = (own[(length - 1) * 4] + 1) % names;
    });
    const classes = attributes * values;
    expect(otherItem.slice(0, classes)).not.toEqual(asShown.slice(0, classes));
    expect(otherLast.slice(0, -classes)).toEqual(asShown.slice(0, -classes));
    expect(otherLast.slice(-classes)).not.toEqual(asShown.slice(-classes));
  });
});

describe('bytes of a token', () => {
  it.each([
    [{ attention: 'heads', keyValueHeads: 4 }, 256],
    [{ attention: 'heads', keyValueHeads: 2 }, 128],
    [{ attention: 'heads', keyValueHeads: 1 }, 64],
    [{ attention: 'latent', latentWidth: 12 }, 48],
    [{ attention: 'latent-rotary', latentWidth: 12, rotaryWidth: 6 }, 72],
  ])('%o: %i, by arrays and by formula', (settings, bytes) => {
    const opened = openSession(recall, { ...defaults, ...settings }, 1);
    expect(opened.facts.bytesPerToken).toBe(bytes);
    expect(opened.facts.byFormula).toBe(bytes);
    opened.close();
  });
});

describe('two forms of one decoder', () => {
  const tokens = () =>
    tf.tensor1d(
      Int32Array.from({ length: 2 * rowLength }, (_, i) => (i * 7 + (i >> 3)) % 20),
      'int32',
    );
  it.each(placings)('%s: agree unless content keys are turned', async (placing) => {
    const config = configOf(placing, 20, { latentWidth: 16, rotaryWidth: 8 });
    const params = transformer.init(config, 3);
    const apart = await apartness(params, tokens(), config).data();
    expect(apart).toHaveLength(rowLength);
    // The first place has one key to look at, whatever its score is.
    expect(apart[0]).toBeLessThan(1e-5);
    const others = Array.from(apart.slice(1));
    if (placing === 'content') expect(Math.min(...others)).toBeGreaterThan(0.02);
    else expect(Math.max(...others)).toBeLessThan(1e-5);
  });
});

describe('kinds of attention', () => {
  const v3 = released.find(({ name }) => name === 'deepseek-v3')!.architecture;

  it('are named by what they keep', () => {
    const [{ attention }] = v3.layers;
    const kinds = ['released', 'MHA', 'GQA', 'MQA', 'MLA'].map((kind) =>
      kindOf(as(kind, attention)),
    );
    expect(kinds).toEqual(['MLA', 'MHA', 'GQA', 'MQA', 'MLA']);
  });

  it('keep of DeepSeek-V3 what table 1 of the V2 report makes of its numbers', () => {
    const bytes = (kind: string) => cacheBytesPerToken(withAttention(v3, (each) => as(kind, each)));
    expect(bytes('released')).toBe(576 * 61 * 2);
    expect(bytes('MLA')).toBe(bytes('released'));
    expect(bytes('MHA')).toBe(2 * 128 * 128 * 61 * 2);
    expect(bytes('GQA')).toBe(2 * 8 * 128 * 61 * 2);
  });

  it('keep their windows where they keep keys and values', () => {
    const windowed = released.find(({ name }) => name === 'gpt-oss-20b')!.architecture;
    const windows = windowed.layers.map(({ attention }) => attention);
    const again = windows.map((shape) => as('MHA', shape));
    const of = (shapes: typeof windows) => shapes.map((s) => (s.kind === 'heads' ? s.window : 0));
    expect(of(again)).toEqual(of(windows));
    expect(of(windows)).toContain(128);
  });

  it.each(['MHA', 'GQA', 'released'])('cost a new token what accounting counts: %s', (kind) => {
    const one = { ...v3, layers: [v3.layers[0]] };
    const given = withAttention(one, (each) => as(kind, each));
    const [{ attention }] = given.layers;
    const past = 1000;
    const { attention: flops } = flopsPerToken(given, { context: past, form: 'absorbed' });
    const { multiplications } = look(attention, 'absorbed', past);
    const folding = attention.kind === 'latent' ? 512 * 128 * 256 : 0;
    expect(2 * (multiplications - folding)).toBe(flops);
  });

  it('rebuild keys and values of the whole past, or fold one query', () => {
    const [{ attention }] = v3.layers;
    const [rebuilt, folded] = (['plain', 'absorbed'] as const).map((form) =>
      look(attention, form, 4096),
    );
    expect(rebuilt.multiplications).toBe(4096 * (512 * 128 * 256 + 128 * (128 + 64 + 128)));
    expect(folded.multiplications).toBe(512 * 128 * 256 + 4096 * 128 * (512 + 64 + 512));
    expect(rebuilt.read).toBe(folded.read);
  });
});

/** What a reader writes is what runs, whatever kernels the library has for its own text. */
import { beforeAll, describe, expect, it } from 'vitest';
import { quote } from '../../src/course/quote';
import type { Experiment, Settings, TrainingExperiment } from '../../src/model/experiments/types';
import { settingsTable } from '../../src/model/settings';
import { type Edit, refusal } from '../../src/notebook/edit';
import { evaluated } from '../../src/notebook/evaluate';
import { explained } from '../../src/notebook/explain';
import type { Library } from '../../src/notebook/gather';
import * as tf from '../../src/tensor/tf';

const texts = import.meta.glob<string>('../../src/model/**/*.ts', {
  query: '?raw',
  import: 'default',
});
const modules = import.meta.glob<Record<string, unknown>>([
  '../../src/model/**/*.ts',
  '../../src/tensor/{tf,random}.ts',
]);
const library: Library = {
  read: async (file) => texts[`../../${file}`]?.(),
  load: (file) => modules[`../../${file}`](),
};
const compile = (names: string[], body: string) =>
  new Function(...names, `'use strict';${body}`) as never;

// As lockdown.ts has it: the cell's line may stand deep below the library's own calls.
Error.stackTraceLimit = 60;

/** The declaration with one part of its text replaced. */
function edit(file: string, name: string, from: string, to: string): Edit {
  const found = quote({ file, name }, 'a test');
  expect(found.code, `${file} ${name}`).toContain(from);
  return { file, name, ...found, source: found.code.replace(from, to) };
}

const run = async (
  experimentFile: string,
  edits: Edit[],
  settings: Settings = {},
  steps = 3,
): Promise<number[]> => {
  let experiment: Experiment;
  try {
    experiment = edits.length
      ? await evaluated(experimentFile, edits, library, compile)
      : ((await library.load(experimentFile)).default as Experiment);
    const training = experiment as TrainingExperiment;
    const all = Object.fromEntries(
      training.reads.map((name) => [name, settings[name] ?? settingsTable[name].default]),
    );
    const session = training.start(all, 1, training.defaultInputs?.(all) ?? {});
    const live = Object.fromEntries(
      session.live.map((name) => [name, tf.scalar(Number(all[name]))]),
    );
    let { state } = session;
    const losses: number[] = [];
    for (let step = 0; step < steps; step++) {
      const random = { seed: 1, counter: tf.scalar(step, 'int32') };
      const next = tf.tidy(() => session.step({ state, live, inputs: {}, random }));
      losses.push((await next.metrics.loss.data())[0]);
      state = next.state;
    }
    return losses;
  } catch (error) {
    throw explained(error);
  }
};

const mixture = 'src/model/experiments/collapse/moe-balance.ts';
const router = 'src/model/routers/softmax-top-k.ts';

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await tf.loadBackend[backend]();
    await tf.setBackend(backend);
  });

  it('computes the same where the text is other and its meaning is not', async () => {
    const same = edit(router, 'route', 'tf.mul(scores, mask)', 'tf.mul(mask, scores)');
    const plain = await run(mixture, []);
    const losses = await run(mixture, [same]);
    for (const [i, loss] of losses.entries()) expect(loss).toBeCloseTo(plain[i], 4);
  });

  it.each([
    ['a router', edit(router, 'route', 'tf.mul(scores, mask)', 'tf.mul(mask, 0.5)'), {}],
    [
      'a balancing loss',
      edit('src/model/balancing/switch.ts', 'loss', 'experts);', 'tf.mul(experts, 30));'),
      { balancer: 'switch', balanceStrength: 1 },
    ],
    [
      'a bias rule',
      edit('src/model/balancing/bias.ts', 'default.update', 'tf.mul(rate,', 'tf.mul(300,'),
      { balancer: 'bias' },
    ],
    ['an optimizer', edit('src/model/optimizers/adam.ts', 'update', 'tf.sub(w,', 'tf.add(w,'), {}],
    ['the experts', edit('src/model/experts/relu.ts', 'everyExpert', 'tf.relu(', 'tf.tanh('), {}],
  ])('trains otherwise with %s that says otherwise', async (_, changed, settings) => {
    const plain = await run(mixture, [], settings, 4);
    const losses = await run(mixture, [changed], settings, 4);
    expect(losses.at(-1)).not.toBeCloseTo(plain.at(-1)!, 5);
  });
});

describe('two changes in one file', () => {
  const adam = 'src/model/optimizers/adam.ts';
  const [rates, sign] = [
    edit(adam, 'paper', '0.9,', '0.5,'),
    edit(adam, 'update', 'tf.sub(w,', 'tf.add(w,'),
  ];
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  it('are both made, in whatever order they come', async () => {
    const last = async (...edits: Edit[]) => (await run(mixture, edits, {}, 4)).at(-1);
    const both = await last(rates, sign);
    expect(both).not.toBe(await last(rates));
    expect(both).not.toBe(await last(sign));
    expect(await last(sign, rates)).toBe(both);
  });

  it('have their mistakes told at their own lines', async () => {
    const longer = { ...rates, source: `// a line more\n// and one\n${rates.source}` };
    const { code } = quote({ file: adam, name: 'update' }, 'a test');
    const line = code.slice(0, code.indexOf('tf.sub(w,')).split('\n').length;
    const wrong = (to: string) => run(mixture, [edit(adam, 'update', 'tf.sub(w,', to), longer]);
    await expect(wrong('nowhere(w,')).rejects.toThrow(`Line ${line}: nowhere is not defined.`);
    await expect(wrong('tf..sub(w,')).rejects.toThrow(`Line ${line} cannot be read`);
  });

  it('cannot stand in the same place', async () => {
    const [whole, part] = ['default', 'default.label'].map((name) =>
      edit(router, name, 'softmax, top k', 'softmax'),
    );
    await expect(run(mixture, [part, whole])).rejects.toThrow(
      'default and default.label of src/model/routers/softmax-top-k.ts share lines',
    );
  });

  it('load no code together that neither loads alone', async () => {
    const from = 'export default adamWith();';
    const text = (await library.read(adam))!;
    const start = text.indexOf(from);
    const firstLine = text.slice(0, start).split('\n').length;
    const place = { file: adam, name: 'default', start, end: start + from.length, indent: 0 };
    const opens = { ...place, firstLine, source: `${from} /*` };
    const quotes = edit(
      adam,
      'update',
      '// All weights',
      `const s = '*/ void import("x"); /*'; // All weights`,
    );
    await expect(run(mixture, [quotes])).resolves.toHaveLength(3);
    await expect(run(mixture, [opens, quotes])).rejects.toThrow('a cell cannot load other code');
  });
});

describe('what cannot be, in a sentence at its line', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });
  const wrong = (from: string, to: string) => run(mixture, [edit(router, 'route', from, to)]);
  /** Line of the cell on which a part of its text stands. */
  const lineOf = (part: string) => {
    const { code } = quote({ file: router, name: 'route' }, 'a test');
    return code.slice(0, code.indexOf(part)).split('\n').length;
  };

  it('shapes', async () => {
    await expect(
      wrong('gates: scaled(tf.mul(scores, mask), live)', 'gates: tf.slice(mask, [0, 0], [-1, 2])'),
    ).rejects.toThrow('gates must be [tokens, experts], 128 × 8; they are 128 × 2.');
    await expect(
      wrong('logits, scores, mask, gates', 'logits, scores, mask, gate'),
    ).rejects.toThrow('gates must be [tokens, experts], 128 × 8; they are missing.');
    await expect(
      wrong('scores, mask, gates', 'scores, mask: tf.sum(mask, 1), gates'),
    ).rejects.toThrow('mask must be [tokens, experts], 128 × 8; it is 128.');
    await expect(wrong('scores, mask, gates', 'scores: 1, mask, gates')).rejects.toThrow(
      'scores must be [tokens, experts], 128 × 8; they are the plain number 1.',
    );
    const loss = (from: string, to: string) =>
      run(mixture, [edit('src/model/balancing/switch.ts', 'loss', from, to)], {
        balancer: 'switch',
      });
    await expect(loss('tf.mul(tf.sum(', 'tf.mul((')).rejects.toThrow(
      'The loss must be one number, a scalar; it is 8.',
    );
    await expect(loss('return tf.mul(', 'tf.mul(')).rejects.toThrow(
      'The loss must be one number, a scalar; it is missing.',
    );
  });

  it('exceptions', async () => {
    await expect(wrong('const scores = ', 'nowhere.at(0);\n  const scores = ')).rejects.toThrow(
      /^Line \d+: nowhere is not defined\.$/,
    );
  });

  it('syntax', async () => {
    await expect(wrong('const scores = ', 'const scores = ) ')).rejects.toThrow(
      /^Line \d+ cannot be read: unexpected token\.$/,
    );
  });

  it('the world outside', async () => {
    await expect(wrong('const scores = ', "fetch('x');\n  const scores = ")).rejects.toThrow(
      /Line \d+: fetch is not a function/,
    );
  });

  it.each([
    ['an import', "import a from 'x';\n  a();\n  const scores = ", 1],
    ['an import of its own', "const a = import('data:x');\n  const scores = ", 1],
    ['an import behind two slashes', "const a = '//'; void import('x');\n  const scores = ", 1],
    [
      'an import behind an old comment',
      "a <!-- /*\nvoid import('x') //*/\n  b;\n  const scores = ",
      2,
    ],
  ])('other code, by %s', async (_, to, further) => {
    const line = lineOf('const scores = ') + further - 1;
    await expect(wrong('const scores = ', to)).rejects.toThrow(
      `Line ${line}: a cell cannot load other code; the names that the editor completes`,
    );
  });

  it('a text that ends too soon, and one nested too deep', async () => {
    await expect(wrong('const scores = ', 'if (1) { const scores = ')).rejects.toThrow(
      /^Line \d+ cannot be read: the cell ends before its code does/,
    );
    await expect(wrong('const scores = ', `const a = ${'['.repeat(9000)};`)).rejects.toThrow(
      /nested too deep|cannot be read/,
    );
  });

  it('names given twice', async () => {
    await expect(wrong('const scores = ', 'const logits = 1;\n  const scores = ')).rejects.toThrow(
      `Line ${lineOf('const scores = ')} cannot be read: identifier 'logits' has already been`,
    );
  });

  it('a tensor that is used after its end', async () => {
    const gone =
      'const gone = tf.ones([2]);\n  gone.dispose();\n  tf.add(gone, 1);\n  const scores = ';
    await expect(wrong('const scores = ', gone)).rejects.toThrow(
      `Line ${lineOf('const scores = ') + 2}: a tensor is used after it was disposed`,
    );
  });

  it('what would change nothing', async () => {
    const elsewhere = edit('src/model/routers/hash.ts', 'default.label', 'hash', 'dice');
    const file = 'src/model/experiments/hidden-layer/one-hidden-layer.ts';
    await expect(run(file, [elsewhere])).rejects.toThrow(
      'makes no use of src/model/routers/hash.ts',
    );
  });

  it('texts that may not even be tried', () => {
    expect(refusal('x'.repeat(20_001))).toMatch('at most 20,000 are allowed');
    expect(refusal('const a = 1;\nconst b\u202e = 2;')).toMatch(
      'Line 2 holds a character that cannot be seen (U+202E)',
    );
    expect(refusal('  \n')).toMatch('The cell is empty');
    expect(refusal('const a = 1;')).toBeUndefined();
  });
});

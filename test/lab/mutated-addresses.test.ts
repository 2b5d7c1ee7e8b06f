/** Ten thousand addresses that somebody has cut, doubled or garbled, over all labs of the course. */
import { describe, expect, it } from 'vitest';
import { readAddress, writeAddress } from '../../src/lab/address';
import { controlsOf } from '../../src/lab/controls';
import { labNames, loadLab } from '../../src/lab/labs';
import { members } from '../../src/lab/members';
import { type Control, check, settingsOf } from '../../src/lab/settings';
import { strangersIn } from '../../src/lab/strangers';
import type { Settings } from '../../src/model/experiments/types';
import { uniforms } from '../../src/tensor/random';

const perLab = Math.ceil(10_000 / labNames.length);

/** One after another in the order of a seed. */
function dice(seed: number) {
  const next = uniforms(seed, 'mutated addresses');
  const below = (most: number) => Math.floor(next() * most);
  return { below, one: <T>(of: readonly T[]): T => of[below(of.length)] };
}

/** What is typed, pasted and cut where a value should stand. */
const oddities = [
  ...[
    '',
    ' ',
    '0',
    '-1',
    '1e9',
    '1e999',
    'NaN',
    'Infinity',
    '0x10',
    '１',
    'true',
    'null',
    'undefined',
  ],
  ...[
    '[object Object]',
    '__proto__',
    'constructor',
    '<b>x</b>',
    "';--",
    '%',
    '%zz',
    'a\u0000b',
    '\u202Eabc',
  ],
  ...['é'.repeat(40), 'x'.repeat(3000), '🚂', '1,2', 'all', 'all,all', ',,,'],
];

const goodWord = (control: Control, { one, below }: ReturnType<typeof dice>): string =>
  control.kind === 'number'
    ? String(one([control.min, control.max, control.default]))
    : control.kind === 'choice'
      ? one(control.options).value
      : String(below(2) === 1);

/** An address that a reader may have been given, before something happened to it. */
function address(lab: string, controls: Control[], hand: ReturnType<typeof dice>): string {
  const parts = controls
    .filter(() => hand.below(3) === 0)
    .map((control) => `${lab}.${control.name}=${encodeURIComponent(goodWord(control, hand))}`);
  parts.push(`${lab}.seed=${hand.below(50)}`, `rung=${hand.one(['wasm', 'webgpu', 'recorded'])}`);
  if (controls.length) parts.push(`${lab}.hide=${hand.one(controls).name}`);
  return parts.join('&');
}

function mutated(text: string, lab: string, hand: ReturnType<typeof dice>): string {
  const at = hand.below(text.length + 1);
  const parts = text.split('&');
  const which = hand.below(parts.length);
  const [name] = parts[which].split('=');
  const odd = hand.one(oddities);
  const turned = [
    () => text.slice(0, at),
    () =>
      text.slice(0, at) + hand.one([...'&=.%+ ,;#', '\u0000', '%00', '%E2%28']) + text.slice(at),
    () => text.slice(0, at) + text.slice(at + 1 + hand.below(4)),
    () => [...parts, parts[which]].join('&'),
    () => [...parts, `${name}=${encodeURIComponent(odd)}`].join('&'),
    () => parts.with(which, `${name}=${encodeURIComponent(odd)}`).join('&'),
    () => parts.with(which, `${name}=${odd}`).join('&'),
    () => [...parts, `${lab}.${encodeURIComponent(odd)}=${odd}`].join('&'),
    () => [...parts, `${encodeURIComponent(odd)}.seed=1`].join('&'),
    () => parts.toReversed().join('&'),
    () => text.toUpperCase(),
  ];
  return hand.one(turned)();
}

describe.each(labNames)('addresses of %s', (name) => {
  it('never throw, say each fault once and briefly, and leave what can be used', async () => {
    const lab = await loadLab(name);
    const controls = controlsOf(lab, members);
    const hand = dice(name.length * 1000 + name.charCodeAt(0));
    const axes = lab.plan?.kind === 'race' ? (['steps', 'flops', 'seconds'] as const) : [];
    const whole = (settings: Settings) => settingsOf(controls, {}, settings);
    for (let i = 0; i < perLab; i++) {
      let text = address(name, controls, hand);
      for (let times = 1 + hand.below(4); times > 0; times--) text = mutated(text, name, hand);
      const query = new URLSearchParams(text);
      const found = readAddress(name, controls, query, [...axes]);
      const words = [...found.words, ...strangersIn(query, [name])];

      expect(new Set(words).size, `of ${text.slice(0, 200)}: ${words.join(' | ')}`).toBe(
        words.length,
      );
      for (const sentence of words) {
        expect(sentence).toMatch(/\.$/);
        expect(sentence.length, sentence).toBeLessThan(400);
        // No word so long that a narrow page cannot break the line before it.
        for (const word of sentence.split(/\s/)) expect(word.length, word).toBeLessThan(80);
      }
      for (const [setting, value] of Object.entries(whole(found.settings))) {
        const control = controls.find((each) => each.name === setting);
        if (control) expect(check(control, value).words, `${setting} of ${text}`).toBeUndefined();
      }
      expect(Number.isInteger(found.seed) && found.seed >= 0).toBe(true);

      // What is left is a good address: read again it says nothing, and means the same.
      const { settings, seed, rung, axis } = found;
      const written = writeAddress(name, controls, {
        settings: whole(settings),
        seed,
        rung,
        axis,
      });
      const again = readAddress(name, controls, written, [...axes]);
      expect(again.words, String(written)).toEqual([]);
      expect(whole(again.settings)).toEqual(whole(settings));
      expect([again.seed, again.rung]).toEqual([seed, rung]);
    }
  });
});

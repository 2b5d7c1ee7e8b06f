import { describe, expect, it } from 'vitest';
import { readAddress, writeAddress } from '../../src/lab/address';
import { controlsOf, resolveSettings } from '../../src/lab/controls';
import { members, taskInMenu } from '../../src/lab/members';
import {
  activeControls,
  check,
  differences,
  nearestStop,
  settle,
  stops,
  valueInWords,
} from '../../src/lab/settings';
import type { Axis } from '../../src/lab/types';
import { optionsOf, type Settings, type SettingValue } from '../../src/model/experiments/types';
import { settingsTable } from '../../src/model/settings';
import { tasks as tasksOf } from '../../src/model/tasks';
import type { Task } from '../../src/model/types';

const lab = {
  name: 'collapse',
  controls: {
    balancer: {},
    balanceStrength: {},
    topK: { default: 1, max: 4 },
    learningRate: {},
    hidden: { min: 2, max: 64 },
    activation: {},
  },
  fixed: { task: 'clusters', jitter: 0.25 },
};
const fewMembers = {
  balancing: [
    { value: 'none', label: 'none' },
    { value: 'switch', label: 'Switch loss' },
  ],
};
const controls = controlsOf(lab, fewMembers);
const control = (name: string) => controls.find((candidate) => candidate.name === name)!;

describe('the table of settings', () => {
  it('has each name from one theme: a second would take its place in silence', () => {
    const themes = import.meta.glob<Record<string, Settings>>('../../src/model/settings/*.ts', {
      eager: true,
    });
    const names = Object.entries(themes)
      .filter(([file]) => !/\/(index|types)\.ts$/.test(file))
      .flatMap(([, theme]) => Object.values(theme).flatMap((table) => Object.keys(table)));
    expect(names.toSorted()).toEqual([...new Set(names)].sort());
    expect(names.toSorted()).toEqual(Object.keys(settingsTable).sort());
  });
});

describe('controls', () => {
  it('keep the order of the lab, narrowed, with members filled in, as plain JSON', () => {
    expect(controls.map(({ name }) => name)).toEqual(Object.keys(lab.controls));
    expect(control('topK')).toMatchObject({ max: 4, default: 1, min: 1, symbol: 'k' });
    expect(control('balancer')).toMatchObject({ options: fewMembers.balancing });
    expect(JSON.parse(JSON.stringify(controls))).toEqual(controls);
    const [few] = controlsOf({ name: 'x', controls: { balancer: { only: ['none'] } } }, fewMembers);
    expect(few).toMatchObject({ options: [{ value: 'none', label: 'none' }] });
  });

  it('fail in a sentence', () => {
    const wrong = (extra: object) => () =>
      controlsOf({ ...lab, controls: { ...extra } as never }, fewMembers);
    expect(wrong({ topk: {} })).toThrow(/control topk, which is not in the table.*topK/);
    expect(wrong({ topK: { default: 9 } })).toThrow(/topK=9 is more than 8/);
    expect(wrong({ balancer: { default: 'magic' } })).toThrow(/magic is none of none, switch/);
    expect(wrong({ balancer: { only: ['switch', 'magic'] } })).toThrow(
      /cannot be magic; it can be/,
    );
    expect(() => controlsOf(lab)).toThrow(/balancer has nothing to choose from/);
  });
});

describe('settings', () => {
  it('lay table, lab, fixed values and overrides over each other', () => {
    const settings = resolveSettings(lab, { topK: 2 });
    expect(settings).toMatchObject({
      learningRate: settingsTable.learningRate.default,
      task: 'clusters',
      jitter: 0.25,
      topK: 2,
    });
    expect(resolveSettings(lab).topK).toBe(1);
    expect(settings).not.toHaveProperty('experts');
  });

  it('accept what is in range and answer the rest in words', () => {
    expect(check(control('topK'), 3)).toEqual({ value: 3 });
    expect(check(control('topK'), 99)).toEqual({ value: 1, words: 'is more than 4' });
    expect(check(control('topK'), 2.5).words).toBe('is not a whole number');
    expect(check(control('topK'), Number.NaN).words).toBe('is not a number');
    expect(check(control('balanceStrength'), 0)).toEqual({ value: 0 });
    expect(check(control('learningRate'), 0).words).toBe('is less than 0.0001');
  });

  it('say how two runs differ', () => {
    const before = resolveSettings(lab);
    const after = { ...before, balancer: 'switch', topK: 2 };
    expect(differences(controls, before, after)).toEqual([
      'balancer none → Switch loss',
      'k 1 → 2',
    ]);
    expect(differences(controls, before, before)).toEqual([]);
    expect(valueInWords(control('balanceStrength'), 0)).toBe('0 (off)');
  });
});

describe('slider stops', () => {
  it('rise from the least to the greatest value, and start with 0 where it means off', () => {
    for (const name of ['topK', 'learningRate', 'balanceStrength', 'hidden']) {
      const spec = control(name);
      if (spec.kind !== 'number') throw new Error(`${name} should be a number`);
      const all = stops(spec);
      expect(all).toEqual([...all].sort((a, b) => a - b));
      expect(new Set(all).size).toBe(all.length);
      expect(all[0]).toBe(spec.zero ? 0 : spec.min);
      expect(all.at(-1)).toBe(spec.max);
      for (const stop of all) expect(check(spec, stop)).toEqual({ value: stop });
      all.forEach((stop, i) => {
        expect(nearestStop(spec, stop)).toBe(i);
      });
    }
  });
});

describe('the address', () => {
  it('holds nothing at the defaults', () => {
    const settings = resolveSettings(lab);
    expect(writeAddress('collapse', controls, { settings, seed: 1 }).toString()).toBe('');
  });

  it('brings back any settings that the controls can reach, whatever else it holds', () => {
    for (let trial = 0; trial < 300; trial++) {
      const next = randomNumbers(trial);
      const settings = { ...resolveSettings(lab), ...randomSettings(next) };
      const seed = Math.floor(next() * 1e6);
      const before = new URLSearchParams('fit.hidden=3&view=teacher&collapse.topK=4&rung=cpu');
      const rung = next() < 0.5 ? ('wasm' as const) : undefined;
      const query = writeAddress('collapse', controls, { settings, seed, rung }, before);
      const found = readAddress('collapse', controls, new URLSearchParams(query.toString()));
      expect(found.words).toEqual([]);
      expect({ ...resolveSettings(lab), ...found.settings }).toEqual(settings);
      expect(found.seed).toBe(seed);
      expect(found.rung).toBe(rung);
      expect(query.get('fit.hidden')).toBe('3');
      expect(query.get('view')).toBe('teacher');
    }
  });

  it('answers nonsense in words and uses the default', () => {
    const read = (query: string) => readAddress('collapse', controls, new URLSearchParams(query));
    expect(read('collapse.topK=99').words).toEqual([
      'topK=99 in the address is more than 4; 1 is used instead.',
    ]);
    expect(read('collapse.topK=').words[0]).toContain('is not a number');
    expect(read('collapse.balancer=magic').words[0]).toContain('is none of none, switch; none is');
    expect(read('collapse.speling=1').words[0]).toContain('this lab (collapse) does not have');
    expect(read('collapse.seed=-1').words[0]).toContain('not a whole number');
    expect(read('rung=abacus').words[0]).toContain('none of webgpu, wasm, cpu, recorded');
    expect(read('collapse.topK=2&collapse.topK=3')).toMatchObject({ settings: { topK: 2 } });
    expect(read('collapse.topK=2&collapse.topK=3').words[0]).toContain('more than once');
    expect(read('fit.topK=99').words).toEqual([]);
  });

  it('never fails on random words', () => {
    for (let trial = 0; trial < 200; trial++) {
      const next = randomNumbers(trial + 1000);
      const word = () =>
        String.fromCharCode(...Array.from({ length: 6 }, () => 33 + Math.floor(next() * 500)));
      const query = new URLSearchParams([
        [`collapse.${word()}`, word()],
        ['collapse.topK', word()],
        ['collapse.seed', word()],
        ['collapse.hide', word()],
      ]);
      const found = readAddress('collapse', controls, query);
      expect(found.words.length).toBeGreaterThan(0);
      for (const [name, value] of Object.entries(found.settings))
        expect(check(control(name), value).words).toBeUndefined();
    }
  });

  it("carries a teacher's hidden and locked controls on", () => {
    const before = new URLSearchParams('collapse.lock=topK,balancer&collapse.hide=all');
    const found = readAddress('collapse', controls, before);
    expect(found.lock).toEqual(['topK', 'balancer']);
    expect(found.hide).toEqual(controls.map(({ name }) => name));
    const after = writeAddress(
      'collapse',
      controls,
      { settings: resolveSettings(lab), seed: 1 },
      before,
    );
    expect(after.get('collapse.lock')).toBe('topK,balancer');
  });
});

function randomNumbers(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (Math.imul(state, 48271) >>> 0) % 2147483647;
    return state / 2147483647;
  };
}

function randomSettings(next: () => number): Settings {
  const settings: Settings = {};
  for (const spec of controls) {
    let value: SettingValue;
    if (spec.kind === 'switch') value = next() < 0.5;
    else if (spec.kind === 'choice')
      value = spec.options[Math.floor(next() * spec.options.length)].value;
    else if (spec.kind === 'text') value = 'x'.repeat(Math.floor(next() * 9));
    else if (spec.integer) value = spec.min + Math.floor(next() * (spec.max - spec.min + 1));
    else value = spec.min + next() * (spec.max - spec.min);
    settings[spec.name] = value;
  }
  return settings;
}

describe('a task among the settings', () => {
  const options = {
    items: { kind: 'number', label: 'items', min: 1, max: 8192, default: 2048, integer: true },
    form: {
      kind: 'choice',
      label: 'form',
      options: [
        { value: 'short', label: 'short' },
        { value: 'long', label: 'long' },
      ],
      default: 'short',
    },
    name: { kind: 'text', label: 'name', default: 'yard' },
    text: { kind: 'text', label: 'text', default: 'x'.repeat(500) },
  } as const;
  const menu = taskInMenu({ name: 'lists', label: 'Lists', options } as unknown as Task);
  const plain = taskInMenu({ name: 'plain', label: 'Plain', options: {} } as unknown as Task);
  const tasks = { tasks: [menu, plain] };
  const taskLab = { name: 'recall', controls: { task: { default: 'lists' }, learningRate: {} } };
  const all = controlsOf(taskLab, tasks);
  const names = (settings: Settings) => activeControls(all, settings).map(({ name }) => name);

  it('brings its own options as controls, but no text that is as long as an input', () => {
    expect(names({ task: 'lists' })).toEqual([
      'task',
      'task.items',
      'task.form',
      'task.name',
      'learningRate',
    ]);
    expect(names({ task: 'plain' })).toEqual(['task', 'learningRate']);
    const [items] = menu.items!;
    if (items.kind !== 'number') throw new Error('items should be a number');
    const steps = stops(items);
    expect(steps.length).toBeLessThan(60);
    expect(steps.every(Number.isInteger)).toBe(true);
    expect([steps[0], steps.at(-1)]).toEqual([1, 8192]);
    const few = controlsOf(
      { ...taskLab, controls: { task: { default: 'lists', items: ['form'] } } },
      tasks,
    );
    expect(activeControls(few, { task: 'lists' }).map(({ name }) => name)).toEqual([
      'task',
      'task.form',
    ]);
  });

  it('resolves them with the choice, and drops those of a task that is left', () => {
    const settings = resolveSettings(taskLab, {}, tasks);
    expect(settings).toMatchObject({ task: 'lists', 'task.items': 2048, 'task.form': 'short' });
    expect(optionsOf(settings)).toEqual({ items: 2048, form: 'short', name: 'yard' });
    const other = settle(all, { ...settings, task: 'plain' });
    expect(Object.keys(other).sort()).toEqual(['learningRate', 'task']);
    expect(settle(all, { ...other, task: 'lists', 'task.items': 99 })['task.items']).toBe(99);
    expect(resolveSettings(taskLab)).not.toHaveProperty(['task.items']);
  });

  it('stands in an address with them, and answers what another task has in words', () => {
    const settings = { ...resolveSettings(taskLab, {}, tasks), 'task.items': 64 };
    const query = writeAddress('recall', all, { settings, seed: 1 });
    expect(query.toString()).toBe('recall.task.items=64');
    const read = (words: string) => readAddress('recall', all, new URLSearchParams(words));
    expect(read(query.toString())).toMatchObject({ settings: { 'task.items': 64 }, words: [] });
    expect(read('recall.task.items=0').words[0]).toContain('task.items=0 in the address is less');
    expect(read('recall.task=plain&recall.task.items=64').words).toEqual([
      'The address sets task.items, which this lab (recall) does not have; it is left out.',
    ]);
    expect(read('recall.hide=task.items').hide).toEqual(['task.items']);
  });

  it('that the table names as the usual one is a member, as those of all folders are', () => {
    for (const [name, setting] of Object.entries(settingsTable)) {
      if (setting.kind !== 'choice' || Array.isArray(setting.options)) continue;
      const menuOf = members[(setting.options as { members: string }).members]!;
      expect(
        menuOf.map(({ value }) => value),
        name,
      ).toContain(setting.default);
    }
  });

  it('of the library is in the menu with options that its own task takes', () => {
    expect(members.tasks!.length).toBeGreaterThan(10);
    for (const { value, items = [] } of members.tasks!) {
      const settings = Object.fromEntries(items.map((item) => [item.name, item.default]));
      expect(() => tasksOf.get(value).shape(optionsOf(settings)), value).not.toThrow();
    }
  });
});

describe('what else an address holds', () => {
  const read = (query: string, axes?: Axis[]) =>
    readAddress('collapse', controls, new URLSearchParams(query), axes);

  it('an axis, where the lab is a race', () => {
    expect(read('collapse.axis=seconds', ['steps', 'seconds']).axis).toBe('seconds');
    expect(read('collapse.axis=miles', ['steps', 'seconds']).words[0]).toContain(
      'none of steps, seconds; steps is used',
    );
    expect(read('collapse.axis=seconds').words[0]).toContain('which this lab');
    const query = writeAddress('collapse', controls, { settings: {}, seed: 1, axis: 'flops' });
    expect(query.get('collapse.axis')).toBe('flops');
  });

  it('inputs, by name or as the only one', () => {
    const found = read('collapse.input=wave&collapse.input.text=own:abc&collapse.drawn=AB');
    expect(found.inputs).toEqual({ '': 'wave', text: 'own:abc' });
    expect(found.drawn).toBe('AB');
    const query = writeAddress('collapse', controls, {
      settings: {},
      seed: 1,
      inputs: found.inputs,
    });
    expect([...query]).toEqual([
      ['collapse.input', 'wave'],
      ['collapse.input.text', 'own:abc'],
    ]);
  });

  it('the same thing more than once: the first counts, and it is said once', () => {
    const found = read('collapse.seed=3&collapse.seed=4&collapse.seed=5&rung=cpu&rung=wasm');
    expect([found.seed, found.rung]).toEqual([3, 'cpu']);
    expect(found.words).toEqual([
      'The address gives collapse.seed more than once; the first one counts.',
      'The address gives rung more than once; the first one counts.',
    ]);
    expect(read(`collapse.${'x'.repeat(3000)}=1`).words[0].length).toBeLessThan(120);
  });
});

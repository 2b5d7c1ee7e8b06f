import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Snapshot } from '../../src/engine/protocol';
import { kindsFor } from '../../src/lab/inputs';
import { speedsOf } from '../../src/lab/speeds';
import { LabStore } from '../../src/lab/store';
import { controls, lab, recorded } from './example-lab';
import { FakeEngine } from './fake-engine';

let engine: FakeEngine;
let open: LabStore[];

beforeEach(() => {
  engine = new FakeEngine();
  open = [];
});
afterEach(() => {
  for (const store of open) store.close();
});

function make(id = 'example', options: Partial<ConstructorParameters<typeof LabStore>[0]> = {}) {
  const store = new LabStore({
    id,
    lab,
    controls,
    recorded: recorded(),
    loadEngine: async () => engine,
    ...options,
  });
  open.push(store);
  void store.wake();
  return store;
}

/** A lab that has trained 20 steps and runs. */
async function running(id?: string) {
  const store = make(id);
  await store.player.play();
  engine.state(store.id, 'running', 'Training.');
  engine.train(store.id, 1, 20);
  return store;
}

describe('several settings at once', () => {
  it('begin one new run, or none where none is open', async () => {
    const store = await running();
    const before = engine.kinds().length;
    store.setAll({ balancer: 'switch', experts: 4, strange: 1 });
    expect(engine.kinds().slice(before)).toEqual(['restart', 'play']);
    expect(store.settings.value).toMatchObject({ balancer: 'switch', experts: 4 });
    expect(store.settings.value.strange).toBeUndefined();
    const still = make('still');
    still.setAll({ balancer: 'switch', experts: 4 });
    expect(still.settings.value.experts).toBe(4);
    expect(still.isHere.value).toBe(false);
  });

  it('of which one alone differs are that one, which may follow as it runs', async () => {
    const store = await running();
    const { experts } = store.settings.value;
    store.setAll({ balanceStrength: 0.1, experts });
    expect(engine.kinds().at(-1)).toBe('set');
    const before = engine.kinds().length;
    store.setAll({ balanceStrength: 0.1, experts });
    expect(engine.kinds()).toHaveLength(before);
  });
});

describe('before play', () => {
  it('shows the recorded run and loads no engine', () => {
    const load = vi.fn(async () => engine);
    const store = make('example', { loadEngine: load });
    store.set('balancer', 'switch');
    store.player.scrub(30);
    expect(store.shown.value.step).toBe(30);
    expect(store.shown.value.probes.bias.data[0]).toBe(30);
    expect(store.told.backend.value).toBe('recorded');
    expect(store.isHere.value).toBe(false);
    expect(store.told.met.value).toEqual([]);
    expect(load).not.toHaveBeenCalled();
  });

  it('takes settings, seed, rung and refusals from an address', () => {
    const store = make();
    void store.wake({
      settings: { balancer: 'switch' },
      seed: 5,
      rung: 'cpu',
      inputs: {},
      hide: [],
      lock: [],
      words: ['No.'],
    });
    expect(store.settings.value.balancer).toBe('switch');
    expect(store.seed.value).toBe(5);
    expect(store.notes.value).toEqual(['No.']);
  });
});

describe('inputs', () => {
  const curve = (x: number) => ({ target: { shape: [2], data: Float32Array.of(x, x) } });
  const presets = [
    { name: 'low', label: 'a low line', inputs: () => curve(0) },
    { name: 'high', label: 'a high line', inputs: () => curve(1) },
  ];
  const withInputs = async () =>
    make('example', {
      lab: { ...lab, presets },
      takes: { target: 'curve' },
      kinds: await kindsFor({ target: 'curve' }),
    });

  it('are the lab’s first preset, and another where it is chosen, also while it runs', async () => {
    const store = await withInputs();
    await store.player.play();
    const opened = engine.sent.find((request) => request.kind === 'open');
    expect(opened).toMatchObject({ lanes: [{ inputs: curve(0) }] });
    engine.state('example', 'running', 'Training.');
    engine.train('example', 1, 2);
    store.choosePreset('high');
    await expect
      .poll(() => engine.sent.at(-1))
      .toEqual({ kind: 'inputs', lab: 'example', inputs: curve(1) });
    expect(store.run.value.inputWords).toEqual({ '': 'high' });
  });

  it('handed in at rest let the findings be found anew', async () => {
    const store = await withInputs();
    await store.player.play();
    engine.state('example', 'running', 'Training.');
    engine.train('example', 1, 2);
    engine.state('example', 'paused', 'Paused.');
    expect(store.run.value.findings).toBeDefined();
    store.setInputs(curve(1));
    expect(store.run.value.inputs).toEqual(curve(1));
    expect(store.run.value.findings).toBeUndefined();
  });

  it('are the experiment’s own again where nothing is handed in any more', async () => {
    const nothing = { name: 'none', label: 'as it comes', inputs: () => ({}) };
    const store = make('example', {
      lab: { ...lab, presets: [nothing] },
      takes: { target: 'curve' },
      kinds: await kindsFor({ target: 'curve' }),
    });
    await store.player.play();
    engine.state('example', 'running', 'Training.');
    engine.train('example', 1, 2);
    store.setInputs(curve(1));
    expect(engine.sent.at(-1)).toMatchObject({ kind: 'inputs', inputs: curve(1) });
    // Replaced by nothing, the engine would go on with the curve: it has to start.
    store.choosePreset('none');
    await expect.poll(() => engine.sent.at(-1)?.kind).not.toBe('inputs');
    expect(engine.sent.at(-1)).not.toMatchObject({ lanes: [{ inputs: curve(1) }] });
  });

  it('of an address are there before anything is trained', async () => {
    const store = await withInputs();
    const address = { settings: {}, seed: 1, hide: [], lock: [], words: [] };
    void store.wake({ ...address, inputs: { '': 'high' } });
    await store.player.play();
    const opened = engine.sent.find((request) => request.kind === 'open');
    expect(opened).toMatchObject({ lanes: [{ inputs: curve(1) }] });
  });
});

describe('play', () => {
  it('opens the lab with the settings as they are, then plays', async () => {
    const store = make();
    store.set('balancer', 'switch');
    await store.player.play();
    expect(engine.kinds()).toEqual(['open', 'speed', 'play']);
    expect(engine.sent[1]).toMatchObject({
      experiment: 'moe-balance',
      lanes: [{ settings: { balancer: 'switch', experts: 2 }, seed: 1 }],
      lastStep: 100,
    });
  });

  it('keeps the recorded figure until the first frame, then shows the run computed here', async () => {
    const store = make();
    await store.player.play();
    expect(store.shown.value.step).toBe(100);
    engine.train('example', 1, 5);
    expect(store.shown.value.step).toBe(5);
    expect(store.shown.value.steps).toEqual([1, 2, 3, 4, 5]);
    expect(store.isHere.value).toBe(true);
    expect(store.told.backend.value).toBe('wasm');
    engine.train('someone-else', 6, 9);
    expect(store.shown.value.step).toBe(5);
  });

  it('does not flicker while the engine opens, rests and starts', async () => {
    const store = make();
    await store.player.play();
    expect(store.player.state.value).toBe('starting');
    const before = store.run.value;
    engine.state('example', 'paused', 'Ready.');
    engine.opens('example');
    expect(store.player.state.value).toBe('starting');
    expect(store.run.value).toBe(before);
    engine.state('example', 'running', 'Training.');
    expect(store.player.state.value).toBe('running');
  });

  it('shows the untrained model after a restart at rest', async () => {
    const store = await running();
    store.player.pause();
    engine.state('example', 'paused', 'Paused.');
    await store.player.restart();
    engine.opens('example');
    expect(store.run.value.step).toBe(0);
    expect(store.run.value.probes.bias.shape).toEqual([2]);
    engine.state('example', 'paused', 'Ready.');
    expect(store.player.state.value).toBe('paused');
  });

  it('does not play on if the reader paused while the engine was loading', async () => {
    const store = make();
    const started = store.player.play();
    store.player.pause();
    await started;
    expect(engine.kinds()).not.toContain('play');
  });

  it('asks for the rung of the address and says why others were refused', async () => {
    const store = make('example', { rung: 'cpu' });
    await store.player.play();
    expect(engine.sent[0]).toEqual({ kind: 'ladder', rung: 'cpu', later: true });
    expect(store.player.link.ladder.value?.reports[0].reason).toBe('This browser has no WebGPU.');
  });

  it('turns a failing engine into a sentence and tries again on request', async () => {
    let fails = true;
    const store = make('example', {
      loadEngine: async () => {
        if (fails) throw new Error('the file was not found.');
        return engine;
      },
    });
    await store.player.play();
    expect(store.player.state.value).toBe('error');
    expect(store.player.words.value).toBe(
      'The engine could not be started: the file was not found.',
    );
    fails = false;
    const played = engine.next('play');
    store.player.goOn();
    await played;
    expect(engine.kinds()).toEqual(['open', 'speed', 'play']);
  });

  it('pauses the other lab of the page', async () => {
    const first = await running('first');
    const second = make('second');
    await second.player.play();
    expect(engine.sent).toContainEqual({ kind: 'pause', lab: 'first' });
    expect(engine.sent.at(-1)).toEqual({ kind: 'play', lab: 'second' });
    first.close();
  });

  it('starts anew after the last step, also where a setting was changed since', async () => {
    const ended = await running('ended');
    engine.train('ended', 21, 100);
    engine.state('ended', 'done', 'All 100 steps are done.');
    ended.set('balanceStrength', 0.1);
    engine.state('ended', 'paused', 'Paused at step 100.');
    await ended.player.play();
    expect(engine.kinds().slice(-2)).toEqual(['restart', 'play']);
  });

  it('starts anew after the last step', async () => {
    const store = await running();
    engine.state('example', 'done', 'All 100 steps are done.');
    await store.player.play();
    expect(engine.kinds().slice(-2)).toEqual(['restart', 'play']);
  });
});

describe('made ready before play', () => {
  it('asks once, shows nothing, and is asked for the same on play', async () => {
    const store = make();
    await store.player.prepare();
    await store.player.prepare();
    expect(engine.sent.map(({ kind }) => kind)).toEqual(['ladder', 'prepare']);
    expect(store.player.state.value).toBe('idle');
    expect(store.isHere.value).toBe(false);
    const { kind, ...prepared } = engine.sent[1];
    await store.player.play();
    const { kind: opens, ...opened } = engine.sent.find((request) => request.kind === 'open')!;
    expect([kind, opens]).toEqual(['prepare', 'open']);
    expect(prepared).toEqual(opened);
  });

  it('is left alone while another lab trains, and where only a recording is wanted', async () => {
    const one = await running('one');
    const two = make('two');
    engine.sent = [];
    await two.player.prepare();
    expect(engine.sent).toEqual([]);
    one.close();
    engine.sent = [];
    two.player.rung.value = 'recorded';
    await two.player.prepare();
    expect(engine.sent).toEqual([]);
    two.player.rung.value = undefined;
    await two.player.prepare();
    expect(engine.sent).not.toEqual([]);
  });
});

describe('a setting changed while it runs', () => {
  it('is sent and marked on the time axis; dragging leaves one mark', async () => {
    const store = await running();
    store.set('balanceStrength', 0.1);
    store.set('balanceStrength', 0.15);
    expect(engine.kinds().slice(-2)).toEqual(['set', 'set']);
    expect(store.run.value.events).toEqual([{ step: 20, words: 'α: 0.15' }]);
    engine.train('example', 21, 60);
    store.set('balanceStrength', 0.01);
    expect(store.run.value.events).toHaveLength(2);
    expect(store.run.value.settings.balanceStrength).toBe(0.01);
  });

  it('goes back where the engine refuses it', async () => {
    const store = await running();
    store.set('balancer', 'switch');
    engine.say({ kind: 'refused', lab: 'example', words: 'Not with two experts.' });
    expect(store.settings.value.balancer).toBe('none');
    expect(store.run.value.events).toEqual([]);
    expect(store.run.value.settings.balancer).toBe('none');
    expect(store.notes.value).toEqual(['Not with two experts.']);
    expect(store.player.state.value).toBe('running');
  });

  it('starts anew where it changes shapes, goes on training, and keeps the former run', async () => {
    const store = await running();
    store.set('experts', 4);
    expect(engine.kinds().slice(-2)).toEqual(['restart', 'play']);
    expect(engine.sent.at(-2)).toMatchObject({ lanes: [{ settings: { experts: 4 } }] });
    expect(store.history.own.value.map((run) => run.settings.experts)).toEqual([2]);
    engine.train('example', 1, 3);
    expect(store.run.value.settings.experts).toBe(4);
    expect(store.run.value.step).toBe(3);
    store.clearPast();
    expect(store.history.own.value).toEqual([]);
  });
});

describe('looking back', () => {
  it('pauses and shows the run as it was; play returns to now', async () => {
    const store = await running();
    store.player.scrub(7);
    expect(engine.kinds().at(-1)).toBe('pause');
    engine.state('example', 'paused', 'Paused.');
    expect(store.shown.value.step).toBe(7);
    expect(store.run.value.step).toBe(20);
    await store.player.play();
    expect(store.shown.value.step).toBe(20);
  });
});

describe('with less motion', () => {
  it('the figure changes in steps and still ends with everything', async () => {
    const store = await running();
    store.player.live.calm = true;
    engine.train('example', 21, 22);
    const before = store.run.value;
    engine.train('example', 23, 24);
    engine.train('example', 25, 26);
    expect(store.run.value).toBe(before);
    engine.state('example', 'paused', 'Paused.');
    expect(store.run.value.steps).toEqual(Array.from({ length: 26 }, (_, i) => i + 1));
  });
});

describe('what is said', () => {
  it('changes on pause and change of state, not with every frame', async () => {
    const store = await running();
    const before = store.spoken.value;
    engine.train('example', 21, 30);
    expect(store.spoken.value).toBe(before);
    engine.state('example', 'paused', 'Paused.');
    expect(store.spoken.value).toBe('Paused. Loss 0.033 after 30 steps.');
  });

  it('names the goals that the run reaches', async () => {
    const store = await running();
    expect(store.told.met.value).toEqual([]);
    engine.train('example', 21, 30);
    expect(store.told.met.value).toEqual(['low']);
  });
});

const keptAt = (step: number): Snapshot => ({
  experiment: 'moe-balance',
  settings: {},
  seed: 1,
  step,
  state: {},
  inputs: {},
});

describe('when it breaks', () => {
  it('goes on from where the engine went back to after a lost device', async () => {
    const store = await running();
    engine.say({ kind: 'snapshot', lab: 'example', lane: 0, snapshot: keptAt(15) });
    engine.state('example', 'lost', 'The graphics device was lost.');
    await store.player.play();
    expect(engine.kinds().at(-1)).toBe('play');
    expect(store.run.value.step).toBe(15);
    engine.train('example', 16, 18);
    expect(store.run.value.steps.slice(-4)).toEqual([15, 16, 17, 18]);
  });

  it('goes back after divergence to the last good state', async () => {
    const store = await running();
    engine.say({ kind: 'snapshot', lab: 'example', lane: 0, snapshot: keptAt(12) });
    engine.state('example', 'diverged', 'The loss is no longer a number.');
    store.player.goBack();
    expect(engine.kinds().at(-1)).toBe('restore');
    expect(store.run.value.step).toBe(12);
  });

  it('starts anew after divergence, also by a changed setting', async () => {
    const store = await running();
    engine.state('example', 'diverged', 'The loss is no longer a number.');
    store.set('balanceStrength', 0);
    expect(engine.kinds().slice(-2)).toEqual(['restart', 'play']);
  });
});

describe('the last rung', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('replays the recorded run and computes nothing', async () => {
    const store = make('example', { rung: 'recorded' });
    await store.player.play();
    expect(engine.kinds()).toEqual([]);
    expect(store.player.state.value).toBe('running');
    await vi.advanceTimersByTimeAsync(1500);
    const middle = store.run.value;
    expect(middle.step).toBeGreaterThan(5);
    expect(middle.step).toBeLessThan(95);
    expect(middle.steps.at(-1)).toBeLessThanOrEqual(middle.step);
    expect(store.isHere.value).toBe(false);
    expect(store.told.backend.value).toBe('recorded');
    store.set('balancer', 'switch');
    expect(store.settings.value.balancer).toBe('none');
    expect(store.notes.value[0]).toContain('recorded run');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(store.player.state.value).toBe('done');
    expect(store.run.value.metrics).toEqual(recorded().metrics);
    expect(store.told.met.value).toEqual([]);
  });

  it('takes a step of the recorded run, and rests', async () => {
    const store = make('example', { rung: 'recorded' });
    await store.player.step();
    expect(store.player.phase.value).toBe('paused');
    expect(store.run.value.step).toBe(1);
    await store.player.step();
    expect(store.player.phase.value).toBe('paused');
    expect(store.run.value.step).toBe(2);
  });
});

describe('speeds', () => {
  it('go from watching to full', () => {
    const all = speedsOf(1500).map(({ stepsPerSecond }) => stepsPerSecond);
    expect(all).toEqual([30, 200, Infinity]);
    expect(speedsOf(20).every(({ stepsPerSecond }) => stepsPerSecond >= 1)).toBe(true);
  });
});

/**
 * The last rung: a recorded run played back as frames, through the engine's own protocol. It
 * computes nothing and says so: settings are refused, and a restart plays the same run again.
 */
import type { Frame, LabState, Open, Reply, Request } from '../engine/protocol';
import type { Engine } from './engine';
import { at } from './run';
import type { RunData } from './types';

/** Milliseconds between two frames. */
const beat = 60;
/** Without a limit a recording takes this long. */
const shortest = 4000;

const still = 'This is a recorded run: nothing is computed, so its settings are fixed.';

export function replay(recorded: RunData): Engine {
  const hearers = new Set<(reply: Reply) => void>();
  const lanes = recorded.lanes ?? [recorded];
  let order: Open['order'] = 'together';
  let lab = '';
  /** Steps played, of all lanes one after another where they come in turn. */
  let step = 0;
  let speed = Infinity;
  let visible = true;
  let timer: ReturnType<typeof setInterval> | undefined;
  let shown = lanes.map((lane) => at(lane, -1));

  const say = (reply: Reply) => {
    for (const hear of hearers) hear(reply);
  };
  const state = (now: LabState, words: string) =>
    say({ kind: 'state', lab, state: now, step: Math.round(step), words });
  const begins = () =>
    say({ kind: 'state', lab, state: 'paused', step: 0, words: still, begins: true });

  const last = () =>
    order === 'together'
      ? Math.max(...lanes.map((lane) => lane.step))
      : lanes.reduce((sum, lane) => sum + lane.step, 0);

  /** The step of a lane when `played` steps are played. */
  function stepOf(lane: number, played: number): number {
    if (order === 'together') return played;
    const before = lanes.slice(0, lane).reduce((sum, each) => sum + each.step, 0);
    return Math.max(0, played - before);
  }

  function play(): void {
    stop();
    if (step >= last()) rewind();
    state('running', 'Playing a recorded run.');
    timer = setInterval(() => visible && advance(perBeat()), beat);
  }

  const perBeat = () => Math.max(0.05, Math.min((speed * beat) / 1000, (last() * beat) / shortest));

  function advance(steps: number): void {
    const before = step;
    step = Math.min(last(), step + steps);
    for (const lane of lanes.keys()) show(lane, stepOf(lane, before), stepOf(lane, step));
    if (step >= last()) {
      stop();
      state('done', 'The recorded run ends here.');
    }
  }

  /** A lane's rows and probes between two moments, as the engine would have sent them. */
  function show(lane: number, after: number, until: number): void {
    if (until === 0 || (until === after && after > 0)) return;
    const now = at(lanes[lane], Math.floor(until));
    const from = now.steps.findIndex((row) => row > after);
    const rows = from < 0 ? [] : now.steps.slice(from);
    const metrics: Frame['metrics'] = {};
    for (const [name, all] of Object.entries(now.metrics))
      metrics[name] = {
        width: all[0]?.length ?? 1,
        data: Float32Array.from(from < 0 ? [] : all.slice(from).flat()),
      };
    const probes: Frame['probes'] = {};
    if (now.probes !== shown[lane].probes)
      for (const [name, { shape, data }] of Object.entries(now.probes))
        probes[name] = { shape, data: Float32Array.from(data) };
    if (!shown[lane].facts && now.facts) say({ kind: 'facts', lab, lane, facts: now.facts });
    shown[lane] = now;
    const stepsPerSecond = (perBeat() * 1000) / beat;
    const seconds = now.seconds?.at(-1);
    say({
      kind: 'frame',
      lab,
      lane,
      frame: {
        step: Math.min(now.step, Math.floor(until)),
        steps: rows,
        metrics,
        probes,
        ...(seconds !== undefined && { seconds }),
        speed: { stepsPerSecond, msPerStep: 0, jsMsPerStep: 0, dispatches: 0, captured: false },
      },
    });
  }

  function rewind(): void {
    step = 0;
    shown = lanes.map((lane) => ({ ...at(lane, -1), facts: undefined }));
  }

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  const answers: { [K in Request['kind']]?: (request: Extract<Request, { kind: K }>) => void } = {
    open(request) {
      lab = request.lab;
      order = request.order;
      rewind();
      begins();
    },
    play,
    pause() {
      stop();
      state('paused', 'Paused.');
    },
    step({ steps }) {
      stop();
      // Whoever waits for a step is told that it is taken: a rest alone may be that of before.
      if (step < last()) state('running', 'Playing a recorded run.');
      advance(steps);
      if (step < last()) state('paused', 'Paused.');
    },
    restart() {
      stop();
      rewind();
      begins();
    },
    set: () => say({ kind: 'refused', lab, words: still }),
    inputs: () => say({ kind: 'refused', lab, words: still }),
    ask: ({ id }) => say({ kind: 'unanswered', lab, id, words: unasked }),
    model: ({ id }) => say({ kind: 'unanswered', lab, id, words: unasked }),
    speed({ stepsPerSecond }) {
      speed = stepsPerSecond;
    },
    visible(request) {
      visible = request.visible;
    },
    close: stop,
  };

  return {
    send(request) {
      (answers[request.kind] as ((request: Request) => void) | undefined)?.(request);
    },
    listen(hear) {
      hearers.add(hear);
      return () => hearers.delete(hear);
    },
  };
}

const unasked = 'This is a recorded run: there is no model in it to ask.';

/**
 * The last rung: a recorded run played back as frames, through the engine's own protocol. It
 * computes nothing and says so: settings are refused, and a restart plays the same run again.
 */
import type { Frame, LabState, Reply, Request } from '../engine/protocol';
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
  let lab = '';
  let step = 0;
  let speed = Infinity;
  let visible = true;
  let timer: ReturnType<typeof setInterval> | undefined;
  let shown: RunData = at(recorded, -1);

  const say = (reply: Reply) => {
    for (const hear of hearers) hear(reply);
  };
  const state = (now: LabState, words: string) =>
    say({ kind: 'state', lab, state: now, step: Math.round(step), words });

  function play(): void {
    stop();
    if (step >= recorded.step) rewind();
    state('running', 'Playing a recorded run.');
    timer = setInterval(() => visible && advance(perBeat()), beat);
  }

  const perBeat = () =>
    Math.max(0.05, Math.min((speed * beat) / 1000, (recorded.step * beat) / shortest));

  function advance(steps: number): void {
    const before = step;
    step = Math.min(recorded.step, step + steps);
    show(before);
    if (step >= recorded.step) {
      stop();
      state('done', 'The recorded run ends here.');
    }
  }

  /** The rows and probes between two moments, as the engine would have sent them. */
  function show(after: number): void {
    const now = at(recorded, Math.floor(step));
    const from = now.steps.findIndex((row) => row > after);
    const rows = from < 0 ? [] : now.steps.slice(from);
    const metrics: Frame['metrics'] = {};
    for (const [name, all] of Object.entries(now.metrics))
      metrics[name] = {
        width: all[0]?.length ?? 1,
        data: Float32Array.from(from < 0 ? [] : all.slice(from).flat()),
      };
    const probes: Frame['probes'] = {};
    if (now.probes !== shown.probes)
      for (const [name, { shape, data }] of Object.entries(now.probes))
        probes[name] = { shape, data: Float32Array.from(data) };
    shown = now;
    const stepsPerSecond = (perBeat() * 1000) / beat;
    say({
      kind: 'frame',
      lab,
      lane: 0,
      frame: {
        step: Math.floor(step),
        steps: rows,
        metrics,
        probes,
        speed: { stepsPerSecond, msPerStep: 0, jsMsPerStep: 0, dispatches: 0, captured: false },
      },
    });
  }

  function rewind(): void {
    step = 0;
    shown = at(recorded, -1);
  }

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  const answers: { [K in Request['kind']]?: (request: Extract<Request, { kind: K }>) => void } = {
    open(request) {
      lab = request.lab;
      rewind();
      state('paused', still);
    },
    play,
    pause() {
      stop();
      state('paused', 'Paused.');
    },
    step({ steps }) {
      stop();
      advance(steps);
      if (step < recorded.step) state('paused', 'Paused.');
    },
    restart() {
      stop();
      rewind();
      state('paused', still);
    },
    set: () => say({ kind: 'refused', lab, words: still }),
    inputs: () => say({ kind: 'refused', lab, words: still }),
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

/**
 * One lab on the page: what the reader asked for, what the engine said, what the figures show.
 * No DOM: it takes an engine and gives signals, so it is tested without a browser.
 */
import { computed, signal } from '@preact/signals';
import type {
  Frame,
  LabState,
  Ladder,
  LaneRequest,
  Reply,
  Request,
  Rung,
  Snapshot,
  Speed,
} from '../engine/protocol';
import { type Inputs, numbers, type Settings, type SettingValue } from '../model/experiments/types';
import type { Address } from './address';
import { decodeCurve, encodeCurve } from './draw';
import type { Engine, LoadEngine } from './engine';
import { replay } from './recorded-engine';
import { append, at, startRun, thin } from './run';
import { type Control, resolveSettings, valueInWords } from './settings';
import type { LabDescription, RecordedRun, RunData } from './types';

export interface LabOptions {
  /** Name of this lab on this page; the lab's own unless it stands here twice. */
  id: string;
  lab: LabDescription;
  controls: Control[];
  recorded: RecordedRun;
  loadEngine: LoadEngine;
  /** From the address, or a chapter: what differs from the defaults. */
  settings?: Settings;
  seed?: number;
  rung?: Rung;
  preset?: string;
  notes?: string[];
  /** Recorded runs that stand behind the first figure. */
  behind?: RunData[];
}

const mostPast = 6;
/** Milliseconds between two pictures where the reader asked for less motion. */
const calmBeat = 700;
/** Only one lab of a page trains at a time. */
let training: LabStore | undefined;

export class LabStore {
  readonly id: string;
  readonly lab: LabDescription;
  readonly controls: Control[];
  readonly recorded: RecordedRun;

  readonly state = signal<LabState>('idle');
  /** The engine's latest sentence. */
  readonly words = signal('');
  readonly run;
  readonly computedHere = signal(false);
  readonly past;
  readonly settings;
  readonly seed;
  readonly inputs;
  readonly speed;
  readonly measured = signal<Speed | undefined>(undefined);
  readonly ladder = signal<Ladder | undefined>(undefined);
  readonly rung;
  /** What could not be done, in sentences. */
  readonly notes;
  /** The step the reader looks back at. */
  readonly lookingAt = signal<number | undefined>(undefined);
  /** For the live region: changes on pause and on change of state only. */
  readonly spoken = signal('');

  /** What the figures show: the run now, or as it was. */
  readonly shown = computed(() => {
    const step = this.lookingAt.value;
    return step === undefined ? this.run.value : at(this.run.value, step);
  });
  readonly backend = computed<Rung>(() =>
    this.computedHere.value && this.ladder.value ? this.ladder.value.chosen : 'recorded',
  );

  /** Names of the goals that the run reaches now; a recording reaches none for the reader. */
  readonly met = computed(() =>
    this.computedHere.value
      ? (this.lab.goals ?? [])
          .filter((goal) => goal.met(this.run.value, this.answers.value))
          .map(({ name }) => name)
      : [],
  );
  /** The reader's answers to the lab's questions, by name. */
  readonly answers = signal<Record<string, string>>({});
  /** Which inputs the run has: a preset's name, or "drawn". */
  readonly preset;
  /** Those of the recorded run. */
  readonly firstPreset: string;
  /** Whether inputs and state can change hands: not in a recording. */
  readonly accepting = signal(false);
  readonly canSaveState = computed(
    () => this.computedHere.value && ['paused', 'done', 'running'].includes(this.state.value),
  );
  /** Settings, seed and step, for print. */
  readonly inWords = computed(() => {
    const run = this.shown.value;
    const words = this.controls
      .filter(({ name }) => run.settings[name] !== undefined)
      .map((control) => `${control.label} ${valueInWords(control, run.settings[control.name])}`);
    return `${words.join(', ')}, seed ${run.seed}, step ${run.step}, ${this.computedHere.value ? 'computed here' : 'recorded'}.`;
  });

  private readonly loadEngine: LoadEngine;
  private engine?: Engine;
  private stopListening?: () => void;
  private opened = false;
  /** The run that the next frame begins; the former one stays in the figure until then. */
  private fresh?: RunData;
  /** A setting that was sent and may still be refused. */
  private sent?: { name: string; before: SettingValue; run: Pick<RunData, 'events' | 'settings'> };
  private snapshot?: Snapshot;
  private waitingForSnapshot: ((snapshot: Snapshot) => void)[] = [];
  /** Set where the reader prefers reduced motion: the figure then changes in steps. */
  calm = false;
  /** The run as it is, where the figure lags behind it. */
  private ahead?: RunData;
  private shownAt = 0;
  private wantsToRun = false;
  private preparing = false;
  /** It has been told to train, and has not answered yet. */
  private soon = false;

  constructor(options: LabOptions) {
    const { lab } = options;
    this.id = options.id;
    this.lab = lab;
    this.controls = options.controls;
    this.recorded = options.recorded;
    this.loadEngine = options.loadEngine;
    this.run = signal<RunData>(options.recorded);
    this.past = signal<RunData[]>(options.behind ?? []);
    this.settings = signal(resolveSettings(lab, options.settings));
    this.seed = signal(options.seed ?? 1);
    const presets = lab.presets ?? [];
    const preset = presets.find(({ name }) => name === options.preset) ?? presets[0];
    this.inputs = signal<Inputs | undefined>(preset?.inputs());
    this.speed = signal(speedsOf(lab.lastStep)[1].stepsPerSecond);
    this.rung = signal(options.rung);
    this.notes = signal<string[]>(options.notes ?? []);
    this.preset = signal(preset?.name ?? '');
    this.firstPreset = preset?.name ?? '';
  }

  /** What an address asks for, before anything has been trained. */
  take(address: Address): void {
    this.settings.value = { ...this.settings.value, ...address.settings };
    this.seed.value = address.seed;
    this.rung.value = address.rung;
    this.accepting.value = true;
    const words = [...address.words];
    if (address.drawn) words.push(...this.takeDrawn(address.drawn));
    this.notes.value = words;
  }

  private takeDrawn(word: string): string[] {
    const presets = this.lab.presets ?? [];
    if (presets.some(({ name }) => name === word)) {
      this.choosePreset(word);
      return [];
    }
    const standard = numbers(presets[0]?.inputs(), 'target');
    const data = standard && decodeCurve(word, standard.data.length);
    if (!data)
      return [
        'The address holds a drawn function that cannot be read; the usual one is used instead.',
      ];
    this.setInputs({ target: { shape: standard.shape, data } });
    return [];
  }

  /** The inputs as a word in the address: a preset's name, a drawn curve, or nothing. */
  drawn(): string | undefined {
    const target = numbers(this.inputs.value, 'target');
    if (!target || this.preset.value === this.firstPreset) return undefined;
    return this.preset.value === 'drawn' ? encodeCurve(target.data) : this.preset.value;
  }

  choosePreset(name: string): void {
    const preset = this.lab.presets?.find((candidate) => candidate.name === name);
    if (!preset) return;
    this.handIn(preset.inputs());
    this.preset.value = name;
  }

  async play(): Promise<void> {
    this.lookingAt.value = undefined;
    if (this.state.value === 'running' || this.state.value === 'starting') return;
    this.wantsToRun = true;
    if (training && training !== this) training.pause();
    training = this;
    if (!this.opened) return this.start();
    if (this.state.value === 'done') return this.restart();
    if (this.state.value === 'lost') return this.goOn();
    this.train();
  }

  private train(): void {
    this.soon = true;
    this.state.value = 'starting';
    this.send({ kind: 'play', lab: this.id });
  }

  pause(): void {
    this.wantsToRun = false;
    this.soon = false;
    if (this.opened) this.send({ kind: 'pause', lab: this.id });
  }

  /** Trains a few steps, then rests. */
  async step(steps = 1): Promise<void> {
    this.lookingAt.value = undefined;
    this.wantsToRun = false;
    if (training && training !== this) training.pause();
    training = this;
    if (!this.opened) await this.start();
    if (!this.opened) return;
    this.soon = true;
    this.send({ kind: 'step', lab: this.id, steps });
  }

  /** Starts anew with the settings as they are; the run so far joins the past ones. */
  async restart(): Promise<void> {
    this.lookingAt.value = undefined;
    this.keepRun();
    this.notes.value = [];
    if (!this.opened) return this.start();
    this.begin();
    this.send({
      kind: 'restart',
      lab: this.id,
      lanes: this.lanes(),
    });
    if (this.wantsToRun) this.train();
  }

  set(name: string, value: SettingValue): void {
    const control = this.controls.find((candidate) => candidate.name === name);
    const before = this.settings.value[name];
    if (!control || before === value) return;
    this.settings.value = { ...this.settings.value, [name]: value };
    if (!this.opened) return;
    const broken = ['error', 'diverged', 'lost'].includes(this.state.value);
    if (control.change === 'restart' || broken) void this.restart();
    else {
      this.catchUp();
      const { events, settings } = this.run.value;
      this.sent = { name, before, run: { events, settings } };
      this.send({ kind: 'set', lab: this.id, name, value });
      this.remark(control, value);
    }
  }

  setSeed(seed: number): void {
    if (seed === this.seed.value) return;
    this.seed.value = seed;
    if (this.opened) void this.restart();
  }

  setSpeed(stepsPerSecond: number): void {
    this.speed.value = stepsPerSecond;
    if (this.opened) this.send({ kind: 'speed', lab: this.id, stepsPerSecond });
  }

  /** Inputs that the reader's hand made. */
  setInputs(inputs: Inputs): void {
    this.preset.value = 'drawn';
    this.handIn(inputs);
  }

  private handIn(inputs: Inputs): void {
    this.inputs.value = inputs;
    if (this.opened) this.send({ kind: 'inputs', lab: this.id, inputs });
  }

  /** Another rung of the ladder, by hand; undefined leaves the choice to the measurement. */
  async chooseRung(rung: Rung | undefined): Promise<void> {
    if (rung === this.rung.value && this.opened) return;
    this.rung.value = rung;
    if (!this.ladder.value) return;
    const run = this.wantsToRun;
    this.keepRun();
    this.leave();
    this.wantsToRun = run;
    await this.start();
  }

  scrub(step: number): void {
    if (this.state.value === 'running') this.pause();
    this.lookingAt.value = step >= this.run.value.step ? undefined : step;
  }

  /** The runs worth keeping: the past ones and, where it is the reader's own, this one. */
  finished(): RunData[] {
    const now = this.run.value;
    return this.computedHere.value && now.steps.length > 1
      ? [...this.past.value, now]
      : this.past.value;
  }

  clearPast(): void {
    this.past.value = [];
  }

  visible(visible: boolean): void {
    if (this.opened) this.send({ kind: 'visible', lab: this.id, visible });
  }

  /** After a lost device the engine has gone back to the last state it kept; after an error, anew. */
  goOn(): void {
    this.wantsToRun = true;
    if (this.state.value !== 'lost') void this.restart();
    else {
      this.run.value = at(this.run.value, this.snapshot?.step ?? 0);
      this.train();
    }
  }

  /** After divergence: to the last state whose numbers are all finite, and rest there. */
  goBack(): void {
    const { snapshot } = this;
    if (!snapshot) return;
    this.run.value = at(this.run.value, snapshot.step);
    this.send({ kind: 'restore', lab: this.id, snapshot });
  }

  /** The last state that the engine kept, where there is one. */
  get keptStep(): number | undefined {
    return this.snapshot?.step;
  }

  /** A drill for teachers and tests: gives the graphics device up as if its driver had crashed. */
  lose(): void {
    this.send({ kind: 'lose' });
  }

  /** The whole state of the run, for export. */
  weights(): Promise<Snapshot> {
    return new Promise((resolve) => {
      this.waitingForSnapshot.push(resolve);
      this.send({ kind: 'snapshot', lab: this.id });
    });
  }

  close(): void {
    this.leave();
    if (training === this) training = undefined;
  }

  private leave(): void {
    if (this.opened) this.send({ kind: 'close', lab: this.id });
    this.stopListening?.();
    this.opened = false;
    this.engine = undefined;
    this.snapshot = undefined;
  }

  private send(request: Request): void {
    this.engine?.send(request);
  }

  /** Loads the engine on first use: before that, the page holds no TensorFlow.js. */
  private async start(): Promise<void> {
    this.state.value = 'starting';
    this.words.value = 'Loading the engine and looking for the fastest way to compute here.';
    try {
      this.connect(await this.loadEngine());
      const ladder = await this.climb();
      this.accepting.value = ladder.chosen !== 'recorded';
      if (ladder.chosen === 'recorded') this.connect(replay(this.recorded));
    } catch (error) {
      this.fail(error);
      return;
    }
    this.begin();
    this.opened = true;
    this.send({ kind: 'open', ...this.asked() });
    this.send({ kind: 'speed', lab: this.id, stepsPerSecond: this.speed.value });
    if (this.wantsToRun) this.train();
  }

  /** The one session of this lab. */
  private lanes(): LaneRequest[] {
    const [settings, seed, inputs] = [this.settings.value, this.seed.value, this.inputs.value];
    return [{ settings, seed, ...(inputs && { inputs }) }];
  }

  /** What the engine needs to know of the model to be made. */
  private asked() {
    return {
      lab: this.id,
      experiment: this.lab.experiment ?? '',
      lanes: this.lanes(),
      order: 'together' as const,
      lastStep: this.lab.lastStep,
    };
  }

  /**
   * The reader's hand is near: the engine makes ready what Play will ask for, so that training
   * starts at once. Nothing shows, and what fails will fail again, in words, on Play.
   */
  async prepare(): Promise<void> {
    if (this.preparing || this.opened || this.rung.value === 'recorded') return;
    // A lab that trains has the device for itself.
    if (training?.state.value === 'running') return;
    this.preparing = true;
    try {
      const engine = await this.loadEngine();
      if (this.opened || this.state.value !== 'idle') return;
      engine.send({ kind: 'ladder', ...(this.rung.value && { rung: this.rung.value }) });
      engine.send({ kind: 'prepare', ...this.asked() });
    } catch {
      // Play will say what is wrong.
    }
  }

  private connect(engine: Engine): void {
    this.stopListening?.();
    this.engine = engine;
    this.stopListening = engine.listen((reply) => this.hear(reply));
  }

  /** Which rung can be used is measured once a page; a choice by hand measures again. */
  private climb(): Promise<Ladder> {
    return new Promise((resolve) => {
      const stop = this.engine!.listen((reply) => {
        if (reply.kind !== 'ladder') return;
        stop();
        resolve(reply.ladder);
      });
      this.send({ kind: 'ladder', ...(this.rung.value && { rung: this.rung.value }) });
    });
  }

  private fail(error: unknown): void {
    this.state.value = 'error';
    const reason = error instanceof Error ? error.message : String(error);
    this.words.value = `The engine could not be started: ${reason}`;
    this.say();
  }

  /** The next frame starts a run with the settings as they are now. */
  private begin(): void {
    this.fresh = named(this.lab, startRun({ ...this.settings.value }, this.seed.value));
    this.snapshot = undefined;
  }

  private keepRun(): void {
    this.catchUp();
    this.past.value = this.finished()
      .map((run) => thin(run, 200))
      .slice(-mostPast);
  }

  private hear(reply: Reply): void {
    if (reply.kind === 'ladder') this.ladder.value = reply.ladder;
    else if (reply.lab !== this.id) return;
    else if (reply.kind === 'frame') {
      this.frame(reply.frame);
    } else if (reply.kind === 'state') this.enter(reply.state, reply.words);
    else if (reply.kind === 'refused') this.refused(reply.words);
    else if (reply.kind === 'snapshot') {
      this.snapshot = reply.snapshot;
      for (const resolve of this.waitingForSnapshot.splice(0)) resolve(reply.snapshot);
    }
  }

  /** A run that is about to train replaces the one shown with its first row, not before. */
  private frame(frame: Frame): void {
    this.measured.value = frame.speed;
    if (this.fresh) {
      this.fresh = append(this.fresh, frame);
      if (!frame.steps.length && this.soon) return;
      this.ahead = this.fresh;
      this.fresh = undefined;
    } else this.ahead = append(this.ahead ?? this.run.value, frame);
    this.computedHere.value = this.ladder.value?.chosen !== 'recorded';
    if (!this.calm || Date.now() - this.shownAt >= calmBeat) this.catchUp();
  }

  private catchUp(): void {
    if (!this.ahead) return;
    this.run.value = this.ahead;
    this.ahead = undefined;
    this.shownAt = Date.now();
  }

  private enter(state: LabState, words: string): void {
    // Between open and play the engine rests for a moment, which is not worth a word.
    if (this.soon && (state === 'paused' || state === 'starting')) {
      this.words.value = words;
      return;
    }
    this.soon = false;
    this.catchUp();
    const changed = state !== this.state.value;
    this.state.value = state;
    this.words.value = words;
    if (state === 'done') this.wantsToRun = false;
    if (changed && state !== 'starting') this.say();
  }

  private say(): void {
    const finding = this.run.value.steps.length ? this.lab.describe(this.run.value) : '';
    this.spoken.value = `${this.words.value} ${finding}`.trim();
  }

  private refused(words: string): void {
    this.notes.value = [words];
    this.spoken.value = words;
    const { sent } = this;
    if (!sent) return;
    this.settings.value = { ...this.settings.value, [sent.name]: sent.before };
    this.run.value = { ...this.run.value, ...sent.run };
    this.sent = undefined;
  }

  /** A change while training is marked on the time axis; dragging a slider leaves one mark. */
  private remark(control: Control, value: SettingValue): void {
    this.catchUp();
    const settings = { ...this.run.value.settings, [control.name]: value };
    const run = { ...this.run.value, settings };
    if (this.fresh) this.fresh = { ...this.fresh, settings };
    if (this.fresh || !this.computedHere.value) return;
    this.run.value = run;
    if (run.step === 0) return;
    const name = control.symbol ?? control.label;
    const words = `${name}: ${valueInWords(control, value)}`;
    const near = run.step - this.lab.lastStep / 50;
    const before = run.events.filter(
      (event) => event.step < near || !event.words.startsWith(`${name}: `),
    );
    this.run.value = { ...run, events: [...before, { step: run.step, words }] };
  }
}

/** With the short name that the lab gives it, if any. */
export const named = <R extends RunData>(lab: LabDescription, run: R): R =>
  lab.nameRun ? { ...run, label: lab.nameRun(run) } : run;

export interface SpeedChoice {
  label: string;
  stepsPerSecond: number;
}

/** Slow enough to watch each step, a run in some ten seconds, and as fast as the device goes. */
export function speedsOf(lastStep: number): SpeedChoice[] {
  const round = (x: number) => {
    const power = 10 ** Math.floor(Math.log10(x));
    return Math.max(1, Math.round(x / power) * power);
  };
  const slow = round(lastStep / 60);
  const medium = round(lastStep / 10);
  return [
    { label: `${slow} steps/s`, stepsPerSecond: slow },
    { label: `${medium} steps/s`, stepsPerSecond: medium },
    { label: 'full speed', stepsPerSecond: Infinity },
  ];
}

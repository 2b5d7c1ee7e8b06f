/**
 * One lab on the page: what the reader set, what the figures show, and the words for it. It has no
 * DOM and is tested without a browser. Its parts stand beside it: the player (the engine and the
 * run that grows), past runs, inputs.
 */
import { computed, signal } from '@preact/signals';
import type { Rung } from '../engine/protocol';
import type { Inputs, Plain, Settings, SettingValue } from '../model/experiments/types';
import type { Edit } from '../notebook/edit';
import type { Address, Addressed } from './address';
import type { CodeEngines, LoadEngine } from './engine';
import { findingsOf, hasRows } from './findings';
import { History } from './history';
import { ChosenInputs, type InputOptions } from './inputs/chosen';
import { isBroken, isOpen } from './phase';
import { type Asked, axesOf, canFollow, followsIn, planOf } from './plans';
import { Player } from './player';
import { remarked, unremarked } from './remarks';
import { unfound } from './run';
import { recordedAsRun } from './runs';
import { activeControls, type Control, settingsOf, settle } from './settings';
import { tabulated } from './table';
import { Told } from './told';
import { TriedCode } from './tried-code';
import type { Axis, LabDescription, Plan, RecordedRun, Run } from './types';

export interface LabOptions extends Omit<InputOptions, 'presets'> {
  /** Name of this lab on this page; the lab's own unless it stands here twice. */
  id: string;
  lab: LabDescription;
  controls: Control[];
  /** None for a table, which is computed at once. */
  recorded?: RecordedRun;
  loadEngine: LoadEngine;
  /** Engines that compute with a reader's declarations; absent where there can be none. */
  codeEngines?: CodeEngines;
  /** From a chapter: what differs from the defaults. */
  settings?: Settings;
  rung?: Rung;
  /** Recorded runs that stand behind the first figure. */
  behind?: RecordedRun[];
}

export class LabStore {
  readonly id: string;
  readonly lab: LabDescription;
  readonly plan: Plan;
  readonly controls: Control[];
  readonly recorded?: RecordedRun;
  readonly player: Player;
  readonly inputs: ChosenInputs;
  readonly history: History;

  /** What the lab computes with in the place of the library's own declarations. */
  readonly code;
  readonly settings;
  readonly seed = signal(1);
  readonly axis;
  /** What could not be done, in sentences. */
  readonly notes = signal<string[]>([]);
  /** For the live region: changes on pause and on change of state only. */
  readonly spoken = signal('');
  /** The reader's answers to the lab's questions, by name. */
  readonly answers = signal<Record<string, string>>({});

  /** The controls that the choices made so far bring. */
  readonly active = computed(() => activeControls(this.controls, this.settings.value));
  /** What the figure shows was computed in this page. */
  readonly isHere = computed(() => this.run.value.origin === 'here');
  /** Settings and inputs can change hands: not before the page is awake, nor in a recording. */
  readonly accepts = computed(
    () =>
      this.player.phase.value !== 'asleep' && this.player.link.ladder.value?.chosen !== 'recorded',
  );
  /** A model stands in the engine, and the figure shows it. */
  readonly isOpen = computed(() => this.isHere.value && isOpen(this.player.phase.value));
  /** What is said of the run: title, findings, goals, its place among the seeds. */
  readonly told: Told;

  /** A setting that was sent and may still be refused: what was before it. */
  private readonly loadEngine: LoadEngine;
  private readonly tried: TriedCode;
  private sent?: { settings: Settings; run: Run };
  /** Why the table does not follow what is set. */
  private tableRefusal = '';
  /** What an address asks for and the browser has to look up. */
  private finding: Promise<void> = Promise.resolve();

  constructor(options: LabOptions) {
    const { id, lab, controls, recorded, rung, loadEngine, codeEngines } = options;
    this.loadEngine = loadEngine;
    this.tried = new TriedCode(codeEngines);
    this.code = this.tried.edits;
    this.id = id;
    this.lab = lab;
    this.controls = controls;
    this.recorded = recorded;
    this.plan = planOf(lab);
    this.settings = signal(settingsOf(controls, lab.fixed, options.settings));
    this.axis = signal<Axis>(axesOf(lab)[0] ?? 'steps');
    this.inputs = new ChosenInputs({ ...options, presets: lab.presets });
    this.history = new History(options.behind?.map((run) => recordedAsRun(lab, run)));
    const first = recorded ? recordedAsRun(lab, recorded) : this.firstTable();
    this.player = new Player(
      { id, lab, first, recorded, rung, loadEngine },
      {
        asked: () => this.asked(),
        ready: () => this.finding.then(() => this.inputs.fetch()),
        before: () => {
          this.history.add(this.finished().at(-1));
          this.notes.value = [];
        },
        changed: (atRest) => this.changed(atRest),
        refused: (words) => this.refused(words),
        note: (words) => this.note(words),
      },
    );
    this.told = new Told(this);
  }

  get run() {
    return this.player.live.run;
  }

  get shown() {
    return this.player.live.shown;
  }

  /** The script is at work: what the address asks for, before anything has been computed. */
  async wake(address?: Address): Promise<void> {
    this.player.phase.value = 'idle';
    if (!address) return;
    this.settings.value = settle(this.controls, { ...this.settings.value, ...address.settings });
    this.seed.value = address.seed;
    this.player.rung.value = address.rung;
    if (address.axis) this.axis.value = address.axis;
    for (const words of address.words) this.note(words);
    this.finding = this.inputs.find(address.inputs, address.drawn).then((notes) => {
      for (const words of notes) this.note(words);
    });
    await this.finding;
    this.tabulate();
  }

  /** For the address bar, and links to exactly this. */
  addressed(): Addressed {
    const axis = this.axis.value;
    return {
      settings: this.settings.value,
      seed: this.seed.value,
      rung: this.player.rung.value,
      ...(axis !== (axesOf(this.lab)[0] ?? 'steps') && { axis }),
      inputs: this.inputs.words(),
    };
  }

  set(name: string, value: SettingValue): void {
    const control = this.active.value.find((candidate) => candidate.name === name);
    const before = this.asked();
    if (!control || before.settings[name] === value) return;
    this.settings.value = settle(this.controls, { ...before.settings, [name]: value });
    if (this.tabulate() || !isOpen(this.player.phase.value)) return;
    const { player, lab } = this;
    const live = control.change !== 'restart' && canFollow(lab, before, name, this.asked());
    if (!live || isBroken(player.phase.value)) return void player.restart();
    player.live.catchUp();
    this.sent = { settings: before.settings, run: player.live.latest };
    player.send(name, value);
    const follows = followsIn(lab, before, name);
    if (player.live.latest.origin === 'here')
      player.live.alter((run) => remarked(run, control, value, lab.lastStep, follows));
    player.askAgain();
  }

  /** Several at once: one of them as by itself, more of them with one new start. */
  setAll(changes: Settings): void {
    const before = this.settings.value;
    const known = this.active.value.map(({ name }) => name);
    const changed = Object.entries(changes).filter(
      ([name, value]) => known.includes(name) && before[name] !== value,
    );
    if (changed.length < 2) {
      for (const [name, value] of changed) this.set(name, value);
      return;
    }
    this.settings.value = settle(this.controls, { ...before, ...Object.fromEntries(changed) });
    if (!this.tabulate() && isOpen(this.player.phase.value)) void this.player.restart();
  }

  /** Trains with a reader's declarations, or with the library's own again where there are none. */
  async trainWith(edits: Edit[]): Promise<void> {
    if (!edits.length && !this.code.value.length) return;
    const phase = this.player.phase.value;
    if (edits.length && this.tried.isThis(edits) && isOpen(phase) && !isBroken(phase))
      return this.player.restart('play');
    this.tried.take(edits);
    const ours = () => this.tried.engine(this.player.rung.value);
    await this.player.moveTo(edits.length ? ours : this.loadEngine);
  }

  /** A reader is at work on these files: trying them may be next. */
  codeIsNear(files: string[]): void {
    const { experiment } = this.lab;
    const rung = this.player.rung.value;
    if (experiment && rung !== 'recorded') this.tried.near({ experiment, files, rung });
  }

  setSeed(seed: number): void {
    if (seed === this.seed.value) return;
    this.seed.value = seed;
    if (!this.tabulate() && isOpen(this.player.phase.value)) void this.player.restart();
  }

  /** A preset by name; '' stands for what the experiment uses unless told otherwise. */
  choosePreset(name: string): void {
    this.inputs.choose(name);
    void this.handInWhole();
  }

  private async handInWhole(): Promise<void> {
    try {
      await this.inputs.fetch();
    } catch (error) {
      this.note((error as Error).message);
      return;
    }
    this.handIn(this.inputs.values.value ?? {});
  }

  /** Inputs that the reader's hand made. */
  setInputs(inputs: Inputs): void {
    this.inputs.take(inputs);
    this.handIn(inputs);
  }

  /** A model by the name it is kept under, for the input that takes one. */
  async chooseModel(input: string, name: string): Promise<void> {
    try {
      await this.inputs.findModel(input, name);
      this.handIn(this.inputs.values.value ?? {});
    } catch (error) {
      this.note((error as Error).message);
    }
  }

  /** Numbers are replaced as it runs; all else is read by a start alone. */
  private handIn(changed: Inputs): void {
    const { player } = this;
    if (this.tabulate() || !isOpen(player.phase.value)) return;
    const inputs = this.inputs.values.value ?? {};
    const numeric = Object.values(changed).every((input) => 'data' in input);
    // What is no longer handed in cannot be replaced: the experiment starts with its own.
    const gone = Object.keys(this.run.value.inputs ?? {}).some((name) => !inputs[name]);
    if (!numeric || gone || this.plan.kind === 'sweep') return void player.restart();
    this.sent = undefined;
    player.link.send({ kind: 'inputs', inputs });
    const inputWords = this.inputs.words();
    // What was found of a run at rest may rest on what was handed in.
    player.live.alter((run) => ({ ...unfound(run), inputs, inputWords }));
  }

  /** An act of a lane's session. Rejects with a sentence. */
  readonly ask = (act: string, asked?: { [name: string]: Plain }, lane?: number) =>
    this.player.link.ask(act, asked, lane);

  /** The reader's runs, this one the last of them if it is worth keeping. */
  finished(): Run[] {
    this.player.live.catchUp();
    const run = this.run.value;
    const before = this.history.own.value.filter(({ id }) => id !== run.id);
    const counts = run.origin === 'here' && this.plan.kind !== 'table' && run.step > 1;
    return counts && hasRows(run) ? [...before, this.found(run)] : before;
  }

  clearPast(): void {
    this.history.clear();
  }

  close(): void {
    this.player.close();
    this.tried.end();
  }

  private asked(): Asked {
    const inputs = this.inputs.values.value;
    return {
      settings: this.settings.value,
      seed: this.seed.value,
      ...(inputs && { inputs, inputWords: this.inputs.words() }),
      ...(this.code.value.length && {
        code: this.code.value.map(({ file, name }) => `${file}#${name}`),
      }),
    };
  }

  private firstTable(): Run {
    if (this.plan.kind === 'table') return tabulated(this.lab, this.plan, this.asked());
    throw new Error(`Lab ${this.lab.name} needs a recorded run to show before it is played.`);
  }

  /** Computed at once, where the plan is a table. A refusal leaves the table as it was. */
  private tabulate(): boolean {
    if (this.plan.kind !== 'table') return false;
    const notes = this.notes.value.filter((words) => words !== this.tableRefusal);
    this.tableRefusal = '';
    try {
      this.player.live.show(tabulated(this.lab, this.plan, this.asked()));
    } catch (error) {
      this.tableRefusal = (error as Error).message;
      notes.push(this.tableRefusal);
    }
    this.notes.value = notes;
    this.spoken.value = this.tableRefusal || this.told.inShort.value;
    return true;
  }

  private changed(atRest: boolean): void {
    const { live, words } = this.player;
    if (atRest) live.alter(this.found);
    this.spoken.value =
      `${words.value} ${hasRows(this.run.value) ? this.told.inShort.value : ''}`.trim();
  }

  private readonly found = (run: Run): Run =>
    run.findings || !hasRows(run) ? run : { ...run, findings: findingsOf(this.lab, run) };

  private refused(words: string): void {
    this.notes.value = [words];
    this.spoken.value = words;
    const { sent } = this;
    if (!sent) return;
    this.sent = undefined;
    this.settings.value = sent.settings;
    this.player.live.alter((run) => unremarked(run, sent.run));
  }

  note(words: string): void {
    if (!this.notes.value.includes(words)) this.notes.value = [...this.notes.value, words];
  }
}

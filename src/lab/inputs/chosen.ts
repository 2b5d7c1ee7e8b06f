/**
 * What a lab hands to its experiment: a preset's inputs, some of them replaced by the reader's own.
 * It reads and writes them as words of an address, and has long ones kept in the browser.
 */
import { computed, signal } from '@preact/signals';
import type { Input, InputKind, Inputs, Model } from '../../model/experiments/types';
import { sentence } from '../format';
import type { Preset } from '../types';
import { hashOf } from './hash';
import type { Kinds } from './index';
import type { Keeper, KeptModel, Kind } from './types';

/** Characters in an address above which an input is kept in the browser instead. */
export const longest = 1500;

/** What an address says of inputs: by name, and '' for the preset or the only input. */
export type InputWords = Record<string, string>;

export interface InputOptions {
  /** What the experiment takes, by name. */
  takes?: Record<string, InputKind>;
  kinds?: Kinds;
  presets?: Preset[];
  /** The first preset is the recorded run's, unless this says another. */
  preset?: string;
  keeper?: Keeper;
  /** Fetches the model of the recording, where the experiment takes one. */
  recordedModel?: () => Promise<Model>;
}

interface Own {
  input: Input;
  /** Of a model: the name it is kept under. */
  name?: string;
}

export class ChosenInputs {
  readonly takes: Record<string, InputKind>;
  readonly presets: Preset[];
  /** The preset of the recorded run. */
  readonly first: string;
  /** The preset that what is not the reader's own is of. */
  readonly preset;
  /** The reader's own, by name of the input. */
  readonly own = signal<Record<string, Own>>({});
  readonly values = computed<Inputs | undefined>(() => {
    const given = { ...this.given.value };
    for (const [name, { input }] of Object.entries(this.own.value)) given[name] = input;
    return Object.keys(given).length ? given : undefined;
  });
  /** Other inputs than those of the recorded run. */
  readonly changed = computed(() => this.preset.value !== this.first || this.isOwn.value);
  readonly isOwn = computed(() => Object.keys(this.own.value).length > 0);
  /** Stands in until the reader hands in a model of their own. */
  private readonly standIn = signal<Model | undefined>(undefined);
  private readonly given = computed<Inputs>(() => {
    const { modelInput } = this;
    const model = this.standIn.value;
    return {
      ...(modelInput !== undefined && model && { [modelInput]: { model } }),
      ...this.presets.find(({ name }) => name === this.preset.value)?.inputs(),
    };
  });
  private readonly kinds: Kinds;
  private readonly keeper?: Keeper;
  private readonly kept = new Set<string>();

  private readonly recordedModel?: () => Promise<Model>;

  constructor({ takes, kinds = {}, presets = [], preset, keeper, recordedModel }: InputOptions) {
    this.recordedModel = recordedModel;
    this.presets = presets;
    this.kinds = kinds;
    this.keeper = keeper;
    this.first = (presets.find(({ name }) => name === preset) ?? presets[0])?.name ?? '';
    this.preset = signal(this.first);
    this.takes = takes ?? {};
  }

  names(): string[] {
    return Object.keys(this.takes);
  }

  kindOf(name: string): Kind | undefined {
    return this.kinds[this.takes[name]];
  }

  /** The input that takes a model, if any does. */
  get modelInput(): string | undefined {
    return this.names().find((name) => this.takes[name] === 'model');
  }

  /** Whose model it works on, where it takes one: the reader's, by its name, or the recorded one. */
  readonly modelInWords = computed(() => {
    const { modelInput } = this;
    if (modelInput === undefined) return '';
    const own = this.own.value[modelInput]?.name;
    return own === undefined ? 'recorded model' : `your model “${own}”`;
  });

  /** Fetches what is handed in and is not there yet. Rejects with a sentence if it does not come. */
  async fetch(): Promise<void> {
    const { modelInput, recordedModel } = this;
    if (modelInput === undefined || !recordedModel || this.values.value?.[modelInput]) return;
    this.standIn.value = await recordedModel();
  }

  choose(preset: string): void {
    if (preset && !this.presets.some(({ name }) => name === preset)) return;
    this.own.value = {};
    this.preset.value = preset;
  }

  /** An input of the reader's own, or several. */
  take(inputs: Inputs, modelName?: string): void {
    const more = Object.entries(inputs).map(([name, input]) => [
      name,
      { input, ...(modelName !== undefined && 'model' in input && { name: modelName }) },
    ]);
    this.own.value = { ...this.own.value, ...Object.fromEntries(more) };
  }

  /** What the reader wrote, as an input. Throws the kind's sentence. */
  read(name: string, text: string): Input {
    return this.need(name).read(text, this.given.value[name]);
  }

  /** As a reader may write it; empty where there is nothing yet. */
  written(name: string): string {
    const input = this.values.value?.[name];
    return input && !('model' in input) ? this.need(name).write(input) : '';
  }

  /** The reader's own in a menu: "drawn by hand", or the name of a model. */
  ownInWords(): string {
    return Object.entries(this.own.value)
      .map(([name, { name: model }]) => model ?? this.kindOf(name)?.own ?? `your ${name}`)
      .join(', ');
  }

  /** The inputs as words of an address; none where they are the recorded run's. */
  words(): InputWords {
    const words: InputWords = {};
    if (this.preset.value !== this.first) words[''] = this.preset.value;
    for (const [name, own] of Object.entries(this.own.value))
      words[this.isOnly(name) && !words[''] ? '' : name] = this.wordOf(name, own);
    return words;
  }

  /** A long input is kept in the browser, and its word says so. */
  private wordOf(name: string, { input, name: model }: Own): string {
    if ('model' in input) return `own:${model}`;
    const word = this.need(name).encode(input);
    if (encodeURIComponent(word).length <= longest) return `own:${word}`;
    const hash = hashOf(word);
    if (!this.kept.has(hash)) {
      this.kept.add(hash);
      void this.keeper?.keepInput(hash, word);
    }
    return `local:${hash}`;
  }

  /**
   * What an address asks for. What cannot be used is answered in a sentence, and the preset stays.
   * `drawn` is how addresses of an earlier version hold a curve.
   */
  async find(words: InputWords, drawn?: string): Promise<string[]> {
    const notes: string[] = [];
    const attempt = async (key: string, word: string) => {
      try {
        await this.findOne(key, word);
      } catch (error) {
        notes.push(`${(error as Error).message} ${this.stays()}`);
      }
    };
    const entries = Object.entries(words).sort(([a], [b]) => a.length - b.length);
    for (const [key, word] of entries) await attempt(key, word);
    if (drawn !== undefined)
      await attempt('', this.presets.some(({ name }) => name === drawn) ? drawn : `own:${drawn}`);
    return notes;
  }

  private async findOne(key: string, word: string): Promise<void> {
    const [, how, code] = word.match(/^(own|local):(.*)$/s) ?? [];
    if (!how) {
      if (key === '' && this.presets.some(({ name }) => name === word)) return this.choose(word);
      const some = this.presets.map(({ name }) => name).join(', ') || 'none by name';
      throw new Error(`The address asks for the input “${word}”; this lab has ${some}.`);
    }
    const name = key || (this.names().length === 1 ? this.names()[0] : '');
    if (!this.takes[name])
      throw new Error(
        `The address holds an input ${key && `“${key}” `}that this lab does not take; it takes ${this.names().join(', ') || 'none'}.`,
      );
    if (this.takes[name] === 'model') return this.findModel(name, code);
    const found = how === 'own' ? code : await this.keeper?.findInput(code);
    if (found === undefined)
      throw new Error(
        `The address names an input (${name}) that is kept only in the browser where it was made, and this is another one.`,
      );
    let input: Input;
    try {
      input = this.need(name).decode(found, this.given.value[name]);
    } catch (error) {
      throw new Error(
        `The address holds an input (${name}) that cannot be used: ${lower((error as Error).message)}`,
      );
    }
    this.take({ [name]: input });
  }

  /** Kept models that fit: of the form that the lab's own is of, where it has one. */
  async models(): Promise<KeptModel[]> {
    const own = Object.values(this.given.value).find((input) => 'model' in input);
    const form = own && 'model' in own ? own.model.form : undefined;
    const kept = (await this.keeper?.models()) ?? [];
    return kept.filter((model) => !form || model.form === form);
  }

  /** A kept model by its name. Rejects with a sentence where this browser has none. */
  async findModel(name: string, model: string): Promise<void> {
    const found: Model | undefined = await this.keeper?.findModel(model);
    if (!found)
      throw new Error(`The model “${model}” is not kept in this browser; models are kept by name.`);
    this.take({ [name]: { model: found } }, model);
  }

  private stays(): string {
    const preset = this.presets.find(({ name }) => name === this.preset.value);
    return `${sentence(preset?.label ?? 'the usual one')} is used instead.`;
  }

  private isOnly = (name: string) => this.names().length === 1 && this.names()[0] === name;

  private need(name: string): Kind {
    const kind = this.kindOf(name);
    if (!kind) throw new Error(`There is no input called ${name} that can be written here.`);
    return kind;
  }
}

const lower = (words: string) => words[0].toLowerCase() + words.slice(1);

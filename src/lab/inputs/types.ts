/** What a kind of input can do: be written and read by a hand, and stand in an address. */
import type { Input, InputKind, Model } from '../../model/experiments/types';

/** One file beside this one is one kind. No DOM: editors are in src/components/inputs. */
export interface Kind<I extends Input = Input> {
  kind: InputKind;
  /** What a menu calls the reader's own: "drawn by hand". */
  own: string;
  /** What it takes, in a sentence or two: limits and form. */
  help: string;
  /** As a reader writes it. */
  write(input: I): string;
  /**
   * What a reader wrote, pasted or dropped. Throws a sentence that names the first thing that is
   * wrong and says what would be right. `like` is the lab's own input, where its size matters.
   */
  read(text: string, like?: I): I;
  /** As a word in an address, without loss for what `read` and `decode` give. */
  encode(input: I): string;
  /** Throws as `read` does. */
  decode(word: string, like?: I): I;
  /** Its size: "128 heights". */
  say(input: I): string;
}

/** What a browser keeps for labs beside their runs. What cannot be looked up is not there. */
export interface Keeper {
  /** Long inputs by their hash. */
  keepInput(hash: string, word: string): Promise<void>;
  findInput(hash: string): Promise<string | undefined>;
  /** Models by the name that the reader gave them, the latest first. */
  models(): Promise<KeptModel[]>;
  /** Rejects with a sentence where the model is there and cannot be read. */
  findModel(name: string): Promise<Model | undefined>;
}

/** A model as a list names it. */
export interface KeptModel {
  name: string;
  form: string;
  /** The lab that trained it, where it is known. */
  lab?: string;
  bytes: number;
  /** ISO date and time. */
  kept: string;
}

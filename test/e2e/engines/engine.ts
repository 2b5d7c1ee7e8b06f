/** A browser of any engine, as a reader's hands and eyes have it: one page, looked at in front. */
export interface Engine {
  open(address: string): Promise<void>;
  /** What a function gives in the page; it is sent as text and knows nothing but its arguments. */
  read<Arguments extends unknown[], Result>(
    look: (...given: Arguments) => Result,
    ...given: Arguments
  ): Promise<Awaited<Result>>;
  /** A click in the middle of the one element. */
  press(selector: string): Promise<void>;
  /** The pointer goes down in the middle of the one element, and stays. */
  hold(selector: string): Promise<void>;
  /** It comes up where it is. */
  release(): Promise<void>;
  /** Keys one after another, to what has the focus: `Tab`, `Enter`, `Escape`, or a letter. */
  keys(...names: string[]): Promise<void>;
  /** The pointer goes down at the first place, over the others, and up at the last. */
  drag(places: [number, number][]): Promise<void>;
  size(width: number, height: number): Promise<void>;
  /** A PNG of what is in view. */
  picture(): Promise<Uint8Array>;
  close(): Promise<void>;
}

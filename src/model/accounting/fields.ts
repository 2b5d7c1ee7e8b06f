/** Reads a configuration of others: what is missing or broken is said in a sentence. */

interface Limits {
  least?: number;
  most?: number;
}

/** Wider, larger or more numerous than anything that a model has. */
const MOST = 10_000_000;

/** Fields of one JSON object, by the name under which errors speak of it. */
export class Fields {
  readonly #values: Record<string, unknown>;

  constructor(
    values: unknown,
    readonly name: string,
  ) {
    if (typeof values !== 'object' || values === null || Array.isArray(values))
      throw new Error(
        `${sentence(name)} must be a JSON object with fields; it is ${shown(values)}.`,
      );
    this.#values = values as Record<string, unknown>;
  }

  /**
   * A whole number from `least` to `most`. Throws if the field is missing or anything else: a
   * number that no model has would be a slip, and could stop the page that counts with it.
   */
  count(field: string, { least = 1, most = MOST }: Limits = {}): number {
    const value = this.#values[field];
    if (value === undefined || value === null)
      throw new Error(
        `${sentence(this.name)} has no "${field}"; it must be a whole number of at least ${least}.`,
      );
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
      throw new Error(
        `"${field}" of ${this.name} must be a whole number from ${least} to ${most.toLocaleString('en')}; it is ${shown(value)}.`,
      );
    return value;
  }

  /** The same, or `otherwise` where the field is missing or null. */
  countOr<T>(field: string, otherwise: T, limits?: Limits): number | T {
    return this.has(field) ? this.count(field, limits) : otherwise;
  }

  /** True or false; `otherwise` where the field is missing. */
  flag(field: string, otherwise: boolean): boolean {
    const value = this.#values[field] ?? otherwise;
    if (typeof value !== 'boolean')
      throw new Error(`"${field}" of ${this.name} must be true or false; it is ${shown(value)}.`);
    return value;
  }

  /** A list, or undefined where the field is missing or null. */
  list(field: string): unknown[] | undefined {
    const value = this.#values[field] ?? undefined;
    if (value !== undefined && !Array.isArray(value))
      throw new Error(`"${field}" of ${this.name} must be a list; it is ${shown(value)}.`);
    return value;
  }

  /**
   * A list with one of these entries for each layer, or undefined where the field is missing,
   * null or empty.
   */
  perLayer<T extends string | number>(
    field: string,
    layers: number,
    entries: readonly T[],
  ): T[] | undefined {
    const values = this.list(field);
    if (!values?.length) return undefined;
    if (values.length !== layers)
      throw new Error(
        `"${field}" of ${this.name} must have one entry for each of ${layers} layers; it has ${values.length}.`,
      );
    const wrong = values.find((value) => !entries.includes(value as T));
    if (wrong !== undefined)
      throw new Error(
        `"${field}" of ${this.name} lists ${entries.map((entry) => shown(entry)).join(' or ')} for each layer, not ${shown(wrong)}.`,
      );
    return values as T[];
  }

  /** A list of layers, counted from 0, as a set; or undefined where the field is missing or null. */
  layers(field: string, layers: number): Set<number> | undefined {
    const values = this.list(field);
    const wrong = values?.find(
      (value) => !(Number.isInteger(value) && (value as number) >= 0 && (value as number) < layers),
    );
    if (wrong !== undefined)
      throw new Error(
        `"${field}" of ${this.name} lists layers from 0 to ${layers - 1}, not ${shown(wrong)}.`,
      );
    return values && new Set(values as number[]);
  }

  /** The fields of an object inside, or undefined where there is none. */
  inner(field: string): Fields | undefined {
    const value = this.#values[field] ?? undefined;
    return value === undefined ? undefined : new Fields(value, `"${field}" of ${this.name}`);
  }

  /** True where the field is there and not null. */
  has(field: string): boolean {
    return (this.#values[field] ?? null) !== null;
  }

  /** A text. Throws if the field is missing or no text. */
  text(field: string): string {
    const value = this.#values[field];
    if (value === undefined || value === null)
      throw new Error(`${sentence(this.name)} has no "${field}"; it must be a text.`);
    if (typeof value !== 'string')
      throw new Error(`"${field}" of ${this.name} must be a text; it is ${shown(value)}.`);
    return value;
  }
}

const sentence = (words: string) => words[0].toUpperCase() + words.slice(1);

const shown = (value: unknown): string => {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
};

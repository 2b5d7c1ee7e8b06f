/** Reads a configuration of others: what is missing or broken is said in a sentence. */

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

  /** A whole number, 1 or more (or `least`). Throws if the field is missing or anything else. */
  count(field: string, least = 1): number {
    const value = this.#values[field];
    if (value === undefined || value === null)
      throw new Error(
        `${sentence(this.name)} has no "${field}"; it must be a whole number of at least ${least}.`,
      );
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least)
      throw new Error(
        `"${field}" of ${this.name} must be a whole number of at least ${least}; it is ${shown(value)}.`,
      );
    return value;
  }

  /** The same, or `otherwise` where the field is missing or null. */
  countOr<T>(field: string, otherwise: T, least = 1): number | T {
    return (this.#values[field] ?? null) === null ? otherwise : this.count(field, least);
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

  /** The fields of an object inside, or undefined where there is none. */
  inner(field: string): Fields | undefined {
    const value = this.#values[field] ?? undefined;
    return value === undefined ? undefined : new Fields(value, `"${field}" of ${this.name}`);
  }

  /** A text. Throws if the field is missing or no text. */
  text(field: string): string {
    const value = this.#values[field];
    if (typeof value !== 'string')
      throw new Error(`${sentence(this.name)} has no "${field}"; it must be a text.`);
    return value;
  }
}

const sentence = (words: string) => words[0].toUpperCase() + words.slice(1);

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
};

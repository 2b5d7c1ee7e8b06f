/** The lab's standing questions: asked of the session now and then while it trains, and at rest. */
import type { Plain, Settings } from '../model/experiments/types';
import type { Asked } from './types';

export interface Asking {
  ask(act: string, asked: { [name: string]: Plain }, lane: number): Promise<Plain>;
  answer(lane: number, name: string, answer: Plain): void;
  /** A question that the session refuses, in its sentence. */
  refused(words: string): void;
  /** Milliseconds. */
  now(): number;
}

export class StandingQuestions {
  /** When each was asked last, by lane and name; Infinity while its answer is awaited. */
  private readonly askedAt = new Map<string, number>();
  private generation = 0;

  constructor(
    private readonly asks: Record<string, Asked>,
    private readonly asking: Asking,
  ) {}

  /** Answers of a run that is over are of no use. */
  begin(): void {
    this.generation++;
    this.askedAt.clear();
  }

  /** The lane has moved on: what is due is asked; at rest, everything. */
  due(lane: number, settings: Settings, atRest = false): void {
    for (const [name, question] of Object.entries(this.asks)) {
      const last = this.askedAt.get(`${lane} ${name}`) ?? Number.NEGATIVE_INFINITY;
      if (last === Number.POSITIVE_INFINITY) {
        // The state has changed since it was asked: once more, when the answer is there.
        if (atRest) this.askedAt.set(`${lane} ${name} again`, 1);
      } else if (atRest || this.asking.now() - last >= question.every)
        void this.ask(lane, name, question, settings);
    }
  }

  private async ask(
    lane: number,
    name: string,
    question: Asked,
    settings: Settings,
  ): Promise<void> {
    const { generation, askedAt } = this;
    const key = `${lane} ${name}`;
    askedAt.set(key, Number.POSITIVE_INFINITY);
    let words: string | undefined;
    let answer: Plain = null;
    try {
      answer = await this.asking.ask(question.act, question.with?.(settings) ?? {}, lane);
    } catch (error) {
      words = (error as Error).message;
    }
    if (generation !== this.generation) return;
    askedAt.set(key, this.asking.now());
    if (words === undefined) this.asking.answer(lane, name, answer);
    else this.asking.refused(words);
    if (askedAt.delete(`${key} again`)) void this.ask(lane, name, question, settings);
  }
}

/**
 * Questions to the lanes of a lab. They wait for no request after them, and no request for them;
 * of those that wait for the device, only the newest of a kind is answered.
 */
import { type Asked, answerOf, modelOf } from '../ask';
import type { Reply, Request } from '../protocol';
import { sentence } from '../sentence';
import type { DeviceQueue } from './device-queue';
import type { Lane } from './lane';

export type Question = Extract<Request, { kind: 'ask' | 'model' }>;

export class Questions {
  /** The newest that waits, by kind. */
  private readonly waiting = new Map<string, number>();

  constructor(
    private readonly lab: string,
    private readonly device: DeviceQueue,
    private readonly post: (reply: Reply) => void,
  ) {}

  answer(lane: Lane, question: Question): Promise<void> {
    const { id } = question;
    const kind = `${lane.index} ${question.kind === 'ask' ? question.act : ''}`;
    const older = this.waiting.get(kind);
    if (older !== undefined) this.refuse(older, 'A newer question took its place.');
    this.waiting.set(kind, id);
    return this.device.take(async () => {
      if (this.waiting.get(kind) !== id) return;
      this.waiting.delete(kind);
      try {
        this.post(await lane.lend((run) => this.replyOf(run, question)));
      } catch (error) {
        this.refuse(id, sentence(error));
      }
    });
  }

  private async replyOf(run: Asked, question: Question): Promise<Reply> {
    const { lab } = this;
    const { id } = question;
    if (question.kind === 'model') return { kind: 'model', lab, id, model: await modelOf(run) };
    const value = await answerOf(run, question.act, question.asked);
    return { kind: 'answer', lab, id, value };
  }

  private refuse(id: number, words: string): void {
    this.post({ kind: 'unanswered', lab: this.lab, id, words });
  }
}

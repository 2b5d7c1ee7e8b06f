/**
 * What holds the device over a wait (making a session, answering a question, trying a rung) goes
 * one after another: a capture notes every command that is sent meanwhile, and a program that is
 * being compiled cannot be used. Steps, frames and copies of the state wait for nothing and go on
 * in between.
 */
export class DeviceQueue {
  private last: Promise<unknown> = Promise.resolve();

  take<T>(task: () => Promise<T>): Promise<T> {
    const next = this.last.then(task);
    this.last = next.catch(() => {});
    return next;
  }
}

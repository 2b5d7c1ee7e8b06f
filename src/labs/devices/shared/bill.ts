/** What the session counted of its tokens' trips, and what these come to in bytes. */
import { recent } from '../../../lab/run';
import type { Findings, RunData } from '../../../lab/types';
import type { Ledger } from '../../../model/accounting/ledger';

export type Bill = Ledger & {
  deviceOf: number[];
  sample: { home: number; experts: number[] }[];
};

export const billOf = (run: RunData): Bill | undefined =>
  run.answers?.bill as unknown as Bill | undefined;

/** A token of DeepSeek-V3: 7,168 numbers, one byte each on the way there, two on the way back. */
const bytesOfTrip = 7168 * (1 + 2);

/** Kibibytes of one layer for so many trips. */
export const kibibytes = (trips: number): number => (trips * bytesOfTrip) / 1024;

/** Share of the time that the mean device waits for the busiest, if work is all that counts. */
export const waiting = (busiest: number): number => 1 - 1 / busiest;

export function billFindings(run: RunData): Findings {
  const bill = billOf(run);
  if (!bill || !run.steps.length) return {};
  const [finalLoss] = recent(run, 'loss');
  const { tokensByDevices } = bill;
  const all = tokensByDevices.reduce((sum, count) => sum + count, 0);
  const over = tokensByDevices.slice(5).reduce((sum, count) => sum + count, 0);
  return {
    finalLoss,
    devices: bill.devicesPerToken,
    nodes: bill.nodesPerToken,
    calls: bill.callsPerToken,
    trips: bill.copiesPerToken,
    slow: bill.slowPerToken,
    fast: bill.fastPerToken,
    overFour: over / all,
    busiestLink: bill.busiestLink,
    busiestReceiver: bill.busiestReceiver,
    busiestWorker: bill.busiestWorker,
    waits: waiting(bill.busiestWorker),
    kibibytes: kibibytes(bill.copiesPerToken),
    kibibytesOfCalls: kibibytes(bill.callsPerToken),
  };
}

/** Experts on several devices: how far a token may travel, and what is paid for even traffic. */
import type { Setting } from './types';

const loss = { min: 1e-3, max: 1, step: 2, scale: 'log', zero: true, change: 'live' } as const;

export const devices = {
  mostGroups: {
    kind: 'number',
    label: 'devices or nodes of a token, at most',
    symbol: 'M',
    change: 'rebuild',
    term: 'device-limited',
    help: 'A token may use experts on no more devices or nodes than this. As many as there are is no limit.',
    min: 1,
    max: 8,
    step: 1,
    integer: true,
    default: 8,
  },
  groupsAre: {
    kind: 'choice',
    label: 'what is limited',
    change: 'rebuild',
    help: 'Eight devices stand in four nodes, two in each.',
    options: [
      { value: 'devices', label: 'devices (of 8)' },
      { value: 'nodes', label: 'nodes (of 4)' },
    ],
    default: 'devices',
  },
  groupScore: {
    kind: 'choice',
    label: 'a device or node is scored by',
    change: 'rebuild',
    help: 'Where a token may go is decided by the scores of the experts there.',
    options: [
      { value: 'max', label: 'its best expert (V2)' },
      { value: 'two', label: 'the sum of its two best (V3)' },
    ],
    default: 'max',
  },
  expertLoss: {
    kind: 'number',
    label: 'expert loss',
    symbol: 'α₁',
    help: 'Weight of the loss that wants experts equally busy.',
    default: 0,
    ...loss,
  },
  deviceLoss: {
    kind: 'number',
    label: 'device loss',
    symbol: 'α₂',
    help: 'Weight of the loss that wants devices equally busy.',
    default: 0,
    ...loss,
  },
  trafficLoss: {
    kind: 'number',
    label: 'communication loss',
    symbol: 'α₃',
    help: 'Weight of the loss that wants equally many tokens to arrive at each device.',
    default: 0,
    ...loss,
  },
  deviceRoom: {
    kind: 'choice',
    label: 'room of a device',
    change: 'rebuild',
    term: 'capacity',
    help: 'How much of a batch a device computes, as a multiple of its fair share. Beyond that, the assignments that the router scores lowest are dropped.',
    options: [
      { value: 'none', label: 'all that comes' },
      { value: '1.5', label: '1.5 shares' },
      { value: '1.25', label: '1.25 shares' },
      { value: '1', label: '1 share' },
    ],
    default: 'none',
  },
} as const satisfies Record<string, Setting>;

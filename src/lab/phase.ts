/**
 * Where a lab stands: one name at a time, and what may follow. What the engine says and what the
 * reader wants meet here, so that no flag can contradict another.
 */
import type { LabState } from '../engine/protocol';

export type Phase =
  /** As the page was built: no script is at work yet. */
  | 'asleep'
  /** Awake; the figure shows what the page brought, or what a sweep left. Nothing is open. */
  | 'idle'
  /** The same, and the engine has made ready what Play will ask for. */
  | 'prepared'
  /** The engine is being fetched; what is wanted of it then. */
  | 'loading to rest'
  | 'loading to play'
  | 'loading to step'
  /** The model is being made, and will rest. */
  | 'opening'
  /** It has been told to train, and has not answered yet. */
  | 'starting to play'
  | 'starting to step'
  | 'running'
  | 'stepping'
  | 'paused'
  | 'done'
  /** What ends a run before its time. */
  | 'diverged'
  | 'lost'
  | 'error'
  /** The engine itself could not be had. */
  | 'unreachable';

/** What the reader wants of an engine that is on its way. */
export type Wish = 'rest' | 'play' | 'step';

const closed: Phase[] = ['asleep', 'idle', 'prepared', 'unreachable'];
const broken: Phase[] = ['diverged', 'lost', 'error'];

export const isLoading = (phase: Phase): phase is `loading to ${Wish}` =>
  phase.startsWith('loading to ');

/** A model stands in the engine, or is being made there. */
export const isOpen = (phase: Phase) => !closed.includes(phase) && !isLoading(phase);

/** It trains, or will at once: Play is Pause now. */
export const isGoing = (phase: Phase) =>
  phase === 'running' || phase === 'starting to play' || phase === 'loading to play';

export const isBroken = (phase: Phase) => broken.includes(phase);

/** A start from here trains on: it was training, or broke while it did. */
export const goesOn = (phase: Phase) =>
  isGoing(phase) || isBroken(phase) || phase === 'unreachable';

/** Nothing moves: what was found can be said. */
export const isAtRest = (phase: Phase) =>
  closed.includes(phase) || isBroken(phase) || phase === 'paused' || phase === 'done';

/** The phase after the engine said in which state the lab is. */
export function after(phase: Phase, state: LabState): Phase {
  // Between open and play the engine rests for a moment, which is not worth a word.
  if (phase.startsWith('starting to ')) {
    if (state === 'starting' || state === 'paused') return phase;
    if (state === 'running' && phase === 'starting to step') return 'stepping';
  }
  if (phase === 'stepping' && state === 'running') return phase;
  if (state === 'starting') return 'opening';
  return state;
}

/** The engine's word for it: for style sheets, tests and pages around the lab. */
export function stateOf(phase: Phase): LabState {
  if (phase === 'asleep' || phase === 'prepared') return 'idle';
  if (phase === 'unreachable') return 'error';
  if (phase === 'stepping') return 'running';
  if (isLoading(phase) || phase === 'opening' || phase.startsWith('starting to '))
    return 'starting';
  return phase as LabState;
}

/**
 * What page and worker say to each other. Plain numbers and typed arrays only: a tensor
 * never leaves the worker, the DOM never enters it, and an error is a value with a sentence.
 */
import type {
  Facts,
  Inputs,
  Model,
  Numbers,
  Plain,
  Settings,
  SettingValue,
} from '../model/experiments/types';

/** Where the arithmetic happens, fastest first. `recorded` computes nothing: the page replays. */
export type Rung = 'webgpu' | 'wasm' | 'cpu' | 'recorded';

/** What trying one rung of the ladder found. */
export interface RungReport {
  rung: Rung;
  usable: boolean;
  /** A sentence: why it was refused, or how fast it was. */
  reason: string;
  /** Milliseconds per small reference step, where it ran. */
  stepMs?: number;
  /** Adapter or instruction set in words ("SwiftShader, software"). */
  device?: string;
}

export interface Ladder {
  chosen: Rung;
  /** True if the reader chose by hand. */
  byHand: boolean;
  reports: RungReport[];
}

export type LabState =
  | 'idle'
  | 'starting'
  | 'running'
  | 'paused'
  | 'done'
  | 'diverged'
  | 'lost'
  | 'error';

/** Page → worker. `lab` is the page's own name for one open lab. */
export type Request =
  /** `later`: a rung that is chosen by hand is judged behind a lab's first step, not before it. */
  | { kind: 'ladder'; rung?: Rung; later?: boolean }
  | Open
  /** Makes ready, without a word, what an `open` that asks for the same will find ready. */
  | Prepare
  | { kind: 'play'; lab: string }
  | { kind: 'pause'; lab: string }
  /** Trains `steps` steps, then pauses. */
  | { kind: 'step'; lab: string; steps: number }
  | { kind: 'restart'; lab: string; lanes: readonly LaneRequest[]; turns?: readonly number[] }
  /** More lanes in turn are trained here, after those that were asked for before. */
  | { kind: 'turns'; lab: string; turns: readonly number[] }
  /** The last state of a lane that was trained elsewhere: this lane's questions are answered here. */
  | { kind: 'keep'; lab: string; lane: number; snapshot: Snapshot }
  | { kind: 'set'; lab: string; name: string; value: SettingValue }
  /**
   * Those that change. Numbers of the same shapes are used from the next step on; with numbers of
   * other shapes the step is built anew and the state goes along; with another text, configuration
   * or model the lanes begin anew: their next frame is that of step 0.
   */
  | { kind: 'inputs'; lab: string; inputs: Inputs }
  /** Most steps per second; Infinity for as fast as the device goes. */
  | { kind: 'speed'; lab: string; stepsPerSecond: number }
  /** Off-screen labs do not train. */
  | { kind: 'visible'; lab: string; visible: boolean }
  | { kind: 'snapshot'; lab: string; lane?: number }
  /** A question to a lane's session; `answer` comes back with the same id. */
  | {
      kind: 'ask';
      lab: string;
      id: number;
      lane?: number;
      act: string;
      asked: { [name: string]: Plain };
    }
  /** The model inside a lane's session, for other labs and files. */
  | { kind: 'model'; lab: string; id: number; lane?: number }
  | { kind: 'restore'; lab: string; lane?: number; snapshot: Snapshot }
  | { kind: 'close'; lab: string }
  /** The whole page is hidden or shown again; the client sends it by itself. */
  | { kind: 'hidden'; hidden: boolean }
  /**
   * A drill: the graphics device is given up as if the driver had crashed, so that a teacher or a
   * test can see the labs recover. Does nothing off WebGPU.
   */
  | { kind: 'lose' };

export interface Open {
  kind: 'open';
  lab: string;
  experiment: string;
  /** One session each; most labs have one. */
  lanes: readonly LaneRequest[];
  /**
   * Of several lanes: `together`, the one that is behind takes the next steps; `in turn`, each is
   * trained to its last step before the next.
   */
  order: 'together' | 'in turn';
  /**
   * Lanes in turn that are trained here, by number and in this order; all of them unless said. The
   * others belong to other workers, and are known here only to be asked about.
   */
  turns?: readonly number[];
  /** Of each lane. */
  lastStep: number;
}

export interface LaneRequest {
  settings: Settings;
  seed: number;
  inputs?: Inputs;
  /**
   * Settings that stay as this lane has them when one is set later; unless said, those in which
   * the lanes differ.
   */
  fixes?: readonly string[];
}

export type Prepare = Omit<Open, 'kind'> & { kind: 'prepare' };

/** Worker → page. */
export type Reply =
  | { kind: 'ladder'; ladder: Ladder }
  /** `step` counts the steps of all lanes together. */
  | {
      kind: 'state';
      lab: string;
      state: LabState;
      step: number;
      words: string;
      /** Of lanes in turn, how many are trained at the same time; one unless said. */
      atOnce?: number;
      /**
       * Of a run that begins, for each `open` and `restart`: all that was said before is of a run
       * that is over.
       */
      begins?: true;
    }
  /** One lane of several has come to an end, in words; others may go on. */
  | {
      kind: 'lane';
      lab: string;
      lane: number;
      end: 'done' | 'diverged' | 'refused';
      step: number;
      words: string;
    }
  | { kind: 'frame'; lab: string; lane: number; frame: Frame }
  /**
   * What a lane's session says of itself, once it is made and whenever it begins anew; and the
   * lane's last step, where it is known: an earlier one than the lab's if a simulation ends by itself.
   */
  | { kind: 'facts'; lab: string; lane: number; facts: Facts; lastStep?: number }
  | { kind: 'answer'; lab: string; id: number; value: Plain }
  | { kind: 'model'; lab: string; id: number; model: Model }
  /** Of an `ask` or `model` that cannot be answered, in a sentence. */
  | { kind: 'unanswered'; lab: string; id: number; words: string }
  | { kind: 'snapshot'; lab: string; lane: number; snapshot: Snapshot }
  /** The whole engine is no more, in words: what was asked of it has no answer. */
  | { kind: 'stopped'; words: string }
  /** Something went wrong and was made good: the run goes on. */
  | { kind: 'note'; lab: string; words: string }
  /** A refused setting or input: the run goes on as it was. */
  | { kind: 'refused'; lab: string; words: string };

/** What the page speaks to: a worker, several as if they were one, or a recording. */
export interface Engine {
  send(request: Request): void;
  /** Calls `hear` with every reply from now on; the function returned stops that. */
  listen(hear: (reply: Reply) => void): () => void;
}

/** Worker → client: it holds this lock as long as it lives. */
export interface Lives {
  kind: 'lives';
  lock: string;
}

/** What happened since the last frame. */
export interface Frame {
  /** Steps taken so far. */
  step: number;
  /** The step of each metric row, ascending; rows may skip steps when training outruns drawing. */
  steps: number[];
  /** Metric → rows × width, row-major. */
  metrics: Record<string, { width: number; data: Float32Array }>;
  /** Probe → its latest value, if computed for this frame. */
  probes: Record<string, Numbers>;
  /** Seconds of computing that this lane has taken up to `step`; absent where nothing was computed. */
  seconds?: number;
  speed: Speed;
}

export interface Speed {
  stepsPerSecond: number;
  msPerStep: number;
  /** JavaScript time per step in the worker, in milliseconds. */
  jsMsPerStep: number;
  /** GPU dispatches per step; 0 where nothing is dispatched. */
  dispatches: number;
  /** True if the step is replayed rather than run through TensorFlow.js. */
  captured: boolean;
}

/** The whole state of a run on the host: enough to go on from, on another device too. */
export interface Snapshot {
  experiment: string;
  settings: Settings;
  seed: number;
  step: number;
  state: Record<
    string,
    { shape: number[]; dtype: 'float32' | 'int32'; data: Float32Array | Int32Array }
  >;
  inputs: Inputs;
}

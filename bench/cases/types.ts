/** What every system of the benchmark is given: a case, and the same numbers to start from. */
import type { ClassifierConfig } from '../models/classifier/config';
import type { DecoderConfig } from '../models/decoder/config';
import type { FitConfig } from '../models/fit/config';
import type { TransformerCase } from '../models/transformer/config';

/** One file of bench/cases: a name for tables, and which model with which sizes. */
export type Case = {
  name: string;
  label: string;
  /** Of Adam, the same in all systems. */
  learningRate: number;
  /** Steps whose losses are compared; 20 unless said. */
  steps?: number;
  /** Left out of `--quick`. */
  slow?: boolean;
} & Modelled;

/** A folder of bench/models, and what it is configured by. */
export type Modelled =
  | { model: 'classifier'; config: ClassifierConfig }
  | { model: 'transformer'; config: TransformerCase }
  | { model: 'decoder'; config: DecoderConfig }
  | { model: 'fit'; config: FitConfig };

/** A tensor on the host. */
export type Numbers =
  | { shape: number[]; dtype: 'float32'; data: Float32Array }
  | { shape: number[]; dtype: 'int32'; data: Int32Array };

/** What a run starts from: initial parameters by name, and the batch that every step sees. */
export interface Values {
  params: Record<string, Numbers>;
  data: Record<string, Numbers>;
}

/** What an ensemble learns from in Python: a task of the library, or points of the reader's own. */
import { type Inputs, numbers, type Settings } from '../../../../../model/experiments/types';
import { partOf } from '../../../parts';
import type { Filled } from '../../../types';

/** What a program needs that includes `data`; constants are those of the task. */
export function rowsFor(task: string, inputs?: Inputs, constants?: Settings): Filled {
  const own = numbers(inputs, 'points');
  if (!own) return { includes: { data: partOf('tasks', task) }, constants };
  return { includes: { data: partOf('tasks', 'own-points') }, given: { points: rows(own) } };
}

/** The reader's points, one list each. */
export function rows({ shape: [count, width], data }: { shape: number[]; data: Float32Array }) {
  return Array.from({ length: count }, (_, row) =>
    Array.from(data.subarray(row * width, (row + 1) * width), (value) =>
      Number(value.toPrecision(8)),
    ),
  );
}

/** An experiment with a change of the library's text, as a reader's cell would make it. */
import type { CodeChange } from '../../src/lab/types';
import type { Experiment } from '../../src/model/experiments/types';
import { evaluated } from '../../src/notebook/evaluate';
import { experimentFiles, library } from '../../src/notebook/library';

/** Throws a sentence where a part does not stand in its file exactly once. */
export async function withCode(
  experiment: string | undefined,
  changes: CodeChange[],
): Promise<Experiment> {
  const experimentFile = experimentFiles.get(experiment ?? '');
  if (!experimentFile)
    throw new Error(`There is no experiment ${experiment} to change the code of.`);
  const edits = await Promise.all(
    changes.map(async ({ file, from, to }) => {
      const text = await library.read(file);
      if (text === undefined) throw new Error(`${file} is not part of the library.`);
      const start = text.indexOf(from);
      if (start < 0 || start !== text.lastIndexOf(from))
        throw new Error(`“${from}” has to stand in ${file} exactly once to be changed.`);
      const firstLine = text.slice(0, start).split('\n').length;
      const place = { file, name: from, start, end: start + from.length, indent: 0, firstLine };
      return { ...place, source: to };
    }),
  );
  return evaluated(experimentFile, edits, library, compile);
}

const compile = (names: string[], body: string) =>
  new Function(...names, `'use strict';${body}`) as (...given: unknown[]) => void;

/** One model, two orders of multiplication, and a rotation in between: station 13. */
import { count, value } from '../../lab/format';
import { listOf } from '../../lab/run';
import type { Findings, LabDescription, RunData } from '../../lab/types';
import { against, type Drawn } from '../../views/against';
import { curves } from '../../views/curves';
import { heat } from '../../views/heat';
import { rowsOf } from '../../views/probes';
import { pairsOf, twoTexts } from '../../views/two-texts';

const models = ['none', 'content', 'apart'] as const;

/** Below this the forms differ by rounding, above it by what they compute. */
const rounding = 1e-4;

/** How far the forms of each model are apart, at each place of a row. */
function linesOf(run: RunData): Drawn[] {
  const names = listOf<string>(run, 'models');
  return rowsOf(run, 'apart').map((values, i) => ({
    name: names[i] ?? '',
    at: values.map((_, place) => place + 1),
    // A log axis has no 0, and float32 nothing smaller than this beside 1.
    values: values.map((each) => Math.max(each, 1e-8)),
  }));
}

const most = (numbers: number[] = []) => Math.max(0, ...numbers);

export default {
  name: 'two-forms',
  experiment: 'two-forms',
  title(_run, { gap_apart, gap_content, content_plain, content_absorbed }) {
    if (gap_apart === undefined) return 'Three models, not yet read in two forms';
    if (!(gap_apart < rounding))
      return `With a separate rotary key, the two forms differ by up to ${value(gap_apart)} of the logits’ size: one of them is wrong`;
    if (!(gap_content > rounding)) return 'All three models answer the same in both forms';
    return `With a separate rotary key, both forms agree to ${value(gap_apart)}; with turned content keys, the loss goes from ${value(content_plain)} to ${value(content_absorbed)}`;
  },
  caption:
    'Three small language models with latent attention learn the yard’s lines in the plain form. Then each is read in both forms, on fresh rows. Above is how far apart the logits of the two forms are at each place of a row, as a share of their size (the root of the sum of their squares); below, what that does to the loss and to a text, written with the same random draws.',
  controls: {
    latentWidth: {},
    rotaryWidth: { min: 2 },
    learningRate: {},
  },
  fixed: { rateSteps: 150 },
  views: [
    {
      view: against({
        name: 'apart-by-place',
        reads: { probes: ['apart'], facts: ['models'] },
        x: { label: 'place in the row' },
        y: { label: 'difference of the two forms, share of the logits’ size', scale: 'log' },
        lines: linesOf,
      }),
    },
    { view: twoTexts, label: 'The same random draws, the cache read in two forms' },
    {
      view: heat({
        name: 'judged',
        probe: 'judged',
        rows: { label: 'where positions enter', names: { fact: 'models' } },
        columns: { label: 'form', names: { fact: 'ways' } },
        quantity: 'nats a character',
        from: 1.4,
        aspect: 0.42,
        narrowAspect: 0.6,
      }),
      size: 'half',
      label: 'Loss on fresh rows, nats a character',
    },
    {
      view: curves({
        name: 'losses',
        of: { metric: 'losses', names: { fact: 'models' } },
        label: 'cross-entropy in training, nats a character',
        scale: 'linear',
        aspect: 0.42,
      }),
      size: 'half',
      label: 'Training, in the plain form',
    },
  ],
  lastStep: 150,
  asks: { twice: { act: 'write', every: 6000 } },
  describe(run, found) {
    if (found.gap_apart === undefined) return 'Nothing trained yet.';
    const names = listOf<string>(run, 'models');
    const words = models.map(
      (model, i) =>
        `${names[i]}: loss ${value(found[`${model}_plain`])} plain and ${value(found[`${model}_absorbed`])} absorbed, logits apart by up to ${value(found[`gap_${model}`])}`,
    );
    return `After ${count(run.step)} steps. ${words.join('; ')}.`;
  },
  findings(run): Findings {
    const judged = rowsOf(run, 'judged');
    const apart = rowsOf(run, 'apart');
    if (!judged.length || !apart.length) return {};
    const pairs = pairsOf(run);
    return Object.fromEntries(
      models.flatMap((model, i) => [
        [`${model}_plain`, judged[i][0]],
        [`${model}_absorbed`, judged[i][1]],
        [`gap_${model}`, most(apart[i])],
        // Of the first place, where there is one key only, and of the last.
        [`first_${model}`, apart[i][0]],
        [`last_${model}`, apart[i].at(-1)!],
        // The first character that differs in what it wrote; 0 where none does.
        [`differs_${model}`, pairs[i]?.from ?? 0],
      ]),
    );
  },
  strip: [
    { finding: 'gap_apart', label: 'largest difference, separate rotary key' },
    { finding: 'content_absorbed', label: 'absorbed loss, turned content keys', unit: 'nats' },
  ],
  recorded: { default: { settings: {}, seeds: 5 } },
} satisfies LabDescription as LabDescription;

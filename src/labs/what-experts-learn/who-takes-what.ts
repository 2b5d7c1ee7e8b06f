/** Five explanations for one choice: who takes which character of a trained model. Station 11. */
import { count, percent } from '../../lab/format';
import { meanOf } from '../../lab/mean';
import { listOf } from '../../lab/run';
import type { LabDescription, RunData } from '../../lab/types';
import { alphabet } from '../../views/alphabet';
import { heat } from '../../views/heat';
import { rowsOf } from '../../views/probes';

/** The rows of the probe `explained`, in its order. */
const [character, next, kind, inLine, inRow] = [0, 1, 2, 3, 4];

const explained = (run: RunData, question: number): number[] =>
  rowsOf(run, 'explained')[question] ?? [];

const layersOf = (run: RunData) => listOf<number>(run, 'layers');

/** Of each layer, leaving out the column of chance. */
const byLayer = (run: RunData, question: number) =>
  explained(run, question).slice(0, layersOf(run).length);

const largest = (numbers: ArrayLike<number> = []) => Math.max(0, ...Array.from(numbers));

/** Of each layer's closest pair: given the one, how often the other comes too. */
function closest(run: RunData): number {
  const together = run.probes.together;
  if (!together) return 0;
  const experts = together.shape[1];
  return largest(
    Array.from(together.data).filter((_, i) => Math.floor(i / experts) % experts !== i % experts),
  );
}

export default {
  name: 'who-takes-what',
  experiment: 'who-takes-what',
  title(run, { character: byCharacter, kind: byKind }) {
    if (!run.steps.length) return 'No character has found its experts yet';
    return `The character takes away ${percent(byCharacter)} of the uncertainty about a choice, the kind of line ${percent(byKind)}`;
  },
  caption:
    'A trained model reads 96 rows of 64 characters that it has never seen, and its choices are counted. How much of the uncertainty about the expert goes away if you know the character, the next character, the kind of line, or the place? The last column shows how much seems to go away by chance alone, when the answers are shuffled. To read with a model of your own, choose it and press Play.',
  controls: {},
  views: [
    {
      view: heat({
        name: 'explained',
        probe: 'explained',
        rows: { label: 'known', names: { fact: 'questions' } },
        columns: { label: 'layer', names: { fact: 'columns' } },
        quantity: 'share of the uncertainty',
        say: percent,
        to: 0.5,
        aspect: 0.24,
        narrowAspect: 0.6,
      }),
      label: 'Share of the uncertainty about the expert that is taken away',
    },
    { view: alphabet, label: 'Who takes which character most often: a row for each layer' },
    {
      view: heat({
        name: 'kinds',
        probe: 'kinds',
        rows: { label: 'kind', names: { fact: 'kinds' } },
        columns: { label: 'expert', names: 'experts' },
        panels: { fact: 'panels' },
        quantity: 'times its fair share',
        say: (x) => x.toFixed(1),
        least: 420,
        aspect: 0.62,
        narrowAspect: 2,
      }),
      label: 'How many times its fair share of each kind an expert takes',
    },
    {
      view: heat({
        name: 'together',
        probe: 'together',
        rows: { label: 'given', names: 'experts' },
        columns: { label: 'also', names: 'experts' },
        panels: { fact: 'panels' },
        quantity: 'share',
        say: percent,
        numbers: false,
        to: 0.6,
        least: 240,
        aspect: 0.38,
        narrowAspect: 2.4,
      }),
      label: 'Given one expert of a character, how often another is chosen with it',
    },
  ],
  asks: { characters: { act: 'characters', every: 60_000 } },
  lastStep: 16,
  describe(run, { character: byCharacter, next: byNext, kind: byKind, strongest }) {
    if (!run.steps.length) return 'Nothing has been read yet.';
    return `${count(run.step * 384)} characters read. Knowing the character takes away ${percent(byCharacter)} of the uncertainty about an expert, the next character ${percent(byNext)}, the kind of line ${percent(byKind)}; an expert has at most ${strongest.toFixed(1)} times its fair share of a kind.`;
  },
  findings(run) {
    const characters = byLayer(run, character);
    const nexts = byLayer(run, next);
    return {
      character: meanOf(characters),
      characterFirst: characters[0] ?? 0,
      characterLast: characters.at(-1) ?? 0,
      next: meanOf(nexts),
      nextFirst: nexts[0] ?? 0,
      nextLast: nexts.at(-1) ?? 0,
      kind: meanOf(byLayer(run, kind)),
      inLine: meanOf(byLayer(run, inLine)),
      inRow: meanOf(byLayer(run, inRow)),
      byChance: explained(run, character).at(-1) ?? 0,
      inRowByChance: explained(run, inRow).at(-1) ?? 0,
      strongest: largest(run.probes.kinds?.data),
      closest: closest(run),
    };
  },
  strip: [
    { finding: 'character', label: 'told by the character', format: 'percent' },
    { finding: 'kind', label: 'told by the kind of line', format: 'percent' },
  ],
  recorded: {
    default: { settings: {}, model: { lab: 'settle', eachSeed: true }, seeds: 5 },
    untrained: { settings: {}, seeds: 5 },
  },
} satisfies LabDescription as LabDescription;

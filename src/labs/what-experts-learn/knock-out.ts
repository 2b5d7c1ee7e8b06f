/** One expert of a trained model after another is switched off: which text breaks. Station 11. */
import { some, value } from '../../lab/format';
import { listOf } from '../../lab/run';
import { median } from '../../lab/seeds';
import type { LabDescription, RunData } from '../../lab/types';
import { heat } from '../../views/heat';
import { panelsOf } from '../../views/probes';
import { expertName, signed, switchboard, worstCell } from '../../views/switchboard';

const kindsOf = (run: RunData) => listOf<string>(run, 'kinds');

/** Rise of the loss on the whole text without each expert that was switched off so far. */
function rises(run: RunData): number[] {
  const kinds = kindsOf(run).length;
  const all = panelsOf(run, 'harm').flatMap((rows) => rows[kinds] ?? []);
  return run.step >= lastStep ? all : all.slice(0, Math.ceil((run.step * all.length) / lastStep));
}

const lastStep = 24;

/** Of an expert's harm to all kinds together, the share that its most hurt kind bears; the median expert's. */
function concentration(run: RunData): number {
  const kinds = kindsOf(run).length;
  const shares = panelsOf(run, 'harm').flatMap((rows) =>
    (rows[0] ?? []).map((_, expert) => {
      const own = rows.slice(0, kinds).map((row) => Math.max(0, row[expert]));
      return Math.max(...own) / (own.reduce((sum, x) => sum + x, 0) || 1);
    }),
  );
  return shares.length ? median(shares) : 0;
}

export default {
  name: 'knock-out',
  experiment: 'knock-out',
  title(run, { medianRise }) {
    const worst = worstCell(run);
    if (!worst || !run.steps.length) return 'A trained model with all its experts on';
    return `Without ${expertName(run, worst.layer, worst.expert)}, the loss on ${kindsOf(run)[worst.kind]} rises by ${value(worst.rise)} nats a character; losing the median expert costs ${value(medianRise)} on the whole text`;
  },
  caption:
    'In a trained model, one expert after another is switched off, and the loss on unseen rows of each kind is measured without it. The table shows by how much it rises. Then it is your turn: switch off one expert or several, and read what the model writes.',
  controls: { knockOut: {} },
  views: [
    {
      view: heat({
        name: 'harm',
        probe: 'harm',
        rows: { label: 'kind', names: { fact: 'rows' } },
        columns: { label: 'expert', names: 'experts' },
        panels: { fact: 'panels' },
        quantity: 'rise of the loss',
        say: (x) => (Math.abs(x) < 0.005 ? '0' : signed(x)),
        least: 420,
        aspect: 0.7,
        narrowAspect: 2.2,
      }),
      label: 'Rise of the loss without the expert, nats per character',
    },
    { view: switchboard, label: 'Switch experts off' },
  ],
  lastStep,
  describe(run, { medianRise, most, worst }) {
    if (!run.steps.length) return 'No expert has been switched off yet.';
    return `${some(rises(run).length, 'expert')} switched off in turn. Losing the median one costs ${value(medianRise)} nats a character, losing the most needed one ${value(most)}; a single kind of line loses up to ${value(worst)}.`;
  },
  findings(run) {
    const all = rises(run);
    const base = Array.from(run.probes.base?.data ?? []);
    return {
      medianRise: all.length ? median(all) : 0,
      most: Math.max(0, ...all),
      least: all.length ? Math.min(...all) : 0,
      worst: worstCell(run)?.rise ?? 0,
      concentration: concentration(run),
      loss: base.at(-1) ?? 0,
    };
  },
  strip: [
    { finding: 'worst', label: 'most that a kind loses without one expert', unit: 'nats' },
    { finding: 'medianRise', label: 'lost without the median expert', unit: 'nats' },
  ],
  nameRun: (run) => String(run.settings.knockOut),
  recorded: {
    default: { settings: {}, model: { lab: 'settle', eachSeed: true }, seeds: 5 },
    rescaled: {
      settings: { knockOut: 'rescale' },
      model: { lab: 'settle', eachSeed: true },
      seeds: 5,
    },
    rerouted: {
      settings: { knockOut: 'reroute' },
      model: { lab: 'settle', eachSeed: true },
      seeds: 5,
    },
  },
} satisfies LabDescription as LabDescription;

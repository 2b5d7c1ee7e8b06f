/** What attention may keep of a token, and what it can then answer: station 13. */
import { count, percent, plain, value } from '../../lab/format';
import type { Findings, LabDescription, PlannedLane, RunData } from '../../lab/types';
import type { Settings } from '../../model/experiments/types';
import { scatter } from '../../views/scatter';

const lastStep = 800;

const byHead = (name: string, keyValueHeads: number): PlannedLane => ({
  name: name.toLowerCase(),
  label: name,
  settings: { attention: 'heads', keyValueHeads },
});

const latent = (width: number): PlannedLane => ({
  name: `latent${width}`,
  label: `latent ${width}`,
  settings: { attention: 'latent', latentWidth: width },
});

/** The reader's own first: it is what a change of a control changes. */
const lanes = ({ latentWidth, rotaryWidth }: Settings): PlannedLane[] => [
  {
    name: 'yours',
    label: `${plain(Number(latentWidth))} + ${plain(Number(rotaryWidth))}`,
    settings: { attention: 'latent-rotary' },
  },
  byHead('MHA', 4),
  byHead('GQA', 2),
  byHead('MQA', 1),
  ...[4, 6, 8, 12, 16].map(latent),
];

/** Of each lane that has ended: bytes kept of a token, loss and share right on fresh rows. */
function endsOf(run: RunData) {
  return (run.lanes ?? [])
    .filter((lane) => lane.step >= lastStep && lane.probes.fresh)
    .map(({ name, label, facts, probes }) => ({
      name,
      label,
      bytes: Number(facts?.bytesPerToken),
      loss: probes.fresh.data[0],
      right: probes.fresh.data[1],
    }));
}

const bytes = (n: number) => `${plain(n)} bytes`;

export default {
  name: 'recall',
  experiment: 'recall',
  plan: { kind: 'sweep', lanes, lastStep },
  title(run, found) {
    const ends = endsOf(run).sort((a, b) => a.bytes - b.bytes);
    const [least, most] = [ends[0], ends.at(-1)];
    if (!least || !most || least === most) return 'Nine kinds of attention, not yet trained';
    if (ends.length < 9)
      return `With ${bytes(least.bytes)} a token, ${percent(least.right)} are right so far, with ${bytes(most.bytes)} ${percent(most.right)}`;
    return `With a latent of 16 bytes a token, ${percent(found.right_latent4)} are right, with 32 bytes ${percent(found.right_latent8)}, with 64 bytes ${percent(found.right_latent16)}; with the 256 bytes of MHA, ${percent(found.right_mha)}`;
  },
  caption:
    'Nine models from one seed answer questions about eight items that they have read; they differ in what attention keeps of a token. The bytes are those of the arrays that the layer keeps. The loss is on fresh rows; guessing a value costs ln 8. The first model is yours: you set the widths of its latent and its rotary key below.',
  controls: {
    latentWidth: { min: 2, max: 16, step: 2, default: 4 },
    rotaryWidth: { max: 8 },
    attributes: {},
    learningRate: {},
  },
  fixed: { attention: 'latent-rotary', keyValueHeads: 4, rateSteps: lastStep },
  views: [
    {
      view: scatter({
        name: 'loss-by-bytes',
        x: { of: { fact: 'bytesPerToken' }, label: 'bytes kept of a token', scale: 'log' },
        y: { of: { probe: 'fresh' }, label: 'loss on fresh rows, nats a question', scale: 'log' },
        lines: 'attention',
        rules: () => [{ at: Math.log(8), words: 'ln 8: guessing a value' }],
      }),
    },
  ],
  lastStep,
  describe(run) {
    const ends = endsOf(run);
    if (!ends.length) return 'Nothing trained yet.';
    const words = ends.map(
      ({ label, bytes: kept, loss, right }) =>
        `${label} ${bytes(kept)}, loss ${value(loss)}, ${percent(right)} right`,
    );
    return `${count(ends.length)} of 9 are trained. ${words.join('; ')}.`;
  },
  findings(run): Findings {
    const ends = endsOf(run);
    if (!ends.length) return {};
    return Object.fromEntries(
      (run.lanes ?? []).flatMap(({ name }) => {
        const end = ends.find((each) => each.name === name);
        return [
          [`loss_${name}`, end?.loss ?? 0],
          [`right_${name}`, end?.right ?? 0],
          [`bytes_${name}`, end?.bytes ?? 0],
        ];
      }),
    );
  },
  strip: [
    { finding: 'right_latent6', label: 'right with a latent of 6, 24 bytes', format: 'percent' },
    { finding: 'right_latent8', label: 'right with a latent of 8, 32 bytes', format: 'percent' },
  ],
  goals: [
    {
      name: 'small',
      words:
        'Yours gets 95 % right and keeps at most 48 bytes of a token, with four attributes of an item.',
      met: (run, _, { right_yours, bytes_yours }) =>
        run.settings.attributes === 4 && right_yours >= 0.95 && bytes_yours <= 48,
    },
  ],
  recorded: {
    default: { settings: {}, seeds: 5 },
  },
} satisfies LabDescription as LabDescription;

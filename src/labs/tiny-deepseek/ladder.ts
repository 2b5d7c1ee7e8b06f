/** The same model with three things taken out, to be put right rung by rung: station 17. */
import type { Findings, LabDescription, RunData } from '../../lab/types';
import { texts } from '../language-model/shared/texts';
import { coinsOf, controls, describe, fixed, lastStep, titleOf, views } from './shared/coins';

const isDone = (run: RunData) => run.step >= lastStep;
const isEven = ({ busiest, idle }: Findings) => busiest < 1.4 && idle === 0;
const isNear = ({ nodes }: Findings) => nodes > 0 && nodes <= 2.05;
/** The sizes of the model with every piece. */
const isSmall = ({ parameters, active, kept }: Findings) =>
  parameters <= 106_000 && active <= 51_000 && kept <= 64;

export default {
  name: 'ladder',
  experiment: 'whole',
  title: titleOf,
  caption:
    'The model of the first lab with three things set differently: nothing keeps the load even, nothing limits the nodes, and of the sixteen numbers that a layer keeps of a character, twelve are for content and four for position.',
  controls: {
    ...controls,
    latentWidth: { ...controls.latentWidth, default: 12 },
    rotaryWidth: { ...controls.rotaryWidth, default: 4 },
    keepsEven: { ...controls.keepsEven, default: 'none' },
    mostGroups: { ...controls.mostGroups, default: 4 },
  },
  fixed,
  views: views.filter(({ view }) => !['written', 'journey'].includes(view.name)),
  presets: texts,
  lastStep,
  describe,
  findings: coinsOf,
  strip: [
    { finding: 'loss', label: 'loss', unit: 'nats' },
    { finding: 'busiest', label: 'busiest expert, times its share' },
  ],
  goals: [
    {
      name: 'even',
      words: 'After 300 steps, no expert idle and none above 1.4 times its share.',
      met: (run, _, found) => isDone(run) && isEven(found),
    },
    {
      name: 'near',
      words: 'The same, and a character visits at most 2.05 nodes.',
      met: (run, _, found) => isDone(run) && isEven(found) && isNear(found),
    },
    {
      name: 'all',
      words:
        'The same, with at most 106,000 numbers, 51,000 of them at work and 64 kept of a character, at least 1.7 characters a pass, and a loss below 1.36.',
      met: (run, _, found) =>
        isDone(run) &&
        isEven(found) &&
        isNear(found) &&
        isSmall(found) &&
        found.perPass >= 1.7 &&
        found.loss < 1.36,
    },
  ],
  recorded: {
    default: { settings: {}, seeds: 3 },
    near: { settings: { keepsEven: 'both', mostGroups: 2 }, seeds: 3 },
  },
} satisfies LabDescription as LabDescription;

/** A model writes with the drafts of its own modules, and every pass is on the tape: station 14. */
import { count, percent, value } from '../../lab/format';
import type { Findings, LabDescription, RunData } from '../../lab/types';
import { expectedTokens } from '../../model/decoding/speculative';
import { against } from '../../views/against';
import { curves } from '../../views/curves';
import { draftTape, tapeCount } from '../../views/draft-tape';
import { texts } from '../language-model/shared/texts';
import {
  asUsual,
  countedOf,
  firstAccepted,
  judgedOf,
  secondsPerToken,
  tokensPerPass,
} from './shared/answers';

/** As many as there may be modules. */
const mostDrafts = [0, 1, 2, 3];

/** As often as the plain writing is fast: by how much drafts speed it up, or slow it down. */
const speedOf = (run: RunData): number[] => {
  const all = countedOf(run);
  return all.map((each) => secondsPerToken(all[0]) / secondsPerToken(each));
};

export default {
  name: 'tape',
  experiment: 'foreteller',
  title(run, { perPass, accepted, judgedDrafts }) {
    const { passes } = tapeCount(run);
    if (!passes) return 'A model that has written nothing yet';
    if (!judgedDrafts) return 'Without drafts, each pass writes one character';
    return `${value(perPass)} characters a pass: ${percent(accepted)} of the drafts that the model judged were accepted`;
  },
  caption:
    'A model of two layers reads the yard’s lines, and now and then it continues three beginnings, shown in grey. Modules draft; in one pass the model judges the drafts and adds a character of its own: that is one wagon. Point at a character, or walk with the arrow keys, to see why its draft was accepted or not.',
  controls: {
    foretells: {},
    further: {},
    drafts: { default: 2 },
    writingTemperature: {},
    furtherWeight: {},
    modelLayers: { max: 8 },
    learningRate: { default: 0.02 },
  },
  fixed: { ...asUsual, shaped: true, rateSteps: 300 },
  views: [
    { view: draftTape },
    {
      view: against({
        name: 'tokens-per-pass',
        reads: { answers: ['counted'] },
        x: { label: 'drafts for each pass', ticks: mostDrafts },
        y: { label: 'characters a pass; times as fast' },
        lines(run) {
          const all = countedOf(run);
          const at = all.map(({ drafts }) => drafts);
          const alpha = all[1] ? firstAccepted(all[1]) : Number.NaN;
          return [
            { name: 'characters a pass', at, values: all.map(tokensPerPass) },
            {
              name: 'by the formula',
              at: mostDrafts,
              values: mostDrafts.map((drafts) => expectedTokens(alpha, drafts)),
            },
            { name: 'times as fast', at, values: speedOf(run) },
          ];
        },
        rules: () => [{ at: 1, words: 'without drafts' }],
        aspect: 0.5,
      }),
      label: 'Passes, and seconds on this device',
      size: 'half',
    },
    {
      view: curves({
        name: 'acceptance',
        of: { metric: 'acceptance', names: ['draft 1', 'draft 2', 'draft 3'] },
        label: 'share of drafts that would be accepted',
        scale: 'linear',
        say: percent,
        aspect: 0.5,
      }),
      label: 'While it learns',
      size: 'half',
    },
  ],
  presets: texts,
  asks: {
    tape: {
      act: 'tape',
      every: 5000,
      with: ({ drafts, writingTemperature }) => ({
        drafts,
        temperature: writingTemperature,
        texts: 3,
        count: 48,
      }),
    },
    judged: { act: 'judge', every: 8000 },
    counted: {
      act: 'count',
      every: 30_000,
      with: ({ further, writingTemperature }) => ({
        drafts: further,
        temperature: writingTemperature,
        texts: 8,
        count: 40,
      }),
    },
  },
  model: 'foreteller',
  lastStep: 300,
  describe(run, { perPass, speed, fresh }) {
    const { passes, judged } = tapeCount(run);
    if (!passes) return 'Nothing written yet.';
    const fast = judged
      ? ` With as many drafts, writing is ${value(speed)} times as fast as without on this device.`
      : '';
    return `${count(run.step)} steps; ${value(fresh)} nats a character on fresh lines, ${value(perPass)} characters a pass on the tape.${fast}`;
  },
  findings(run): Findings {
    const { written, passes, judged, accepted } = tapeCount(run);
    const counted = countedOf(run);
    const speeds = speedOf(run);
    const drafts = Math.min(Number(run.settings.drafts ?? 0), counted.length - 1);
    const { main = 0, acceptance = [] } = judgedOf(run) ?? {};
    return {
      perPass: passes ? written / passes : 0,
      accepted: judged ? accepted / judged : 0,
      judgedDrafts: judged,
      fresh: main,
      forced: acceptance[0] ?? 0,
      alpha: counted[1] ? firstAccepted(counted[1]) : 0,
      perPass1: counted[1] ? tokensPerPass(counted[1]) : 0,
      perPass2: counted[2] ? tokensPerPass(counted[2]) : 0,
      formula2: counted[1] ? expectedTokens(firstAccepted(counted[1]), 2) : 0,
      speed1: speeds[1] ?? 0,
      speed2: speeds[2] ?? 0,
      perPassCounted: counted[drafts] ? tokensPerPass(counted[drafts]) : 0,
      speed: speeds[drafts] ?? 1,
    };
  },
  strip: [
    { finding: 'perPass2', label: 'characters a pass, two drafts' },
    { finding: 'speed2', label: 'times as fast, two drafts' },
  ],
  recorded: { default: { settings: {}, seeds: 5 } },
} satisfies LabDescription as LabDescription;

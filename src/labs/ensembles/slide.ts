/** From an ensemble to a gate in one control. Station 03. */
import { plain, value } from '../../lab/format';
import type { LabDescription, RunData } from '../../lab/types';
import { against } from '../../views/against';
import { pointsAndCurves } from '../../views/points-and-curves';
import { balance, isOwn, leftMost, partsOf } from './shared/balance';

const positionsOf = (run: RunData): number[] =>
  Array.isArray(run.facts?.positions) ? run.facts.positions.map(Number) : [];

const movedOf = (run: RunData): number[] => Array.from(run.probes.moved?.data ?? []);

/** The error at a position that nobody trained at. */
const movedTo = (run: RunData, position: number) =>
  movedOf(run)[positionsOf(run).indexOf(position)] ?? Number.NaN;

const positionOf = (run: RunData) => Number(run.settings.position);

const called = (position: number) =>
  position === 0 ? 'the average of all' : position === 1 ? 'the one chosen' : 'the gate’s blend';

export default {
  name: 'slide',
  experiment: 'slide',
  title(run, { blend, averaged }) {
    const position = positionOf(run);
    if (!run.steps.length) return 'Members and a gate, not yet trained';
    if (!Number.isFinite(blend)) return 'The members’ answers have grown beyond all numbers';
    const where = isOwn(run) ? ' at your points' : '';
    const here = `At ${plain(position)} ${called(position)} errs by ${value(blend)}${where}`;
    if (position === 0) return `${here}, and the gate has no say`;
    return `${here}; the plain average of the same members by ${value(averaged)}`;
  },
  caption:
    'Several members and a gate give one answer. Each line is drawn strongly where its member counts most, and the bands below show how much each member counts. Move the slide while they train: at 0 all members count alike, at ½ the gate counts as it is, and at 1 the largest logit takes all. All members run at every position. The last figure shows what the error would be if the slide were moved now, without further training.',
  controls: {
    position: {},
    challenge: {},
    members: { min: 2, max: 8, default: 6 },
    hidden: { label: 'units of a member', default: 3, max: 16 },
    learningRate: {},
  },
  presets: [{ name: 'sample', label: 'points of the task', inputs: () => ({}) }],
  views: [
    {
      view: pointsAndCurves({
        name: 'slide',
        x: { from: -1, to: 1, label: 'x' },
        y: { from: -1.9, to: 1.9, label: 'y' },
        target: { probe: 'truth', name: 'the curve' },
        points: 'seen',
        add: true,
        members: { probe: 'curves', gates: 'weights' },
        answer: { probe: 'answer', name: 'answer' },
      }),
    },
    {
      view: balance('slide-balance', 'the answer'),
      label: 'The identity, with the gate’s weights',
    },
    {
      view: against({
        name: 'moved',
        reads: { probes: ['moved'], facts: ['positions'], metrics: [] },
        x: { label: 'slide', say: plain, ticks: [0, 0.25, 0.5, 0.75, 1] },
        y: { label: 'squared error (log scale)', scale: 'log' },
        lines: (run) => [{ name: 'if moved now', at: positionsOf(run), values: movedOf(run) }],
        mark: (run) => ({ at: positionOf(run), words: 'the slide' }),
        aspect: 0.28,
        narrowAspect: 0.7,
      }),
      label: 'If the slide were moved now, without further training',
    },
  ],
  lastStep: 1500,
  describe: (run, { blend, alike }) =>
    run.steps.length
      ? `The slide is at ${plain(positionOf(run))}. The answer errs by ${value(blend)}, and the plain mean of the members’ errors is ${value(alike)}.`
      : 'Nothing trained yet.',
  findings(run) {
    return {
      ...partsOf(run),
      averaged: movedTo(run, 0),
      gated: movedTo(run, 0.5),
      alike: run.probes.alike?.data[0] ?? Number.NaN,
      leftMost: leftMost(run),
      own: Number(isOwn(run)),
    };
  },
  strip: [{ finding: 'blend', label: 'error of the answer' }],
  goals: [
    {
      name: 'jumps',
      words: 'On the four laws with jumps, the answer errs by less than 0.04.',
      met: (run, _, { blend, own }) =>
        own === 0 && run.settings.challenge === 'jumps' && run.step >= 500 && blend < 0.04,
    },
    {
      name: 'useless',
      words:
        'On the four laws with jumps, the answer errs by less than 0.04, and the plain average of the same members by more than 0.3.',
      met: (run, _, { blend, averaged, own }) =>
        own === 0 &&
        run.settings.challenge === 'jumps' &&
        run.step >= 500 &&
        blend < 0.04 &&
        averaged > 0.3,
    },
  ],
  recorded: {
    default: {},
    quarter: { settings: { position: 0.25 }, seeds: 5 },
    half: { position: 0.5 },
    one: { settings: { position: 1 }, seeds: 5 },
    'noisy-0': { challenge: 'noisy' },
    'noisy-quarter': { settings: { challenge: 'noisy', position: 0.25 }, seeds: 5 },
    'noisy-half': { challenge: 'noisy', position: 0.5 },
    'noisy-one': { settings: { challenge: 'noisy', position: 1 }, seeds: 5 },
    'let-in': {
      settings: { position: 0 },
      lastStep: 3000,
      changes: [{ step: 1500, name: 'position', value: 0.5 }],
      seeds: 5,
    },
  },
} satisfies LabDescription as LabDescription;

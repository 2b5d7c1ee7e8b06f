/** Straight cuts that vote: AdaBoost, a round at a time. Station 03. */
import { count, percent } from '../../lab/format';
import { latest, latestRow } from '../../lab/run';
import type { LabDescription, RunData } from '../../lab/types';
import { curves } from '../../views/curves';
import { decisionMaps } from '../../views/decision-maps';
import { isOwn } from './shared/balance';

const turn = 60;
/** Rounds that are over. */
const roundsOf = (run: RunData) => Math.min(40, Math.floor(run.step / turn));
const memberOf = (run: RunData) => Math.min(40, Math.max(1, Math.ceil(run.step / turn)));

/** Members with a vote: those that were better than chance. */
const votersOf = (run: RunData) =>
  Array.from(run.probes.alphas?.data ?? []).filter((alpha) => alpha > 0).length;

/** Share wrong of the first member alone, on unseen points. */
const firstOf = (run: RunData) => run.probes.alone?.data[0] ?? Number.NaN;

/** A share that may be far below one in a hundred. */
const say = (share: number) => percent(share, share < 0.1 ? 1 : 0);

export default {
  name: 'boosting',
  experiment: 'boosting',
  title(run, { first, vote, strong }) {
    const rounds = roundsOf(run);
    if (rounds < 1) return 'The first weak member is training, and nobody has voted yet';
    const points = isOwn(run) ? ' of your points' : '';
    return `One weak member is wrong on ${say(first)}${points}, the vote after ${count(rounds)} ${rounds === 1 ? 'round' : 'rounds'} on ${say(vote)}, one network of 20 units on ${say(strong)}`;
  },
  caption:
    'A member has few units, one unless you choose more; one unit makes a straight cut. Each member trains for 60 steps. Then the points that it got wrong gain weight (larger dots), and the next member trains on the new weights. The less a member got wrong, the more it counts in the vote; one no better than chance does not count. To the right is one network whose 20 units all learn at once. The shares are of 500 unseen points, or of your own points.',
  controls: {
    shape: { default: 'disc' },
    hidden: { label: 'units of a member', default: 1, max: 3 },
    rows: { label: 'number of points', default: 200, max: 400 },
    noise: { default: 0.05 },
    learningRate: { default: 0.1 },
  },
  presets: [{ name: 'sample', label: 'drawn at random', inputs: () => ({}) }],
  views: [
    {
      view: decisionMaps({
        name: 'votes',
        probe: 'maps',
        right: 'right',
        points: 'seen',
        weights: 'weights',
        names: (run) => [
          `member ${count(memberOf(run))}`,
          `vote, round ${count(roundsOf(run))}`,
          '20 units at once',
        ],
      }),
    },
    {
      view: curves({
        name: 'boosting-errors',
        of: [
          { metric: 'bound', name: 'bound, training' },
          { metric: 'wrong', column: 0, name: 'vote, training' },
          { metric: 'wrong', column: 1, name: 'vote, unseen' },
          { metric: 'wrong', column: 2, name: '20 units, unseen' },
        ],
        label: 'share wrong',
        scale: 'linear',
        say,
        aspect: 0.36,
      }),
      label: 'Share wrong, round by round (60 steps each)',
    },
  ],
  lastStep: 1200,
  describe: (run, { vote, bound, voters }) =>
    run.steps.length
      ? `Rounds: ${count(roundsOf(run))}; members with a vote: ${count(voters)}. The vote is wrong on ${say(vote)} of ${isOwn(run) ? 'your' : 'the unseen'} points, and on at most ${say(bound)} of the points learned from.`
      : 'Nothing trained yet.',
  findings(run) {
    const [training, vote, strong] = latestRow(run, 'wrong');
    return {
      first: firstOf(run),
      training: training ?? Number.NaN,
      vote: vote ?? Number.NaN,
      strong: strong ?? Number.NaN,
      bound: latest(run, 'bound'),
      voters: votersOf(run),
      gain: firstOf(run) - vote,
    };
  },
  strip: [
    { finding: 'vote', label: 'wrong, vote after 20 rounds', format: 'percent' },
    { finding: 'strong', label: 'wrong, 20 units at once', format: 'percent' },
  ],
  goals: [
    {
      name: 'yours',
      words:
        'On ten or more points of your own, the first member gets at least two in ten wrong, and the vote none.',
      met: (run, _, { first, vote }) =>
        isOwn(run) && Number(run.facts?.points) >= 10 && first >= 0.2 && vote === 0,
    },
  ],
  recorded: {
    default: {},
    long: { settings: {}, lastStep: 2400, seeds: 5 },
  },
} satisfies LabDescription as LabDescription;

/** The routes that characters take through a trained model, counted and drawn: station 10. */
import { count, percent } from '../../lab/format';
import { latestRow } from '../../lab/run';
import type { LabDescription } from '../../lab/types';
import { curves } from '../../views/curves';
import { commonest, readOf, routeMap } from '../../views/route-map';

export default {
  name: 'routes',
  experiment: 'routes',
  title(run, { seen, byDice, possible }) {
    if (!run.steps.length) return 'No character has taken any route yet';
    return `${count(seen)} of ${count(possible)} routes are in use; dice would show ${count(byDice)}`;
  },
  caption:
    'A trained model reads 96 rows of 64 characters that it has never seen. In each sparse layer a character gets a set of experts, named by their letters; the sets of all layers are its route. Lines join sets that followed each other; a wider line was taken more often. Dice would give every character any set in any layer.',
  controls: {},
  views: [
    { view: routeMap },
    {
      view: curves({
        name: 'routes-seen',
        of: [
          { metric: 'routes', column: 0, name: 'seen' },
          { metric: 'routes', column: 1, name: 'by dice' },
        ],
        label: 'different routes',
        scale: 'linear',
        say: count,
        share: 0.001,
        stepNoun: 'rows of 64 characters',
      }),
    },
  ],
  lastStep: 96,
  describe(run, { seen, possible, tenCommonest }) {
    if (!run.steps.length) return 'Nothing has been read yet.';
    return `${count(run.step)} rows of 64 characters took ${count(seen)} of ${count(possible)} routes; the ten commonest carried ${percent(tenCommonest)}.`;
  },
  findings(run) {
    const [seen = 0, byDice = 0] = latestRow(run, 'routes');
    const read = readOf(run);
    const all = read ? commonest(read) : [];
    const ten = all.slice(0, 10).reduce((sum, { times }) => sum + times, 0);
    return {
      seen,
      byDice,
      possible: Number(run.facts?.possible ?? 0),
      characters: read?.routes.length ?? 0,
      tenCommonest: ten / Math.max(1, read?.routes.length ?? 0),
    };
  },
  recorded: {
    default: { settings: {}, model: { lab: 'decoder' }, seeds: 1 },
    untrained: { settings: {}, seeds: 5 },
  },
} satisfies LabDescription as LabDescription;

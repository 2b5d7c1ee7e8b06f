/** The free cells on the pages of the library: what their entries have in common, and one of each. */
import type { Entry } from './library';

export interface Tries {
  /** The cell that all others of the page take their names from, and what it is. */
  given?: { words: string; code: string };
  of(entry: Entry): string | undefined;
}

export const tries: Record<string, Tries> = {
  routers: {
    given: {
      words:
        'Tokens for every router below. Change a number and run this cell: whatever you have run below runs again.',
      code: `
const [tokens, dim, experts, topK] = [12, 8, 4, 2];
const key = { seed: 1, counter: tf.scalar(0, 'int32') };
const x = tf.randomNormal([tokens, dim], key, 'x');
const tokenIds = tf.tensor1d(Array.from({ length: tokens }, (_, i) => i % 5), 'int32');`,
    },
    of({ name, contract }) {
      if (name === 'groupLimited')
        return `
groupLimited(softmaxTopK, { groups: 2, limit: 1 }).route({
  x,
  params: softmaxTopK.init(dim, experts, 1),
  topK,
})`;
      if (name === 'routeLogits')
        return `
routeLogits(softmaxTopK, tf.tensor2d([[2, 1, 0, 0], [0, 3, 2, 0]]), { topK })`;
      if (contract !== 'Router') return undefined;
      const one = name === 'switchTop1' || name === 'baseRouter';
      const k = one ? 'topK: 1, // it knows no other' : 'topK,';
      return `
${name}.route({
  x,
  params: ${name}.init(dim, experts, 1),
  ${k}
  experts,
  tokenIds,
  random: key,
})`;
    },
  },

  balancers: {
    given: {
      words:
        'A routing that is not even: the larger skew, the more the first experts are liked. Run this cell after a change, and whatever you have run below runs again.',
      code: `
const [tokens, experts, topK, skew] = [64, 8, 2, 2];
const key = { seed: 1, counter: tf.scalar(0, 'int32') };
const liking = tf.linspace(skew, 0, experts);
const logits = tf.add(tf.randomNormal([tokens, experts], key, 'logits'), liking);
const routing = routeLogits(softmaxTopK, logits, { topK });
const cut = { sequenceLength: 16, devices: 4, deviceLimit: 2 };
load(routing.mask)`,
    },
    of({ name, contract, signatures }) {
      const has = (member: string) => signatures.some((each) => each.name === member);
      if (name === 'zLoss') return '\nzLoss(routing)';
      if (contract !== 'Balancer' || name === 'noBalancer' || name === 'byHand') return undefined;
      if (name === 'smoothLoadLoss')
        return `
// It looks at a router's noise: this one draws some for itself.
smoothLoadLoss.loss(
  noisyTopK.route({ x: logits, params: noisyTopK.init(experts, experts, 1), topK, random: key }),
  topK,
)`;
      if (has('loss'))
        return `
{
  const loss = (z) => ${name}.loss(routeLogits(softmaxTopK, z, { topK }), topK, cut);
  display(loss(logits), 'loss');
  display(tf.grad(loss)(logits), 'its gradient');
}`;
      return `
{
  let bias = tf.zeros([experts]);
  const rows = [];
  for (let step = 0; step < 60; step++) {
    const routed = routeLogits(softmaxTopK, logits, { topK, bias });
    const now = { routing: routed, topK };
    bias = ${name}.update(bias, counts(routed.mask), tf.scalar(0.02), now);
    rows.push({ step, overload: maxVio(load(routed.mask)).dataSync()[0] });
  }
  display(bias, 'bias');
  display(Plot.line(rows, { x: 'step', y: 'overload' }));
}`;
    },
  },

  optimizers: {
    given: {
      words: 'A narrow valley to walk down, the same for every optimizer below.',
      code: `
const steps = 60;
const start = { at: tf.tensor1d([3, 1]) };
const valley = ({ at }) => tf.sum(tf.mul(tf.square(at), [1, 10])); // lowest at 0, 0
const live = { learningRate: 0.05, momentum: 0.9, weightDecay: 0.01 };`,
    },
    of({ name, contract }) {
      if (contract !== 'Optimizer') return undefined;
      return `
{
  let params = start;
  let state = ${name}.init(params);
  const read = ${name}.live.map((name) => [name, tf.scalar(live[name])]);
  const rows = [];
  for (let step = 0; step < steps; step++) {
    const { loss, grads } = lossAndGradients(params, valley);
    rows.push({ step, loss: loss.dataSync()[0] });
    ({ params, state } = ${name}.update(params, grads, state, Object.fromEntries(read)));
  }
  display(params.at, 'where it is');
  display(Plot.plot({ y: { type: 'log' }, marks: [Plot.line(rows, { x: 'step', y: 'loss' })] }));
}`;
    },
  },

  tasks: {
    of({ name, contract }) {
      if (contract !== 'Task') return undefined;
      return `
{
  const [seed, rows] = [1, 8];
  const shape = ${name}.shape();
  const { inputs, targets } = ${name}.sample(seed, rows);
  display(shape, 'shape');
  display(tf.tensor(Array.from(inputs), [rows, shape.inputs]), 'inputs');
  display(Array.from(targets).slice(0, 24), 'targets');
}`;
    },
  },
};

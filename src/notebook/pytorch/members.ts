/** A router and a balancer by name, as a program includes them. */
import { partOf } from './parts';
import type { Filled } from './types';

/**
 * What a line like `#: independent` in a member's file says of it. `independent`: each score is made
 * by itself. `by_identity`: it asks what a token is. `without_weights`: it learns nothing. `draws`:
 * it has a loss of its own. `slots`: it mixes tokens.
 */
const marks = ['independent', 'by_identity', 'without_weights', 'draws', 'slots'];

/**
 * `#+ router` and `#+ balancer`, and what of them a program may ask: the router's marks, `balances`
 * (there is a loss), `biased` (a selection bias moves).
 */
export function mixtureOf(
  router: string,
  balancer: string,
): Required<Pick<Filled, 'flags' | 'includes'>> {
  const [routing, balancing] = [partOf('routers', router), partOf('balancing', balancer)];
  const balances = /^def balance_loss\(/m.test(balancing);
  const biased = /^def next_bias\(/m.test(balancing);
  return {
    flags: {
      ...Object.fromEntries(
        marks.map((mark) => [mark, new RegExp(`^#: ${mark}$`, 'm').test(routing)]),
      ),
      balances,
      biased,
    },
    includes: {
      router: withoutMarks(routing),
      balancer: balances || biased ? withoutMarks(balancing) : '',
    },
  };
}

const withoutMarks = (text: string) => text.replace(/^#: .*\n/gm, '');

/** A router and a balancer by name, as a program includes them. */
import { partOf } from './parts';
import type { Filled } from './types';

/** A line `#: independent` in a member's file says something of it that programs ask for. */
const marked = (text: string, mark: string) => new RegExp(`^#: ${mark}$`, 'm').test(text);

/**
 * `#+ router` and `#+ balancer`, and what of them a program may ask: `independent` (each score is
 * made by itself), `balances` (there is a loss), `biased` (a selection bias moves).
 */
export function mixtureOf(
  router: string,
  balancer: string,
): Required<Pick<Filled, 'flags' | 'includes'>> {
  const [routing, balancing] = [partOf('routers', router), partOf('balancing', balancer)];
  const balances = /^def balance_loss\(/m.test(balancing);
  const biased = /^def next_bias\(/m.test(balancing);
  return {
    flags: { independent: marked(routing, 'independent'), balances, biased },
    includes: {
      router: withoutMarks(routing),
      balancer: balances || biased ? withoutMarks(balancing) : '',
    },
  };
}

const withoutMarks = (text: string) => text.replace(/^#: .*\n/gm, '');

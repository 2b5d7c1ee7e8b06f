/** The price of balance: task loss and worst overload, each against the balance strength α. */
import { sweepOf } from './sweep';

export const balancePrice = sweepOf({
  name: 'balance-price',
  over: 'strengths',
  label: 'balance strength α (log scale; 0 is no balancing)',
  maybe: ['chanceMaxVio'],
  panels: [
    { metric: 'taskLoss', label: 'task loss (log scale)', scale: 'log' },
    {
      metric: 'maxVio',
      label: 'MaxVio: how far the busiest is above its fair share',
      scale: 'linear',
      rule: ({ facts }) =>
        facts?.chanceMaxVio === undefined
          ? undefined
          : { at: Number(facts.chanceMaxVio), words: 'choices at random', side: 'left' },
    },
  ],
});

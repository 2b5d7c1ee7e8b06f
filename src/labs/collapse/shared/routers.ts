/** The routers that the balance chapter speaks of; the library has more. */
export const routerChoices = [
  { value: 'softmax-top-k', label: 'gates: the scores' },
  { value: 'softmax-top-k-renormalised', label: 'gates: divided by their sum' },
  { value: 'random', label: 'choose at random' },
];

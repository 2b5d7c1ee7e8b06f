/** The balancers that the balance chapter explains, in its order; the library has more. */
export const balancerChoices = [
  { value: 'none', label: 'none' },
  { value: 'importance', label: 'importance loss' },
  { value: 'switch', label: 'Switch loss' },
  { value: 'bias', label: 'selection bias' },
];

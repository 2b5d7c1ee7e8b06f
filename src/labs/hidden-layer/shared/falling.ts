/** The learning rate's schedule as station 01 speaks of it: constant unless the reader says so. */
export const falling = {
  label: 'learning rate falls to 0 by step',
  help: 'Along half a cosine; at 0 the learning rate stays as it is.',
  default: 0,
} as const;

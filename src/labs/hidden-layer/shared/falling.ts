/** The learning rate's schedule as station 01 speaks of it: constant unless the reader says so. */
export const falling = {
  label: 'rate falls to 0 by step',
  help: 'The learning rate falls along half a cosine; at 0 it stays as it is.',
  default: 0,
} as const;

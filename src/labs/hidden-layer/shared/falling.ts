/** The learning rate's schedule as station 01 speaks of it: constant unless the reader says so. */
export const falling = {
  label: 'learning rate falls to 0 by step',
  help: 'The learning rate falls to 0 along half a cosine wave and gets there at this step. With 0 here it stays constant.',
  default: 0,
} as const;

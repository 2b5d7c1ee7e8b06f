/**
 * The texts of the library, in one file: a hundred of them are looked at before the first edit
 * runs, and a hundred requests would keep a reader waiting.
 */
export const texts = import.meta.glob<string>('../model/**/*.ts', {
  eager: true,
  query: '?raw',
  import: 'default',
});

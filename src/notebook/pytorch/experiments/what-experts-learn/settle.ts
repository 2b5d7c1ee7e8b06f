/** The decoder of station 10, trained longer. */
export { default } from '../language-model/decoder';

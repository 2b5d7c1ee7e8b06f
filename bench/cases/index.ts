/** All cases, in the order of the tables. Adding one is adding its file and its line here. */
import classifier4 from './classifier-4';
import classifier8 from './classifier-8';
import classifier16 from './classifier-16';
import classifier32 from './classifier-32';
import classifier64 from './classifier-64';
import classifierSmall from './classifier-small';
import fit from './fit';
import transformerHeads from './transformer-mha';
import transformerLatent from './transformer-mla';
import type { Case } from './types';

export const cases: Case[] = [
  classifier8,
  classifierSmall,
  fit,
  transformerHeads,
  transformerLatent,
  classifier4,
  classifier16,
  classifier32,
  classifier64,
];

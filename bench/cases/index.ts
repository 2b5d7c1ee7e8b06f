/** All cases, in the order of the tables. Adding one is adding its file and its line here. */
import classifier4 from './classifier-4';
import classifier8 from './classifier-8';
import classifier16 from './classifier-16';
import classifier32 from './classifier-32';
import classifier64 from './classifier-64';
import classifierSmall from './classifier-small';
import classifierWide from './classifier-wide';
import decoder from './decoder';
import fit from './fit';
import transformerHeads from './transformer-mha';
import transformerLatent from './transformer-mla';
import transformerWide from './transformer-wide';
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

/** Of real size: for `bench -- pack` and `occupancy` only; a software adapter takes minutes. */
export const ofRealSize: Case[] = [classifierWide, transformerWide, decoder];

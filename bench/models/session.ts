/** A case as a session of the engine, built from the model library. */
import type { Session } from '../../src/model/experiments/types';
import type { Case, Values } from '../cases/types';
import * as classifier from './classifier/ours';
import * as decoder from './decoder/ours';
import * as fit from './fit/ours';
import * as transformer from './transformer/ours';

export function sessionOf(chosen: Case, values: Values): Session {
  switch (chosen.model) {
    case 'classifier':
      return classifier.session(chosen.config, values);
    case 'transformer':
      return transformer.session(chosen.config, values);
    case 'decoder':
      return decoder.session(chosen.config, values);
    case 'fit':
      return fit.session(chosen.config, values);
  }
}

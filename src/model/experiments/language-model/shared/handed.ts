/** A trained decoder that a lab is handed, to look at rather than to train. */
import {
  configOf,
  type Decoder,
  disposeDecoder,
  fromModel,
  house,
} from '../../../networks/decoder';
import * as transformer from '../../../networks/transformer';
import * as yard from '../../../tasks/yard';
import type { Inputs } from '../../types';

/** The model handed in, or one that has learned nothing. Throws a sentence where there are no routes. */
export function decoderOf({ model }: Inputs, seed: number): Decoder {
  if (!(model && 'model' in model)) {
    const shape = { ...house, words: yard.characters, seed };
    const config = configOf(shape);
    const biases = Array.from({ length: config.layers }, () => undefined);
    return { shape, config, params: transformer.init(config, seed), biases };
  }
  const decoder = fromModel(model.model);
  const { experts, words } = decoder.shape;
  if (experts > 0 && words.join('') === yard.characters.join('')) return decoder;
  disposeDecoder(decoder);
  throw new Error(
    experts > 0
      ? 'This model reads another text than the yard’s lines, which are read here; choose one that was trained on them.'
      : 'This model is dense: there is only one way through it. Choose one with experts.',
  );
}

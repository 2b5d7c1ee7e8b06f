/**
 * The image encoder of Llama 4: a transformer over patches, an adapter that merges neighbours,
 * and a projection to the language model. Counted so that a total can be compared with the
 * published one; a token of text does not meet it.
 */
import type { Fields } from './fields';

/** All parameters, with biases, norms and positions, for a language model of width `dim`. */
export function imageEncoderParameters(config: Fields, dim: number): number {
  const width = config.count('hidden_size');
  const hidden = config.count('intermediate_size');
  const patch = config.count('patch_size');
  const side = config.count('image_size');
  if (side % patch !== 0)
    throw new Error(
      `"image_size" (${side}) of ${config.name} must be a multiple of "patch_size" (${patch}).`,
    );
  const patches = (side / patch) ** 2;
  const output = config.count('projector_output_dim');

  const embedding = config.count('num_channels') * patch ** 2 * width + width; // and a class token
  const positions = (patches + 1) * width;
  const norms = 2 * 2 * width; // before and behind the blocks: scale and shift
  const attention = 4 * (width * width + width);
  const network = 2 * width * hidden + hidden + width;
  const block = attention + network + 2 * 2 * width;
  // Four neighbouring patches become one vector of four times the width: `hidden` wide.
  const adapter =
    hidden * config.count('projector_input_dim') + config.count('projector_input_dim') * output;
  const projection = config.count('vision_output_dim') * dim;
  return (
    embedding + positions + norms + config.count('num_hidden_layers') * block + adapter + projection
  );
}

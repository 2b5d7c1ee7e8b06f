/** A released model's config.json, as the Hugging Face hub keeps it. */
import { knownFamilies, readConfig } from '../../model/accounting/read-config';
import type { Plain } from '../../model/experiments/types';
import { count } from '../format';
import type { Kind } from './types';

type Configuration = { configuration: Plain };

const most = 100_000;

function checked(text: string): Configuration {
  if (text.length > most)
    throw new Error(
      `There are ${count(text.length)} characters; a configuration has at most ${count(most)}.`,
    );
  let configuration: Plain;
  try {
    configuration = JSON.parse(text);
  } catch (error) {
    throw new Error(
      `This is not JSON, which a config.json is: ${(error as Error).message.replace(/\.$/, '')}.`,
    );
  }
  readConfig(configuration);
  return { configuration };
}

export default {
  kind: 'configuration',
  own: 'your configuration',
  help: `The config.json of a model whose model_type is ${knownFamilies.join(', ')}.`,
  write: ({ configuration }) => JSON.stringify(configuration, null, 2),
  read: checked,
  encode: ({ configuration }) => JSON.stringify(configuration),
  decode: checked,
  say({ configuration }) {
    const { model_type: family } = configuration as { model_type: string };
    return `a configuration of type ${family}`;
  },
} satisfies Kind<Configuration> as Kind<Configuration>;

/** The engine's worker: owns the device, so that the page only draws. */
import type { Experiment } from '../model/types';
import { serve } from './serve';

const experiments = import.meta.glob<{ default: Experiment }>('../model/experiments/*.ts');

async function experiment(name: string): Promise<Experiment> {
  const load = experiments[`../model/experiments/${name}.ts`];
  if (!load) {
    const known = Object.keys(experiments).map((path) => path.split('/').at(-1)!.slice(0, -3));
    throw new Error(`No experiment is called ${name}; there are ${known.join(', ')}.`);
  }
  return (await load()).default;
}

serve(experiment);

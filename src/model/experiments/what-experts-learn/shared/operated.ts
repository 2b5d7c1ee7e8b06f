/** A trained decoder with its routers changed, and what it writes then. */
import { uniforms } from '../../../../tensor/random';
import { write } from '../../../decoding/write';
import type { Decoder } from '../../../networks/decoder';
import * as yard from '../../../tasks/yard';
import type { Router } from '../../../types';

/** The decoder with the routers of its sparse layers wrapped; `layer` counts these from 0. */
export function operated(
  decoder: Decoder,
  layers: number[],
  wrap: (router: Router, layer: number) => Router,
): Decoder {
  const { router } = decoder.config.moe!;
  const routers = Array.from({ length: decoder.config.layers }, (_, layer) =>
    layers.includes(layer) ? wrap(router, layers.indexOf(layer)) : undefined,
  );
  return { ...decoder, routers };
}

/** Lines that a decoder writes, and which of them are right; the same dice each time. */
export async function linesOf(decoder: Decoder, texts = 3, count = 48) {
  const start = yard.encode('\n');
  const prompts = Array.from({ length: texts }, () => start);
  const sampling = { temperature: 0.5 };
  const written = await write(decoder, prompts, count, uniforms(1, 'lines'), sampling);
  const whole = written.flatMap((tokens) => yard.decode(tokens).split('\n').slice(1, -1));
  return { lines: whole, right: whole.map((line) => yard.kinds[yard.kindOf(line)].check(line)) };
}

import { describe, it } from 'vitest';
import { routers } from '../../src/model/registry';
import { normal } from '../../src/tensor/random';
import type * as tf from '../../src/tensor/tf';
import reference from '../reference/routers.json';
import { expectClose, useBackend } from './backend';
import { type Case, expectAsInPyTorch, rows, title } from './router-parity';

useBackend();

describe('values and gradients equal PyTorch', () => {
  for (const given of [...reference.cases, ...reference.drawn] as Case[])
    it(title(given), () => expectAsInPyTorch(routers.get(given.router), given));
});

describe('top-k-softmax', () => {
  it('equals softmax, top k, renormalise', async () => {
    const input = {
      x: normal<tf.Rank.R2>([16, 5], 2, 1, 'x'),
      params: routers.get('top-k-softmax').init(5, 6, 2),
      topK: 3,
    };
    const before = routers.get('top-k-softmax').route(input);
    const after = routers.get('softmax-top-k-renormalised').route(input);
    await expectClose(before.gates, await rows(after.gates), 1e-6);
  });
});

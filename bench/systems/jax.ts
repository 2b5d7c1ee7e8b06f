/** jax-js as its users write it: a step of loss, gradient and Adam, compiled by `jit`. */
import {
  blockUntilReady,
  defaultDevice,
  init,
  jit,
  numpy as np,
  tree,
  valueAndGrad,
} from '@jax-js/jax';
import type { Case, Numbers, Values } from '../cases/types';
import * as classifier from '../models/classifier/jax';
import * as decoder from '../models/decoder/jax';
import * as fit from '../models/fit/jax';
import type { Arrays } from '../models/jax-layers';
import * as transformer from '../models/transformer/jax';
import type { System } from './types';

type Trained = { params: Arrays; m: Arrays; v: Arrays; count: np.Array };

export const jax: System = {
  async start(chosen, values, backend) {
    const found = await init(backend);
    if (!found.includes(backend)) throw new Error(`jax-js finds no ${backend} here.`);
    defaultDevice(backend);

    const { params: initial, data: numbers, loss } = modelOf(chosen, values);
    const params = arraysOf(initial);
    const data = arraysOf(numbers);
    const zeros = () =>
      Object.fromEntries(
        Object.entries(initial).map(([name, { shape }]) => [name, np.zeros(shape)]),
      );
    const step = jit((now: Trained, data: Arrays) => adam(loss, now, data, chosen.learningRate));
    let now: Trained = { params, m: zeros(), v: zeros(), count: np.array(0) };
    return {
      note: 'jit',
      async run(count, which) {
        const losses: np.Array[] = [];
        for (let i = 0; i < count; i++) {
          const taken = step(now as never, tree.ref(data) as never);
          now = taken.now;
          if (which === 'last') losses.pop()?.dispose();
          losses.push(taken.loss);
        }
        const ready = blockUntilReady(now.params);
        const values = await Promise.all(losses.map((value) => value.data()));
        await ready;
        return values.map(([value]) => value);
      },
      close() {
        tree.dispose(now as never);
        tree.dispose(data as never);
        step.dispose();
      },
    };
  },
};

function adam(
  loss: (params: Arrays, data: Arrays) => np.Array,
  { params, m, v, count }: Trained,
  data: Arrays,
  learningRate: number,
): { loss: np.Array; now: Trained } {
  const [value, grads] = valueAndGrad(loss)(
    tree.ref(params) as never,
    data as never,
  ) as unknown as [np.Array, Arrays];
  const steps = count.add(1);
  const correction = (beta: number) =>
    np
      .exp(steps.ref.mul(Math.log(beta)))
      .neg()
      .add(1);
  const [first, second] = [correction(0.9), correction(0.999)];
  const next: Trained = { params: {}, m: {}, v: {}, count: steps };
  for (const name of Object.keys(params)) {
    const mean = m[name].mul(0.9).add(grads[name].ref.mul(0.1));
    const square = v[name].mul(0.999).add(np.square(grads[name]).mul(0.001));
    const size = np.sqrt(square.ref.div(second.ref)).add(1e-8);
    const move = mean.ref.div(first.ref).div(size).mul(learningRate);
    next.params[name] = params[name].sub(move);
    next.m[name] = mean;
    next.v[name] = square;
  }
  first.dispose();
  second.dispose();
  return { loss: value, now: next };
}

const arraysOf = (values: Record<string, Numbers>): Arrays =>
  Object.fromEntries(
    Object.entries(values).map(([name, { data, shape, dtype }]) => [
      name,
      np.array(data.slice() as Float32Array<ArrayBuffer>, { shape, dtype: np[dtype] }),
    ]),
  );

interface Model {
  params: Record<string, Numbers>;
  data: Record<string, Numbers>;
  loss(params: Arrays, data: Arrays): np.Array;
}

function modelOf(chosen: Case, { params, data }: Values): Model {
  switch (chosen.model) {
    case 'classifier':
      return {
        params: classifier.prepared(chosen.config, params),
        data,
        loss: (params, data) => classifier.loss(chosen.config, params, data),
      };
    case 'transformer':
      return {
        params: transformer.prepared(chosen.config, params),
        data: { ...data, ...transformer.tables(chosen.config) },
        loss: (params, data) => transformer.loss(chosen.config, params, data),
      };
    case 'decoder':
      return {
        params,
        data: { ...data, ...transformer.tables(chosen.config) },
        loss: (params, data) => decoder.loss(chosen.config, params, data),
      };
    case 'fit':
      return { params, data, loss: fit.loss };
  }
}

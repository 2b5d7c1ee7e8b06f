/** Attention on WebGPU: an invocation takes a few queries of one head; see kernel.ts. */

import type * as tf from '../../core';
import type { WebGPUBackend } from '../../internals';
import { eachOf, groupsOf64, type Infos, onWebGPU } from '../on-webgpu';
import { runParts } from '../parts';
import { factor, productPart } from '../products/wgsl';
import { runProgram } from '../program';
import { sharesOf } from '../sums';
import { variantOf } from '../variant';
import { type AttentionAttributes, attentionKernel } from './kernel';
import { dots, mixtures, type Rows } from './wgsl';

export function registerAttention(): void {
  onWebGPU(attentionKernel, forward);
  onWebGPU(`${attentionKernel}Gradient`, gradient);
}

/**
 * Queries of one invocation: what it reads of a key then serves them all. Fewer on hardware, where
 * that starts more workgroups.
 */
const mostQueries = 4;

interface Sizes {
  heads: number;
  sequences: number;
  length: number;
  positions: number;
  /** Queries of one invocation, and how many invocations a head takes. */
  each: number;
  blocks: number;
}

function sizesOf(
  backend: WebGPUBackend,
  { query, keys }: Infos,
  { heads }: AttentionAttributes,
): Sizes {
  const [groups, length] = query.shape;
  const most =
    mostQueries / sharesOf(variantOf(backend), (groups * length) / mostQueries, 64, mostQueries);
  const each = Math.min(most, length);
  return {
    heads,
    sequences: groups / heads,
    length,
    positions: keys.shape[1],
    each,
    blocks: Math.ceil(length / each),
  };
}

/** The longest sum: over positions, or over the channels of a dot product. */
const longest = ({ positions }: Sizes, { keys, values, rotaryKey }: Infos) =>
  Math.max(positions, widthOf(keys) + (rotaryKey ? widthOf(rotaryKey) : 0), widthOf(values));

const scaled = (scale: number) => `const SCALE = f32(${scale});`;
const widthOf = ({ shape }: tf.TensorInfo) => shape[shape.length - 1];
const wide = (infos: Infos) => Object.keys(infos).filter((name) => widthOf(infos[name]) % 4 === 0);
const range = (count: number) => Array.from({ length: count }, (_, i) => i);

/**
 * WGSL of where an invocation stands: `head` of all sequences' heads, its first query `first` of
 * `length`, and `end`, the first position that none of its queries looks at.
 */
function standing({ length, positions, each, blocks }: Sizes, causal: boolean): string {
  const end = `min(${positions}u, first + ${positions - length + each}u)`;
  return `let head = index / ${blocks}u;
    let first = index % ${blocks}u * ${each}u;
    let end = ${causal ? end : `${positions}u`};`;
}

/** The rows of a tensor that belong to the invocation's queries. */
const queries = (name: string, info: tf.TensorInfo, { length }: Sizes): Rows => ({
  name,
  width: widthOf(info),
  wide: widthOf(info) % 4 === 0,
  start: (r) => `(head * ${length}u + first + ${r}u) * ${widthOf(info)}u`,
});

/** The rows of keys or values that the invocation's head looks at. */
function lookedAt(name: string, info: tf.TensorInfo, { heads, sequences }: Sizes): Rows {
  const [groups, positions, width] = info.shape;
  const sharing = (heads * sequences) / groups;
  return {
    name,
    width,
    wide: width % 4 === 0,
    start: (j) => `(head / ${sharing}u * ${positions}u + ${j}) * ${width}u`,
  };
}

/** Rows of [sequences · length, heads · width] that belong to the invocation's queries. */
const joined = (name: string, width: number, { heads, length }: Sizes): Rows => ({
  name,
  width,
  wide: width % 4 === 0,
  start: (r) =>
    `((head / ${heads}u * ${length}u + first + ${r}u) * ${heads}u + head % ${heads}u) * ${width}u`,
});

/** WGSL: index of the weight of query `r` at position `j`. */
const weightAt =
  ({ length, positions }: Sizes) =>
  (r: number, j: string) =>
    `(head * ${length}u + first + ${r}u) * ${positions}u + ${j}`;

/** WGSL around what is stored for query `r`, of which the last invocation may have none. */
const stored =
  ({ length, each }: Sizes) =>
  (r: number, statement: string) =>
    length % each === 0 ? statement : `if (first + ${r}u < ${length}u) { ${statement} }`;

/** Statements for each of the positions j … j + 3, those that are not before `end` left out. */
function eachOfFour({ length, positions, each }: Sizes, causal: boolean) {
  const past = positions - length;
  const whole = positions % 4 === 0 && (!causal || (each % 4 === 0 && past % 4 === 0));
  return (statements: (c: number) => string) =>
    range(4)
      .map((c) => `${whole ? '' : `if (j + ${c}u < end) `}{ ${statements(c)} }`)
      .join('\n');
}

function forward(
  backend: WebGPUBackend,
  inputs: Infos,
  attributes: AttentionAttributes,
): tf.TensorInfo[] {
  const { scale, causal } = attributes;
  const sizes = sizesOf(backend, inputs, attributes);
  const { heads, sequences, length, positions, each, blocks } = sizes;
  const { query, keys, values, rotaryQuery, rotaryKey } = inputs;
  const width = widthOf(values);
  const [at, store, rows] = [weightAt(sizes), stored(sizes), range(each)];
  const fourth = eachOfFour(sizes, causal);
  const invocations = sequences * heads * blocks;
  const visible = (r: number) =>
    causal ? `first + ${r + 1 + positions - length}u` : `${positions}u`;
  return runProgram(backend, {
    name: 'attention',
    inputs,
    vectors: wide(inputs),
    outputs: {
      seen: { shape: [sequences * length, heads * width] },
      weights: { shape: [sequences * heads, length, positions] },
    },
    code: eachOf(
      invocations,
      `${standing(sizes, causal)}
      ${rows.map((r) => `var largest${r} = -3.0e38; var sum${r} = 0.0;`).join('\n')}
      for (var j = 0u; j < end; j += 4u) {
        ${dots(each, [
          [queries('query', query, sizes), lookedAt('keys', keys, sizes)],
          ...(rotaryQuery
            ? [
                [
                  queries('rotaryQuery', rotaryQuery, sizes),
                  lookedAt('rotaryKey', rotaryKey, sizes),
                ] as [Rows, Rows],
              ]
            : []),
        ])}
        ${fourth((c) =>
          rows
            .map(
              (
                r,
              ) => `let score${r} = select(-3.0e38, dot${r}[${c}] * SCALE, j + ${c}u < ${visible(r)});
              largest${r} = max(largest${r}, score${r});
              ${store(r, `weights[${at(r, `j + ${c}u`)}] = score${r};`)}`,
            )
            .join('\n'),
        )}
      }
      for (var j = 0u; j < end; j++) {
        ${rows
          .map((r) =>
            store(
              r,
              `let weight${r} = exp(weights[${at(r, 'j')}] - largest${r});
              weights[${at(r, 'j')}] = weight${r};
              sum${r} += weight${r};`,
            ),
          )
          .join('\n')}
      }
      ${rows.map((r) => `let share${r} = 1.0 / sum${r};`).join('\n')}
      for (var j = 0u; j < end; j++) {
        ${rows.map((r) => store(r, `weights[${at(r, 'j')}] *= share${r};`)).join('\n')}
      }
      for (var j = end; j < ${positions}u; j++) {
        ${rows.map((r) => store(r, `weights[${at(r, 'j')}] = 0.0;`)).join('\n')}
      }
      ${mixtures(each, 'weights', at, lookedAt('values', values, sizes), joined('seen', width, sizes), store)}`,
      scaled(scale),
    ),
    chain: longest(sizes, inputs),
    groups: groupsOf64(invocations),
  });
}

/**
 * First, by queries: the gradient of the scores, and with it that of the queries. Then, by keys,
 * products over all queries that look at them.
 */
function gradient(
  backend: WebGPUBackend,
  { dy, weights, ...inputs }: Infos,
  attributes: AttentionAttributes,
): tf.TensorInfo[] {
  const sizes = sizesOf(backend, inputs, attributes);
  const { query, values, rotaryQuery } = inputs;
  const byQueries = gradientByQueries(backend, dy, weights, inputs, attributes);
  const { onScores } = byQueries;
  const byKeys = runParts(backend, [
    keysPart('onKeys', onScores, inputs.keys, { query }, sizes),
    valuesPart(weights, dy, values, sizes),
    ...(rotaryQuery
      ? [keysPart('onRotaryKey', onScores, inputs.rotaryKey, { rotaryQuery }, sizes)]
      : []),
  ]);
  backend.disposeData(onScores.dataId);
  const all: Infos = {
    query: byQueries.onQuery,
    keys: byKeys.onKeys,
    values: byKeys.onValues,
    rotaryQuery: byQueries.onRotaryQuery,
    rotaryKey: byKeys.onRotaryKey,
  };
  return Object.keys(inputs).map((name) => all[name]);
}

function gradientByQueries(
  backend: WebGPUBackend,
  dy: tf.TensorInfo,
  weights: tf.TensorInfo,
  { query, keys, values, rotaryQuery, rotaryKey }: Infos,
  attributes: AttentionAttributes,
): Infos {
  const { scale, causal } = attributes;
  const sizes = sizesOf(backend, { query, keys }, attributes);
  const { heads, sequences, positions, each, blocks } = sizes;
  const [at, store, rows] = [weightAt(sizes), stored(sizes), range(each)];
  const fourth = eachOfFour(sizes, causal);
  const invocations = sequences * heads * blocks;
  const read = { dy, keys, values, ...(rotaryKey && { rotaryKey }) };
  const outputs = {
    onScores: { shape: weights.shape },
    onQuery: { shape: query.shape },
    ...(rotaryQuery && { onRotaryQuery: { shape: rotaryQuery.shape } }),
  };
  const answers = joined('dy', widthOf(values), sizes);
  const results = runProgram(backend, {
    name: 'gradient of attention by queries',
    inputs: { weights, ...read },
    vectors: wide({ keys, values, ...(rotaryKey && { rotaryKey }) }).concat(
      answers.wide ? ['dy'] : [],
    ),
    outputs,
    code: eachOf(
      invocations,
      `${standing(sizes, causal)}
      ${rows.map((r) => `var pull${r} = 0.0;`).join('\n')}
      for (var j = 0u; j < end; j += 4u) {
        ${dots(each, [[answers, lookedAt('values', values, sizes)]])}
        ${fourth((c) =>
          rows
            .map((r) =>
              store(
                r,
                `let part${r} = dot${r}[${c}] * weights[${at(r, `j + ${c}u`)}];
                onScores[${at(r, `j + ${c}u`)}] = part${r};
                pull${r} += part${r};`,
              ),
            )
            .join('\n'),
        )}
      }
      for (var j = 0u; j < end; j++) {
        ${rows
          .map((r) =>
            store(
              r,
              `onScores[${at(r, 'j')}] = SCALE * (onScores[${at(r, 'j')}] - pull${r} * weights[${at(r, 'j')}]);`,
            ),
          )
          .join('\n')}
      }
      for (var j = end; j < ${positions}u; j++) {
        ${rows.map((r) => store(r, `onScores[${at(r, 'j')}] = 0.0;`)).join('\n')}
      }
      ${mixtures(each, 'onScores', at, lookedAt('keys', keys, sizes), queries('onQuery', query, sizes), store)}
      ${
        rotaryQuery
          ? mixtures(
              each,
              'onScores',
              at,
              lookedAt('rotaryKey', rotaryKey, sizes),
              queries('onRotaryQuery', rotaryQuery, sizes),
              store,
            )
          : ''
      }`,
      scaled(scale),
    ),
    chain: longest(sizes, { keys, values, rotaryKey }),
    groups: groupsOf64(invocations),
  });
  return Object.fromEntries(Object.keys(outputs).map((name, i) => [name, results[i]]));
}

/** The gradient of keys: for each of their heads a product over all queries that look at it. */
function keysPart(
  output: string,
  onScores: tf.TensorInfo,
  keys: tf.TensorInfo,
  queries: Infos,
  { heads, sequences, length }: Sizes,
) {
  const [[queryName, query]] = Object.entries(queries);
  const [groups, positions, width] = keys.shape;
  const rows = ((heads * sequences) / groups) * length; // queries of a group, side by side
  return productPart({
    name: `${output}Part`,
    rows: positions,
    columns: width,
    batch: groups,
    terms: [
      [
        factor('onScores', onScores, positions, rows, {
          transposed: true,
          offset: `batch * ${rows * positions}u`,
        }),
        factor(queryName, query, rows, width, { offset: `batch * ${rows * width}u` }),
      ],
    ],
    output: { name: output, shape: keys.shape },
  });
}

/** The gradient of values, likewise; `dy` lies by tokens. */
function valuesPart(
  weights: tf.TensorInfo,
  dy: tf.TensorInfo,
  values: tf.TensorInfo,
  { heads, sequences, length }: Sizes,
) {
  const [groups, positions, width] = values.shape;
  const sharing = (heads * sequences) / groups; // query heads of a group
  const rows = sharing * length;
  const groupsEach = groups / sequences;
  return productPart({
    name: 'onValuesPart',
    rows: positions,
    columns: width,
    batch: groups,
    terms: [
      [
        factor('weights', weights, positions, rows, {
          transposed: true,
          offset: `batch * ${rows * positions}u`,
        }),
        {
          ...factor('dy', dy, rows, width),
          at: (line, place) =>
            `((batch / ${groupsEach}u * ${length}u + ${line} % ${length}u) * ${heads}u + batch % ${groupsEach}u * ${sharing}u + ${line} / ${length}u) * ${width}u + ${place}`,
        },
      ],
    ],
    output: { name: 'onValues', shape: values.shape },
  });
}

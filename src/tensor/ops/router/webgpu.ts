/** The routers of kernel.ts on WebGPU: one invocation a token, whose numbers stay in registers. */

import * as tf from '../../core';
import type { WebGPUBackend } from '../../internals';
import { eachOf, groupsOf64, type Infos, onWebGPU } from '../on-webgpu';
import { runParts } from '../parts';
import { runProgram } from '../program';
import { summed, type Walk } from '../sums';
import { mostRouted, type RouterForm, routerKernel, topKKernel } from './kernel';
import { masked, type Row, rowOf, TAKEN, take, taken } from './wgsl';

export function registerRouter(): void {
  onWebGPU(routerKernel, route);
  onWebGPU(`${routerKernel}Gradient`, gradient);
  onWebGPU(topKKernel, topK);
}

function topK(backend: WebGPUBackend, { scores }: Infos, { k }: { k: number }): tf.TensorInfo[] {
  const [rows, columns] = scores.shape;
  // Long rows, or many of each: every entry counts for itself how many are ahead of it.
  const counting = columns > mostRouted || k > 16;
  const invocations = counting ? rows * columns : rows;
  const row = rowOf(columns);
  return runProgram(backend, {
    name: `top ${k}`,
    inputs: { scores },
    outputs: { mask: { shape: [rows, columns] } },
    vectors: row.wide && !counting ? ['scores', 'mask'] : [],
    code: eachOf(
      invocations,
      counting
        ? `let row = index - index % ${columns}u;
          let own = keyOf(index);
          var ahead = 0u;
          for (var e = row; e < row + ${columns}u; e++) {
            let key = keyOf(e);
            ahead += select(0u, 1u, key > own || (key == own && e < index));
          }
          mask[index] = select(0.0, 1.0, ahead < ${k}u);`
        : `let row = ${row.first};
          var keys : ${row.array};
          ${row.each('keys[e] = scores[row + e];')}
          ${take(k, row)}
          ${row.each(`mask[row + e] = ${masked(row)};`)}`,
      // What is no number is no larger than anything.
      counting
        ? `fn keyOf(i : u32) -> f32 { return select(${TAKEN}, scores[i], scores[i] > ${TAKEN}); }`
        : '',
    ),
    chain: columns,
    groups: groupsOf64(invocations),
  });
}

/** Experts whose logits a token's own invocation sums up, all at once and four to a register. */
const mostAtOnce = 32;

function route(
  backend: WebGPUBackend,
  { logits: given, x, weight, bias, scale }: Infos,
  attributes: { form: RouterForm },
): tf.TensorInfo[] {
  if (given) {
    backend.incRef(given.dataId);
    return [given, ...choice(backend, { given, bias, scale }, attributes)];
  }
  const [dim, experts] = weight.shape;
  if (dim % 4 === 0 && experts % 4 === 0 && experts <= mostAtOnce)
    return choice(backend, { x, weight, bias, scale }, attributes);
  const product = tf.getKernel('BatchMatMul', 'webgpu').kernelFunc({
    inputs: { a: x, b: weight } as never,
    backend,
    attrs: { transposeA: false, transposeB: false },
  }) as tf.TensorInfo;
  return [product, ...choice(backend, { given: product, bias, scale }, attributes)];
}

/** A token's logits: numbers of x one after another, those of the weight by four. */
function ownLogits(dim: number, experts: number) {
  const fours = Array.from({ length: experts / 4 }, (_, i) => i);
  return {
    before: '',
    sums: fours.map((i) => `sum${i}`),
    type: 'vec4f',
    terms: (walk: Walk) => `${walk('0u', `${dim / 4}u`)} {
      let part = x[index * ${dim / 4}u + k];
      ${[0, 1, 2, 3].map((j) => fours.map((i) => `sum${i} += part[${j}] * weight[(k * 4u + ${j}u) * ${experts / 4}u + ${i}u];`).join(' ')).join('\n')}
    }`,
    logits: fours.map((i) => `logit[${i}] = sum${i};`).join(' '),
  };
}

/** Scores, mask and gates; before them the logits, unless they were given. */
function choice(
  backend: WebGPUBackend,
  { given, x, weight, bias, scale }: Infos,
  { form: { scoring, gating, topK: k, by = 'scores' } }: { form: RouterForm },
): tf.TensorInfo[] {
  const [tokens, experts] = given ? given.shape : [x.shape[0], weight.shape[1]];
  const row = rowOf(experts);
  const { type, each, sum } = row;
  const zero = `${type}(0)`;
  const shape = { shape: [tokens, experts] };
  const inputs = { ...(given ? { given } : { x, weight }), ...(bias && { bias }) };
  const outputs = { ...(given ? {} : { logits: shape }), scores: shape, mask: shape, gates: shape };
  const chosen = taken(row);
  // What was not chosen may be larger than the largest chosen one; nobody uses its share.
  const share = gating === 'softmax' ? `exp(min(logit[e] - top, ${zero}))` : 'score[e]';
  const bent = bias ? ` + bias[${bias.shape.length === 2 ? 'row + ' : ''}e]` : '';
  const logits = given ? undefined : ownLogits(x.shape[1], experts);
  const after = `let row = ${row.first};
      var logit : ${row.array};
      ${logits?.logits ?? each('logit[e] = given[row + e];')}
      var score : ${row.array};
      ${
        scoring === 'sigmoid'
          ? each('score[e] = 1.0 / (1.0 + exp(-logit[e]));')
          : `var peaks = logit[0];
            ${each('peaks = max(peaks, logit[e]);')}
            let peak = ${row.largest('peaks')};
            var wholes = ${zero};
            ${each('score[e] = exp(logit[e] - peak); wholes += score[e];')}
            let whole = ${sum('wholes')};
            ${each('score[e] /= whole;')}`
      }
      var keys : ${row.array};
      ${each(`keys[e] = ${by === 'logits' ? 'logit[e]' : `score[e]${bent}`};`)}
      ${take(k, row)}
      ${
        {
          plain: 'let total = 1.0;',
          // A bias may choose experts whose scores all round to 0; then the gates are 0, not NaN.
          normalised: `var totals = ${zero};
            ${each(`totals += select(${zero}, ${share}, ${chosen});`)}
            let total = ${sum('totals')} + 1e-18;`,
          softmax: `var tops = ${type}(${TAKEN});
            ${each(`tops = select(tops, max(tops, logit[e]), ${chosen});`)}
            let top = ${row.largest('tops')};
            var totals = ${zero};
            ${each(`totals += select(${zero}, ${share}, ${chosen});`)}
            let total = ${sum('totals')};`,
        }[gating]
      }
      ${each(`
        let part = ${share} / total${scale ? ' * scale[0]' : ''};
        ${given ? '' : 'logits[row + e] = logit[e];'}
        scores[row + e] = score[e];
        mask[row + e] = ${masked(row)};
        gates[row + e] = select(${zero}, part, ${chosen});`)}`;
  const part = {
    name: 'router',
    inputs: { ...inputs, ...(scale && { scale }) },
    outputs,
    vectors: row.wide ? Object.keys({ ...inputs, ...outputs }) : [],
    invocations: tokens,
    chain: given ? experts : x.shape[1],
    rest: experts,
  };
  const results = runParts(backend, [
    logits
      ? summed(part, { ...logits, after })
      : {
          ...part,
          code: `fn router(index : u32) { if (index >= ${tokens}u) { return; } ${after} }`,
        },
  ]);
  return Object.keys(outputs).map((name) => results[name]);
}

function gradient(
  backend: WebGPUBackend,
  { scores, mask, gates, scale, dLogits, dScores, dGates }: Infos,
  { form: { scoring, gating } }: { form: RouterForm },
): tf.TensorInfo[] {
  const [tokens, experts] = scores.shape;
  const row = rowOf(experts);
  const { type, each, sum } = row;
  const shape = [tokens, experts];
  // Each gate over what it was before the scale, where there is one.
  const onGate = `dGates[row + e]${scale ? ' * scale[0]' : ''}`;
  const throughScores = dScores || (dGates && gating !== 'softmax');
  const inputs = {
    ...(throughScores && { scores }),
    ...(dGates && { mask }),
    ...(dGates && gating === 'softmax' && { gates }),
    ...(dLogits && { dLogits }),
    ...(dScores && { dScores }),
    ...(dGates && { dGates }),
  };
  return runProgram(backend, {
    name: 'gradient of the router',
    inputs: { ...inputs, ...(dGates && scale && { scale }) },
    outputs: { result: { shape } },
    own: { width: experts, of: [...Object.keys(inputs), 'result'] },
    vectors: row.wide ? [...Object.keys(inputs), 'result'] : [],
    code: eachOf(
      tokens,
      `let row = ${row.first};
      var onLogit : ${row.array};
      ${dLogits ? each('onLogit[e] = dLogits[row + e];') : ''}
      ${dGates && gating === 'softmax' ? softmaxBack(row, Boolean(scale)) : ''}
      ${
        throughScores
          ? `var onScore : ${row.array};
            ${dScores ? each('onScore[e] = dScores[row + e];') : ''}
            ${dGates && gating === 'plain' ? each(`onScore[e] += mask[row + e] * ${onGate};`) : ''}
            ${
              dGates && gating === 'normalised'
                ? `var totals = ${type}(0);
                  var means = ${type}(0);
                  ${each(`let kept = scores[row + e] * mask[row + e]; totals += kept; means += kept * ${onGate};`)}
                  let total = ${sum('totals')} + 1e-18;
                  let mean = ${sum('means')} / total;
                  ${each(`onScore[e] += mask[row + e] * (${onGate} - mean) / total;`)}`
                : ''
            }
            ${
              scoring === 'sigmoid'
                ? each(
                    'let score = scores[row + e]; onLogit[e] += onScore[e] * score * (1.0 - score);',
                  )
                : `var wholes = ${type}(0);
                  ${each('wholes += scores[row + e] * onScore[e];')}
                  let whole = ${sum('wholes')};
                  ${each('onLogit[e] += scores[row + e] * (onScore[e] - whole);')}`
            }`
          : ''
      }
      ${each('result[row + e] = onLogit[e];')}`,
    ),
    chain: experts,
    groups: groupsOf64(tokens),
  });
}

/** Gates that are a softmax of the chosen logits. */
function softmaxBack({ type, each, sum }: Row, scaled: boolean): string {
  const gate = `gates[row + e]${scaled ? ' / scale[0]' : ''}`;
  const onGate = `dGates[row + e]${scaled ? ' * scale[0]' : ''}`;
  return `var middles = ${type}(0);
    ${each(`middles += mask[row + e] * ${gate} * ${onGate};`)}
    let middle = ${sum('middles')};
    ${each(`onLogit[e] += mask[row + e] * ${gate} * (${onGate} - middle);`)}`;
}

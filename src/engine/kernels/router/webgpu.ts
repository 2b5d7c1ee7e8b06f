/** The routers of op.ts on WebGPU: one invocation a token, whose numbers stay in registers. */
import * as tf from '../../../model/tf';
import type { WebGPUBackend } from '../../internals';
import { eachOf, groupsOf64, type Infos, onWebGPU } from '../on-webgpu';
import { runProgram } from '../program';
import { mostRouted, type RouterForm, routerKernel, topKKernel } from './op';

export function registerRouter(): void {
  onWebGPU(routerKernel, route);
  onWebGPU(`${routerKernel}Gradient`, gradient);
  onWebGPU(topKKernel, topK);
}

/** Below any score, biased or barred, yet finite: WGSL may assume that infinities never occur. */
const TAKEN = '-3.4e38';

/**
 * WGSL that marks the k largest of what `key` gives for `e`: `chosen` is an array of bool. An
 * entry that compares as nothing (NaN) comes last, in order of index.
 */
const choose = (k: number, columns: number, key: string) => `
  var chosen : array<bool, ${columns}>;
  for (var round = 0u; round < ${k}u; round++) {
    var best = ${columns}u;
    var largest = ${TAKEN};
    for (var e = 0u; e < ${columns}u; e++) {
      let key = ${key};
      if (!chosen[e] && (best == ${columns}u || key > largest)) { best = e; largest = key; }
    }
    chosen[best] = true;
  }`;

function topK(backend: WebGPUBackend, { scores }: Infos, { k }: { k: number }): tf.TensorInfo[] {
  const [rows, columns] = scores.shape;
  // Long rows, or many of each: every entry counts for itself how many are ahead of it.
  const counting = columns > mostRouted || k > 16;
  const invocations = counting ? rows * columns : rows;
  return runProgram(backend, {
    name: `top ${k}`,
    inputs: { scores },
    outputs: { mask: { shape: [rows, columns] } },
    code: eachOf(
      invocations,
      counting
        ? `let row = index - index % ${columns}u;
          let own = scores[index];
          var ahead = 0u;
          for (var e = row; e < row + ${columns}u; e++) {
            ahead += select(0u, 1u, scores[e] > own || (scores[e] == own && e < index));
          }
          mask[index] = select(0.0, 1.0, ahead < ${k}u);`
        : `let row = index * ${columns}u;
          ${choose(k, columns, 'scores[row + e]')}
          for (var e = 0u; e < ${columns}u; e++) { mask[row + e] = select(0.0, 1.0, chosen[e]); }`,
    ),
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

/** WGSL of a token's logits `own`: numbers of x one after another, those of the weight by four. */
function ownLogits(dim: number, experts: number): string {
  const fours = Array.from({ length: experts / 4 }, (_, i) => i);
  return `${fours.map((i) => `var sum${i} = vec4f();`).join(' ')}
    for (var i = 0u; i < ${dim / 4}u; i++) {
      let part = x[index * ${dim / 4}u + i];
      ${[0, 1, 2, 3].map((j) => fours.map((i) => `sum${i} += part[${j}] * weight[(i * 4u + ${j}u) * ${experts / 4}u + ${i}u];`).join(' ')).join('\n')}
    }
    ${fours.map((i) => [0, 1, 2, 3].map((j) => `own[${4 * i + j}] = sum${i}[${j}];`).join(' ')).join('\n')}`;
}

/** Scores, mask and gates; before them the logits, unless they were given. */
function choice(
  backend: WebGPUBackend,
  { given, x, weight, bias, scale }: Infos,
  { form: { scoring, gating, topK: k, by = 'scores' } }: { form: RouterForm },
): tf.TensorInfo[] {
  const [tokens, experts] = given ? given.shape : [x.shape[0], weight.shape[1]];
  const each = (body: string) => `for (var e = 0u; e < ${experts}u; e++) { ${body} }`;
  const shape = { shape: [tokens, experts] };
  return runProgram(backend, {
    name: 'router',
    inputs: {
      ...(given ? { given } : { x, weight }),
      ...(bias && { bias }),
      ...(scale && { scale }),
    },
    outputs: { ...(given ? {} : { logits: shape }), scores: shape, mask: shape, gates: shape },
    code: eachOf(
      tokens,
      `let row = index * ${experts}u;
      var own : array<f32, ${experts}>;
      ${given ? each('own[e] = given[row + e];') : ownLogits(x.shape[1], experts)}
      var score : array<f32, ${experts}>;
      ${
        scoring === 'sigmoid'
          ? each('score[e] = 1.0 / (1.0 + exp(-own[e]));')
          : `var highest = own[0];
            ${each('highest = max(highest, own[e]);')}
            var whole = 0.0;
            ${each('score[e] = exp(own[e] - highest); whole += score[e];')}
            ${each('score[e] /= whole;')}`
      }
      ${choose(
        k,
        experts,
        by === 'logits'
          ? 'own[e]'
          : `score[e]${bias ? ` + bias[${bias.shape.length === 2 ? 'row + ' : ''}e]` : ''}`,
      )}
      var total = ${gating === 'normalised' ? '1e-20' : '0.0'};
      var top = ${TAKEN};
      ${
        {
          plain: 'total = 1.0;',
          // A bias may choose experts whose scores all round to 0; then the gates are 0, not NaN.
          normalised: each('if (chosen[e]) { total += score[e]; }'),
          softmax: `${each('if (chosen[e]) { top = max(top, own[e]); }')}
            ${each('if (chosen[e]) { total += exp(own[e] - top); }')}`,
        }[gating]
      }
      ${each(`
        let part = ${gating === 'softmax' ? 'exp(own[e] - top)' : 'score[e]'} / total${scale ? ' * scale[0]' : ''};
        ${given ? '' : 'logits[row + e] = own[e];'}
        scores[row + e] = score[e];
        mask[row + e] = select(0.0, 1.0, chosen[e]);
        gates[row + e] = select(0.0, part, chosen[e]);`)}`,
    ),
    vectors: given ? [] : ['x', 'weight'],
    groups: groupsOf64(tokens),
  });
}

function gradient(
  backend: WebGPUBackend,
  { scores, mask, gates, scale, dLogits, dScores, dGates }: Infos,
  { form: { scoring, gating } }: { form: RouterForm },
): tf.TensorInfo[] {
  const [tokens, experts] = scores.shape;
  const each = (body: string) => `for (var e = 0u; e < ${experts}u; e++) { ${body} }`;
  // Each gate over what it was before the scale, where there is one.
  const onGate = `dGates[row + e]${scale ? ' * scale[0]' : ''}`;
  const throughScores = dScores || (dGates && gating !== 'softmax');
  return runProgram(backend, {
    name: 'gradient of the router',
    inputs: {
      ...(throughScores && { scores }),
      ...(dGates && { mask }),
      ...(dGates && gating === 'softmax' && { gates }),
      ...(dGates && scale && { scale }),
      ...(dLogits && { dLogits }),
      ...(dScores && { dScores }),
      ...(dGates && { dGates }),
    },
    outputs: { result: { shape: [tokens, experts] } },
    code: eachOf(
      tokens,
      `let row = index * ${experts}u;
      var onLogit : array<f32, ${experts}>;
      ${dLogits ? each('onLogit[e] = dLogits[row + e];') : ''}
      ${dGates && gating === 'softmax' ? softmaxBack(each, Boolean(scale)) : ''}
      ${
        throughScores
          ? `var onScore : array<f32, ${experts}>;
            ${dScores ? each('onScore[e] = dScores[row + e];') : ''}
            ${dGates && gating === 'plain' ? each(`onScore[e] += mask[row + e] * ${onGate};`) : ''}
            ${
              dGates && gating === 'normalised'
                ? `var total = 1e-20;
                  var mean = 0.0;
                  ${each(`let kept = scores[row + e] * mask[row + e]; total += kept; mean += kept * ${onGate};`)}
                  mean /= total;
                  ${each(`onScore[e] += mask[row + e] * (${onGate} - mean) / total;`)}`
                : ''
            }
            ${
              scoring === 'sigmoid'
                ? each(
                    'let score = scores[row + e]; onLogit[e] += onScore[e] * score * (1.0 - score);',
                  )
                : `var whole = 0.0;
                  ${each('whole += scores[row + e] * onScore[e];')}
                  ${each('onLogit[e] += scores[row + e] * (onScore[e] - whole);')}`
            }`
          : ''
      }
      ${each('result[row + e] = onLogit[e];')}`,
    ),
    groups: groupsOf64(tokens),
  });
}

/** Gates that are a softmax of the chosen logits. */
const softmaxBack = (each: (body: string) => string, scaled: boolean) => {
  const gate = `gates[row + e]${scaled ? ' / scale[0]' : ''}`;
  const onGate = `dGates[row + e]${scaled ? ' * scale[0]' : ''}`;
  return `var middle = 0.0;
    ${each(`middle += mask[row + e] * ${gate} * ${onGate};`)}
    ${each(`onLogit[e] += mask[row + e] * ${gate} * (${onGate} - middle);`)}`;
};

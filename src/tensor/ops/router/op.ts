/**
 * Routers that score experts and keep the k best: scores, choice and gates of a batch in one
 * command, their gradient in another. What they compute is defined by the members of model/routers.
 */
import type * as tf from '../../core';
import { webgpuBackend } from '../../internals';
import { differentiables, runKernel } from '../differentiable';
import { hasKernel } from '../program';
import { mostRouted, type RouterForm, routerKernel } from './kernel';
import { checkChoice } from './top-k';

export interface Scored {
  logits: tf.Tensor2D;
  scores: tf.Tensor2D;
  mask: tf.Tensor2D;
  gates: tf.Tensor2D;
}

/** Where the logits come from: given, or a product of x [tokens, dim] and weight [dim, experts]. */
export type RouterSource = { logits: tf.Tensor2D } | { x: tf.Tensor2D; weight: tf.Tensor };

/**
 * The routing of a batch, all [tokens, experts], or undefined where the backend now current has no
 * kernel for so many experts; `source` is asked for only where it has. `bias` [experts] or
 * [tokens, experts] is added where experts are chosen, `scale` (a scalar) multiplies the gates;
 * neither gets a gradient. Between equal entries the lower index wins. Throws if topK is not
 * between 1 and the experts.
 */
export function routeByScores(
  form: RouterForm,
  experts: number,
  source: () => RouterSource,
  bias?: tf.Tensor,
  scale?: tf.Tensor,
): Scored | undefined {
  checkChoice(form.topK, experts);
  if (experts > mostRouted || !hasKernel(routerKernel)) return undefined;
  const given = source();
  const inputs: Record<string, tf.Tensor> = { ...given };
  const [logits, scores, mask, gates] = differentiables({
    inputs,
    forward(save) {
      const results = runKernel(
        routerKernel,
        { ...inputs, ...(bias && { bias }), ...(scale && { scale }) },
        { form },
      );
      save([...Object.values(inputs), ...results.slice(1), ...(scale ? [scale] : [])]);
      return results;
    },
    backward(dys, saved): Record<string, () => tf.Tensor> {
      const [scores, mask, gates, scale] = saved.slice(Object.keys(inputs).length);
      const [dLogits, dScores, , dGates] = dys;
      const present = Object.entries({ dLogits, dScores, dGates }).filter(([, dy]) => !absent(dy));
      const [onLogits] = runKernel(
        `${routerKernel}Gradient`,
        { scores, mask, gates, ...(scale && { scale }), ...Object.fromEntries(present) },
        { form },
      );
      if ('logits' in given) return { logits: () => onLogits };
      const [x, weight] = saved;
      const product = (a: tf.Tensor, b: tf.Tensor, transposeA: boolean) =>
        runKernel('BatchMatMul', { a, b }, { transposeA, transposeB: !transposeA })[0];
      return {
        x: () => product(onLogits, weight, false),
        weight: () => product(x, onLogits, true),
      };
    },
  }) as tf.Tensor2D[];
  return { logits, scores, mask, gates };
}

/**
 * True for the gradient of a result that nothing depends on: TensorFlow.js stands in for it with
 * zeros of the CPU, which no other tensor of a step's gradient is.
 */
function absent(dy: tf.Tensor): boolean {
  const data = webgpuBackend()?.tensorMap.get(dy.dataId);
  return Boolean(data?.values && !data.resource && data.values.every((value) => value === 0));
}

/** Projections onto heads on WASM: each head's part of a product is written where it belongs. */
import type * as tf from '../../core';
import { type Infos, registerKernels, sizeOf, type Wasm } from '../on-wasm';
import { ropeKernel } from '../rope/kernel';
import { type HeadsAttributes, headsKernel } from './kernel';

export function registerHeads(wasm: Wasm): void {
  registerKernels(wasm, {
    [ropeKernel]: (wasm, { x, table }, { back }) => {
      const y = wasm.output(x.shape);
      const [from, to] = [wasm.at(x), wasm.at(y)];
      wasm.run.turn(x.shape[0], sizeOf(table), from, wasm.at(table), back as boolean, to);
      return y;
    },
    [headsKernel]: (wasm, inputs, attributes) => heads(wasm, inputs, attributesOf(attributes)),
    [`${headsKernel}Gradient`]: (wasm, inputs, attributes) =>
      headsGradient(wasm, inputs, attributesOf(attributes)),
  });
}

const attributesOf = (attributes: unknown) => attributes as HeadsAttributes;

function heads(wasm: Wasm, inputs: Infos, attributes: HeadsAttributes): tf.TensorInfo[] {
  const { x, table } = inputs;
  const { length } = attributes;
  const [tokens, dim] = x.shape;
  const sequences = tokens / length;
  return attributes.heads.map((heads, i) => {
    const weight = inputs[`w${i}`];
    const channels = weight.shape[1];
    const width = channels / heads;
    const groups = sequences * heads;
    const y = wasm.output([groups, length, width]);
    const at = wasm.at(y);
    for (let group = 0; group < groups; group++) {
      const head = group % heads;
      const first = ((group - head) / heads) * length;
      wasm.multiply(
        length,
        width,
        dim,
        { at: wasm.at(x) + 4 * first * dim, apart: dim },
        { at: wasm.at(weight) + 4 * head * width, apart: channels },
        { at: at + 4 * group * length * width, apart: width },
      );
    }
    if (attributes.turned[i]) wasm.run.turn(groups, length * width, at, wasm.at(table), false, at);
    return y;
  });
}

function headsGradient(wasm: Wasm, inputs: Infos, attributes: HeadsAttributes): tf.TensorInfo[] {
  const { x, table } = inputs;
  const { length } = attributes;
  const [tokens, dim] = x.shape;
  const sequences = tokens / length;
  const weights = attributes.heads.map((_, i) => inputs[`w${i}`]);
  const dx = wasm.output(x.shape);
  const onWeights = weights.map(({ shape }) => wasm.output(shape));
  const most = Math.max(...weights.map(({ shape }) => shape[1])) * tokens;
  wasm.withRoom([most, most], (turnedBack, joined) => {
    attributes.heads.forEach((heads, i) => {
      const channels = weights[i].shape[1];
      const width = channels / heads;
      let dy = wasm.at(inputs[`dy${i}`]);
      if (attributes.turned[i]) {
        const at = wasm.at(table);
        wasm.run.turn(sequences * heads, length * width, dy, at, true, turnedBack);
        dy = turnedBack;
      }
      wasm.run.joinHeads(sequences, heads, length, width, dy, joined);
      const d = { at: joined, apart: channels };
      const w = { at: wasm.at(weights[i]), apart: channels, turned: true };
      wasm.multiply(tokens, dim, channels, d, w, { at: wasm.at(dx), apart: dim, adds: i > 0 });
      const xTurned = { at: wasm.at(x), apart: dim, turned: true };
      const target = { at: wasm.at(onWeights[i]), apart: channels };
      wasm.multiply(dim, channels, tokens, xTurned, d, target);
    });
  });
  return [dx, ...onWeights];
}

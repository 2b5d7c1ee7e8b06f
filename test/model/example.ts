import { softmaxTopK, sparseLayer, switchLoss, tf } from 'switchyard/model';

await tf.loadBackend.cpu(); // or wasm, or webgpu
await tf.setBackend('cpu');

const layer = {
  dim: 8,
  experts: 4,
  topK: 2,
  hidden: 16,
  router: softmaxTopK,
  balancer: switchLoss,
};
const params = sparseLayer.init(layer, 1); // by name: "router.weight" [dim, experts] …
const x = tf.randomNormal<tf.Rank.R2>([32, 8], { seed: 1, counter: tf.scalar(0, 'int32') }, 'x'); // tokens

const { y, routing } = sparseLayer.forward(params, x, layer); // y like x
const price = sparseLayer.balanceLoss(layer, routing); // 1 where the load is even

export const said = { answer: y.shape, price: (await price.data())[0] };

/** The sparse layer of the classifier, in the library's words. */
import switchLoss from '../../../src/model/balancing/switch';
import type { SparseLayerConfig } from '../../../src/model/layers/sparse-layer';
import router from '../../../src/model/routers/softmax-top-k';
import type { ClassifierConfig } from './config';

export function layerOf({ dim, experts, topK, hidden }: ClassifierConfig): SparseLayerConfig {
  return { dim, experts, topK, hidden, kind: 'relu', router, balancer: switchLoss };
}

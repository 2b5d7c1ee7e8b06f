/** The sparse layer of the classifier, in the library's words. */
import switchLoss from '../../../src/model/balancing/switch';
import type { MoeConfig } from '../../../src/model/layers/moe-layer';
import router from '../../../src/model/routers/softmax-top-k';
import type { ClassifierConfig } from './config';

export function layerOf({ dim, experts, topK, hidden }: ClassifierConfig): MoeConfig {
  return { dim, experts, topK, hidden, kind: 'relu', router, balancer: switchLoss };
}

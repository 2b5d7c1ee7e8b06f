/**
 * The library's door: everything a model of experts is made of, by names of the field.
 * `README.md` beside this file is its table of contents, made from here by `npm run contents`:
 * a section for each heading below, a line for each name.
 */
// ## Where it computes
// TensorFlow.js with the ops of this project: load a backend, set it, compute.
export * as tf from '../tensor/tf';
export { normal, normals, uniform, uniforms } from '../tensor/random';

// ## Routers
// Who goes where: logits, scores, a choice, and gates that weigh the answers.
export { default as softmaxTopK } from './routers/softmax-top-k';
export { default as softmaxTopKRenormalised } from './routers/softmax-top-k-renormalised';
export { default as topKSoftmax } from './routers/top-k-softmax';
export { default as noisyTopK } from './routers/noisy-top-k';
export { default as switchTop1 } from './routers/switch-top-1';
export { default as sigmoidNormalised } from './routers/sigmoid-normalised';
export { default as expertChoice, expertChoice as expertChoiceOver } from './routers/expert-choice';
export { default as baseRouter } from './routers/base';
export { default as sinkhornRouter } from './routers/sinkhorn';
export { default as gumbelRouter } from './routers/gumbel';
export { default as reinforceRouter, nextBaseline, policyLoss } from './routers/reinforce';
export { default as reluRouter } from './routers/relu';
export { default as softRouter, soft as softRouterOf } from './routers/soft';
export { default as hashRouter } from './routers/hash';
export { default as randomRouter } from './routers/random';
export { groupLimited } from './group-limited';
export { routeLogits } from './routing';

// ## Balancers
// What keeps the load even: a loss, or a bias that moves after each step.
export { default as noBalancer } from './balancing/none';
export { default as switchLoss } from './balancing/switch';
export { default as gshardLoss } from './balancing/gshard';
export { default as importanceLoss } from './balancing/importance';
export { default as smoothLoadLoss } from './balancing/load';
export { default as l1Penalty, nextStrength } from './balancing/l1';
export { default as expertLevelLoss } from './balancing/expert-level';
export { default as sequenceWiseLoss } from './balancing/sequence-wise';
export { default as deviceLevelLoss } from './balancing/device-level';
export { default as communicationLoss } from './balancing/communication';
export { default as selectionBias } from './balancing/bias';
export { default as proportionalBias } from './balancing/bias-proportional';
export { default as quantileBias } from './balancing/quantile';
export { default as zLossAlone, zLoss } from './balancing/z-loss';
export { byHand, together } from './together';

// ## Experts
// Networks side by side in the same matrices: all at once, or the chosen ones alone.
export * as reluExperts from './experts/relu';
export * as swigluExperts from './experts/swiglu';
export * as sharedExperts from './experts/shared';
export { fineGrained, slice, sliceGates } from './experts/fine-grained';
export { mostPairs } from './experts/chosen-only';

// ## Room and dispatch
// What an expert has room for, and tokens that are mixed instead of sent.
export { keepWithinCapacity } from './dispatch/capacity';
export { keepByPriority } from './dispatch/priority-capacity';
export { throughSlots } from './dispatch/soft';

// ## Layers
// Each a record of functions: `init` makes parameters, `forward` computes, `refusal` says in a sentence what cannot be.
export * as sparseLayer from './layers/sparse-layer';
export * as feedForward from './layers/feed-forward';
export * as attention from './layers/attention';
export * as latentAttention from './layers/latent-attention';
export * as routedAttention from './layers/routed-attention';
export * as rope from './layers/rope';
export * as rmsNorm from './layers/rms-norm';
export * as embedding from './layers/embedding';
export * as block from './layers/block';
export * as kvCache from './layers/kv-cache';
export { prefixed, within } from './layers/names';

// ## Networks
// Whole models.
export * as transformer from './networks/transformer';
export * as multiToken from './networks/multi-token';
export * as decoder from './networks/decoder';
export * as mlp from './networks/mlp';
export * as deepMlp from './networks/deep-mlp';
export * as tentNetwork from './networks/tent-network';
export { kinks } from './networks/linear-pieces';

// ## Losses
// What is trained on, beside the balancers' losses and the errors of mixtures.
export * as crossEntropy from './layers/cross-entropy';

// ## Optimizers
// A record of parameters and its gradient in, the record one step on out.
export { default as sgd } from './optimizers/sgd';
export { default as momentum } from './optimizers/momentum';
export { default as adam, adamWith } from './optimizers/adam';
export { default as adamw, adamwWith } from './optimizers/adamw';
export { clipByGlobalNorm, globalNorm } from './optimizers/clip';
export { cosine, warmUp, warmUpCosine } from './optimizers/schedules';
export { lossAndGradients, pick, seenAndGradients } from './gradients';

// ## Tasks
// Rows with a known right answer, made on the host from a seed.
export { default as aAndNotB } from './tasks/a-and-not-b';
export { default as characterText } from './tasks/character-text';
export { default as domains } from './tasks/domains';
export { default as hands } from './tasks/hands';
export { default as memorise } from './tasks/memorise';
export { default as noisyCurve } from './tasks/noisy-curve';
export { default as phoneBook } from './tasks/phone-book';
export { default as planeRegimes } from './tasks/plane-regimes';
export { default as regimes } from './tasks/regimes';
export { default as register } from './tasks/register';
export { default as setIntersection } from './tasks/set-intersection';
export { default as shapes } from './tasks/shapes';
export { default as shortestPath } from './tasks/shortest-path';
export { default as tentMap } from './tasks/tent-map';
export { default as twoCorpora } from './tasks/two-corpora';
export { default as twoSpirals } from './tasks/two-spirals';
export { default as yardLines } from './tasks/yard-lines';
export * as clusters from './tasks/clusters';
export * as curves from './tasks/curves';
export * as parts from './tasks/parts';
export { batch, flat, onDevice } from './samples';

// ## Metrics
// How evenly a batch was routed, and what routing settles on.
export {
  counts,
  deadExperts,
  droppedShare,
  load,
  loadEntropy,
  maxVio,
  scoreEntropy,
  variation,
} from './metrics';
export {
  coActivation,
  domainShares,
  explainedShare,
  logPaths,
  pathShares,
  relativeDomainLoad,
  repeatShare,
  saturation,
} from './routing-statistics';

// ## Recipes
// Sparse models out of dense ones, and one model out of many.
export { joinExperts, upcycle } from './recipes/upcycle';
export * as branchTrainMerge from './recipes/branch-train-merge';

// ## Mixtures
// The mixtures of 1991 and 1994: gates that see the case, trees of them, and how they are fitted.
export * as localExperts from './mixtures/local-experts';
export * as mixtureErrors from './mixtures/errors';
export * as mixtureMeasures from './mixtures/measures';
export * as mixtureTree from './mixtures/tree';
export * as hierarchicalMixture from './mixtures/hierarchical';
export * as expectationMaximisation from './mixtures/expectation-maximisation';
export * as mixtureAscent from './mixtures/ascent';

// ## Ensembles
// Many networks that answer together: averaged, drawn anew, boosted, held apart.
export * as ensembleMembers from './ensembles/members';
export * as averaging from './ensembles/averaging';
export * as ambiguity from './ensembles/ambiguity';
export * as bagging from './ensembles/bagging';
export * as ensembleVariance from './ensembles/variance';
export * as negativeCorrelation from './ensembles/negative-correlation';
export { adaBoost } from './ensembles/ada-boost';
export { boostedScore, gradientBoost } from './ensembles/gradient-boosting';
export { slide } from './ensembles/slide';

// ## Decoding
// Text out of a trained model, one token at a time or several on approval.
export * as sampling from './decoding/sampling';
export * as speculative from './decoding/speculative';
export { speculativeModels } from './decoding/language-model';
export { write } from './decoding/write';

// ## Decomposition
// What a trained network is made of: parts of its weights, experts switched off, features in superposition.
export * as ablation from './decomposition/ablation';
export * as components from './decomposition/components';
export * as attribution from './decomposition/attribution';
export * as decompositionLosses from './decomposition/losses';
export * as superposition from './decomposition/superposition';
export * as componentMatch from './decomposition/match';

// ## Accounting
// Parameters, operations, caches and traffic, counted without computing any.
export { readConfig } from './accounting/read-config';
export { released } from './accounting/released';
export { describe as describeModel } from './accounting/ours';
export { countParameters } from './accounting/parameters';
export { flopsPerToken } from './accounting/flops';
export { cacheBytesOf, cacheBytesPerToken } from './accounting/cache';
export { allToAllBytesPerToken, expectedDevices } from './accounting/communication';
export { chosenSets, ledger, regrouped } from './accounting/ledger';

// ## Members by name
// What menus list: every file of a folder is one.
export { balancers, optimizers, routers } from './registry';
export { tasks } from './tasks';

// ## Contracts
// What members and layers promise, and what they hand each other.
export type { Experts } from './experts/chosen-only';
export type {
  BalanceContext,
  Balancer,
  Live,
  Moved,
  Optimizer,
  Params,
  RandomKey,
  Router,
  RouterInput,
  Routing,
  Sample,
  Task,
} from './types';

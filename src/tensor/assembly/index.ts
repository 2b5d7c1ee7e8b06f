/**
 * What the WASM rung computes by itself, in AssemblyScript: `npm run wasm` compiles it to
 * kernels.wasm, which works in the memory of TensorFlow.js's own module. It keeps nothing of its
 * own there: addresses, and room for intermediates, are handed in.
 */
export { softmaxSeen, softmaxSeenGradient } from './attention';
export { countChosen, findLargest, listChosen } from './choice';
export { lookUp, sumByRow } from './embedding';
export { gatesGradient, softmaxGatesGradient } from './gates';
export { relu, reluGradient, swiglu, swigluGradient } from './nonlinear';
export { rmsNorm, rmsNormGradient } from './norm';
export { adam, momentum, sgd } from './optimizer';
export { joinHeads, turn } from './positions';
export { multiply, roomForProduct } from './product';
export { addRows, addToRows, addWeighed, dotRows, pickRows, pickWeighed, sumRows } from './rows';
export { crossEntropyGradient, sumExponentials } from './softmax';

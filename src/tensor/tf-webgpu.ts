/**
 * The part of tf.ts that loads late: the WebGPU backend with the kernels that models can need.
 * Images, convolutions, pooling, spectra, strings and sparse tensors are left out: half of the
 * bytes. A kernel that is missed says so by its name ("Kernel 'Conv2D' not registered"); add it here.
 */

import { _fusedMatMulConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/_FusedMatMul';
import { absConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Abs';
import { addConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Add';
import { allConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/All';
import { anyConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Any';
import { argMaxConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/ArgMax';
import { argMinConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/ArgMin';
import { atanConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Atan';
import { atan2Config } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Atan2';
import { batchMatMulConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/BatchMatMul';
import { castConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Cast';
import { ceilConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Ceil';
import { clipByValueConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/ClipByValue';
import { concatConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Concat';
import { cosConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Cos';
import { coshConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Cosh';
import { cumprodConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Cumprod';
import { cumsumConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Cumsum';
import { eluConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Elu';
import { eluGradConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/EluGrad';
import { equalConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Equal';
import { erfConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Erf';
import { expConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Exp';
import { expandDimsConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/ExpandDims';
import { expm1Config } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Expm1';
import { fillConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Fill';
import { floorConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Floor';
import { floorDivConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/FloorDiv';
import { gatherV2Config } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/GatherV2';
import { greaterConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Greater';
import { greaterEqualConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/GreaterEqual';
import { identityConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Identity';
import { isFiniteConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/IsFinite';
import { isInfConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/IsInf';
import { isNaNConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/IsNaN';
import { leakyReluConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/LeakyRelu';
import { lessConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Less';
import { lessEqualConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/LessEqual';
import { logConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Log';
import { log1pConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Log1p';
import { logicalAndConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/LogicalAnd';
import { logicalNotConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/LogicalNot';
import { logicalOrConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/LogicalOr';
import { maxConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Max';
import { maximumConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Maximum';
import { meanConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Mean';
import { minConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Min';
import { minimumConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Minimum';
import { modConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Mod';
import { multiplyConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Multiply';
import { negConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Neg';
import { notEqualConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/NotEqual';
import { oneHotConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/OneHot';
import { onesLikeConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/OnesLike';
import { packConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Pack';
import { padV2Config } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/PadV2';
import { powConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Pow';
import { prodConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Prod';
import { rangeConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Range';
import { realDivConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/RealDiv';
import { reciprocalConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Reciprocal';
import { reluConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Relu';
import { reshapeConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Reshape';
import { reverseConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Reverse';
import { roundConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Round';
import { rsqrtConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Rsqrt';
import { scatterNdConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/ScatterNd';
import { selectConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Select';
import { seluConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Selu';
import { sigmoidConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Sigmoid';
import { signConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Sign';
import { sinConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Sin';
import { sinhConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Sinh';
import { sliceConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Slice';
import { softmaxConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Softmax';
import { softplusConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Softplus';
import { splitVConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/SplitV';
import { sqrtConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Sqrt';
import { squareConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Square';
import { squaredDifferenceConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/SquaredDifference';
import { stepConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Step';
import { stridedSliceConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/StridedSlice';
import { subConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Sub';
import { sumConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Sum';
import { tanhConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Tanh';
import { tensorScatterUpdateConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/TensorScatterUpdate';
import { tileConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Tile';
import { topKConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/TopK';
import { transposeConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Transpose';
import { unpackConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/Unpack';
import { unsortedSegmentSumConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/UnsortedSegmentSum';
import { zerosLikeConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/ZerosLike';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu/dist/webgpu';
import {
  env,
  findBackendFactory,
  type KernelConfig,
  registerBackend,
  registerKernel,
  removeBackend,
} from '@tensorflow/tfjs-core';
import { keepSources } from './internals';
import { registerPrograms } from './ops/webgpu';

const kernels = [
  absConfig,
  addConfig,
  allConfig,
  anyConfig,
  argMaxConfig,
  argMinConfig,
  atanConfig,
  atan2Config,
  batchMatMulConfig,
  castConfig,
  ceilConfig,
  clipByValueConfig,
  concatConfig,
  cosConfig,
  coshConfig,
  cumprodConfig,
  cumsumConfig,
  eluConfig,
  eluGradConfig,
  equalConfig,
  erfConfig,
  expConfig,
  expandDimsConfig,
  expm1Config,
  fillConfig,
  floorConfig,
  floorDivConfig,
  _fusedMatMulConfig,
  gatherV2Config,
  greaterConfig,
  greaterEqualConfig,
  identityConfig,
  isFiniteConfig,
  isInfConfig,
  isNaNConfig,
  leakyReluConfig,
  lessConfig,
  lessEqualConfig,
  logConfig,
  log1pConfig,
  logicalAndConfig,
  logicalNotConfig,
  logicalOrConfig,
  maxConfig,
  maximumConfig,
  meanConfig,
  minConfig,
  minimumConfig,
  modConfig,
  multiplyConfig,
  negConfig,
  notEqualConfig,
  oneHotConfig,
  onesLikeConfig,
  packConfig,
  padV2Config,
  powConfig,
  prodConfig,
  rangeConfig,
  realDivConfig,
  reciprocalConfig,
  reluConfig,
  reshapeConfig,
  reverseConfig,
  roundConfig,
  rsqrtConfig,
  scatterNdConfig,
  selectConfig,
  seluConfig,
  sigmoidConfig,
  signConfig,
  sinConfig,
  sinhConfig,
  sliceConfig,
  softmaxConfig,
  softplusConfig,
  splitVConfig,
  sqrtConfig,
  squareConfig,
  squaredDifferenceConfig,
  stepConfig,
  stridedSliceConfig,
  subConfig,
  sumConfig,
  tanhConfig,
  tensorScatterUpdateConfig,
  tileConfig,
  topKConfig,
  transposeConfig,
  unpackConfig,
  unsortedSegmentSumConfig,
  zerosLikeConfig,
] as unknown as KernelConfig[];

let registered = false;

/** Registers kernels and backend; the device is asked for when the backend becomes current. */
export function registerWebGPU(): void {
  if (registered) return;
  registered = true;
  for (const kernel of kernels) registerKernel(kernel);
  registerPrograms();
  // Small tensors stay on the device, or a captured step would hold decisions of the CPU.
  env().set('WEBGPU_CPU_FORWARD', false);
  env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', 64);
  registerBackend('webgpu', createBackend, 3);
}

async function createBackend(): Promise<WebGPUBackend> {
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Error('This browser has WebGPU, but found no graphics adapter.');
  return new WebGPUBackend(await deviceOf(adapter), adapter.info);
}

/**
 * Registers a backend on a new device of the adapter, in place of an earlier one. TensorFlow.js has
 * nothing to wait for then. Registers none, and gives the device back, where that came too late.
 */
export async function registerDevice(adapter: GPUAdapter, late?: AbortSignal): Promise<void> {
  const device = await deviceOf(adapter);
  if (late?.aborted) device.destroy();
  late?.throwIfAborted();
  const backend = new WebGPUBackend(device, adapter.info);
  registerWebGPU();
  if (findBackendFactory('webgpu')) removeBackend('webgpu');
  registerBackend('webgpu', () => backend, 3);
}

async function deviceOf(adapter: GPUAdapter): Promise<GPUDevice> {
  const { limits } = adapter;
  const device = await adapter.requestDevice({
    requiredLimits: {
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
      maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxBufferSize: limits.maxBufferSize,
      maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
    },
  });
  keepSources(device);
  return device;
}

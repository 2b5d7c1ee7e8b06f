/**
 * The README's figures from what a full run wrote, and from bench/gpu.json: `npm run bench` puts them between the README's
 * marks; test/site/benchmark.test.ts holds that they are those of bench/results.json.
 * `npm run bench -- readme` writes them again without a run.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { rounded } from './compare.mjs';

const start = '<!-- figures of bench/results.json -->';
const end = '<!-- end of figures -->';

const shown = {
  'classifier-8': 'MoE classifier, E = 8',
  'classifier-64': 'MoE classifier, E = 64',
  'classifier-small': 'small MoE classifier, E = 4',
  'transformer-mha': 'character transformer, MHA',
  'transformer-mla': 'character transformer, MLA',
  fit: 'hidden-layer fit',
};

const systems = [
  ['ours', 'switchyard', 'webgpu'],
  ['jax-js', 'jax-js', 'webgpu'],
  ['TensorFlow.js', 'tensorflow.js', 'webgpu'],
  ['ours, WASM', 'switchyard', 'wasm'],
  ['jax-js, WASM', 'jax-js', 'wasm'],
  ['TensorFlow.js, WASM', 'tensorflow.js', 'wasm'],
  ['PyTorch, CPU', 'pytorch', 'cpu'],
];

/** Markdown: a table of times, and sentences on dispatches and on the number of experts. */
export function figures(rows, machine, profiles) {
  const of = (name, system, backend) =>
    rows.find((row) => row.case === name && row.system === system && row.backend === backend);
  const number = (x) => (x === undefined ? '' : Math.round(x).toLocaleString('en'));
  const time = (x) => (x >= 1000 ? number(x) : String(rounded(x)));
  const dispatches = (name) =>
    ['switchyard', 'jax-js', 'tensorflow.js'].map(
      (system) => of(name, system, 'webgpu').dispatches,
    );
  const [ours, jax, plain] = dispatches('classifier-8');
  const [mha, mhaJax, mhaPlain] = dispatches('transformer-mha');
  const { jsMs } = of('classifier-8', 'switchyard', 'webgpu');
  const { webgpu, wasm } = machine.eightTimesTheExperts;
  const others = [
    ['jax-js on WebGPU', 'jax-js', 'webgpu'],
    ['PyTorch', 'pytorch', 'cpu'],
  ].flatMap(([label, ...system]) => {
    const [few, many] = ['classifier-8', 'classifier-64'].map((name) => of(name, ...system));
    return few?.stepMs && many?.stepMs ? `${label} ${rounded(many.stepMs / few.stepMs, 2)}` : [];
  });
  const table = [
    ['ms per step', ...systems.map(([name]) => name)],
    ['---', ...systems.map(() => '---')],
    ...Object.entries(shown).map(([name, label]) => [
      label,
      ...systems.map(([, system, backend]) => {
        const row = of(name, system, backend);
        return row?.stepMs ? time(row.stepMs) : '—';
      }),
    ]),
  ];
  const spent = (name, ops) =>
    rounded(
      profiles[name].parts.filter(({ op }) => ops.test(op)).reduce((sum, { ms }) => sum + ms, 0),
      2,
    );
  const both = (ops) => `${spent('classifier-8', ops)} and ${spent('classifier-64', ops)} ms`;
  return `${aligned(table)}

Measured on ${machine.date}: ${machine.adapter}, ${machine.processor}; ${machine.pytorch ?? 'no PyTorch'}. Dispatches per step on WebGPU, ours, jax-js and TensorFlow.js: ${ours}, ${jax} and ${plain} for the classifier, ${mha}, ${mhaJax} and ${mhaPlain} for the transformer with MHA. A replayed step of the classifier takes ${jsMs} ms of JavaScript.

With 64 experts instead of 8, at equal k and batch and with no other system between, a step takes ${rounded(webgpu.ratio)} times as long on WebGPU and ${rounded(wasm.ratio)} times on WASM${others.length ? ` (in the table ${others.join(', ')})` : ''}. Kernel by kernel (\`bench/profile.json\`, E = 8 and 64): Adam ${both(/Optimizer/)}, since it moves every weight, used or not; the experts’ gradients ${both(/ExpertsGradient/)}; their forward pass ${both(/Experts \d/)}, as fewer tokens share an expert’s tiles; the router with its products ${both(/Router|MatMul/)}.`;
}

/** Markdown: a table of times on a graphics processor, bench/gpu.json, and what they are. */
export function gpuFigures({ adapter, driver, date, pytorch, systems, stepMs }) {
  const time = (x) => (Array.isArray(x) ? x.join('–') : x === null ? '—' : String(x));
  const table = [
    ['ms per step', ...systems],
    ['---', ...systems.map(() => '---')],
    ...Object.entries(stepMs).map(([name, times]) => [
      shown[name] ?? 'MoE classifier, 4,096 × 256, E = 32, hidden 512',
      ...times.map(time),
    ]),
  ];
  return `On a graphics processor (${adapter}, driver ${driver}, ${date}), before sums were split there over its processors:

${aligned(table)}

Measured is the wall clock of a training step from the same numbers, medians: the first three on WebGPU by Dawn in Node (\`npm run bench -- pack\`; ours with up to 100 steps a read, the small classifier with 20), PyTorch ${pytorch} in float32 without TF32 on the same card, the chosen experts step by step, and a CUDA graph of the form in which every expert computes every token. A dash is what was not measured, or what jax-js refused for the size of its buffers.`;
}

/** A Markdown table with columns of one width, as the formatter wants it. */
function aligned(rows) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows
    .map(
      (row) =>
        `| ${row.map((cell, i) => (cell === '---' ? '-'.repeat(widths[i]) : cell.padEnd(widths[i]))).join(' | ')} |`,
    )
    .join('\n');
}

const read = (name) => JSON.parse(readFileSync(`bench/${name}.json`, 'utf8'));

/** The README with the figures of the files under bench/. Throws if its marks are gone. */
export function renewed(readme) {
  const [from, to] = [readme.indexOf(start), readme.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`The README has lost its marks “${start}” and “${end}” around the figures.`);
  const text = `${figures(read('results'), read('machine'), read('profile'))}

${gpuFigures(read('gpu'))}`;
  return `${readme.slice(0, from + start.length)}\n\n${text}\n\n${readme.slice(to)}`;
}

export default function writeReadme() {
  writeFileSync('README.md', renewed(readFileSync('README.md', 'utf8')));
}

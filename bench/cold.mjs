/**
 * `npm run bench -- cold [fit collapse] [any webgpu wasm] [--rounds=5]`: the cold start of the built
 * site (dist/, after `npm run build`). A fresh browser opens a lab alone, Play is pressed on the
 * keyboard before anything was made ready, and the clock runs to the frame that shows the first
 * step. The parts are the engine's performance marks (src/engine/marks.ts) in its worker; pipelines
 * are counted where they are asked for, at the WebGPU interface. Medians; WebGPU is software.
 */
import { existsSync } from 'node:fs';
import { chromium } from 'playwright';
import { chromiumFlags, chromium as findChromium } from '../scripts/chromium.mjs';
import { serve } from '../scripts/serve.mjs';
import { median } from './compare.mjs';

const labs = ['fit', 'collapse'];
/** Where to compute; `any` leaves it to the page, as a reader does who chooses nothing. */
const rungs = ['any', 'webgpu', 'wasm'];

export default async function cold(asked) {
  if (!existsSync('dist/embed/fit/index.html')) return ['dist/ is not built: npm run build first.'];
  const named = (all) => {
    const some = all.filter((name) => asked.includes(name));
    return some.length ? some : all;
  };
  const option = asked.find((word) => word.startsWith('--rounds='));
  const rounds = Number(option?.slice('--rounds='.length) ?? 5);
  const server = await serve();
  try {
    for (const lab of named(labs))
      for (const rung of named(rungs)) {
        const starts = [];
        while (starts.length < rounds) starts.push(await start(`${server.url}embed/${lab}/`, rung));
        say(lab, rung, starts);
      }
  } finally {
    await server.close();
  }
  return [];
}

function say(lab, rung, starts) {
  const of = (part) => median(starts.map((one) => part(one) ?? Number.NaN));
  const all = starts.map(({ drawn }) => Math.round(drawn)).join(', ');
  console.log(
    `\n${lab} on ${rung === 'any' ? `${starts[0].backend} (the page’s choice)` : rung}: ${Math.round(of(({ drawn }) => drawn))} ms from Play to the first step drawn (${all}).`,
  );
  const names = [...new Set(starts.flatMap(({ marks }) => Object.keys(marks)))];
  const rows = names.map((name) => ({
    reached: name,
    ms: Math.round(of(({ marks }) => marks[name])),
    'pipelines so far': of(({ made, marks }) => made.filter(({ at }) => at < marks[name]).length),
  }));
  const { GPU: gpu, renderer } = Object.fromEntries(
    ['GPU', 'renderer'].map((type) => [type, Math.round(of(({ computed }) => computed[type]))]),
  );
  console.log(
    `Processor time: ${gpu} ms of the graphics process, ${renderer} ms of the page and its worker.`,
  );
  console.table(rows.toSorted((a, b) => a.ms - b.ms));
  const pipelines = starts.map(({ made, drawn }) => made.filter(({ at }) => at < drawn));
  if (pipelines[0].length)
    console.log(
      `Pipelines before the first step drawn: ${median(pipelines.map(({ length }) => length))}; the device compiled during ${Math.round(median(pipelines.map(covered)))} ms.`,
    );
}

/** Milliseconds of a processor that the browser's processes took between two looks, by their kind. */
function computing(before, after) {
  const sums = {};
  for (const { id, type, cpuTime } of after) {
    const earlier = before.find((one) => one.id === id)?.cpuTime ?? 0;
    sums[type] = (sums[type] ?? 0) + 1000 * (cpuTime - earlier);
  }
  return sums;
}

/** Milliseconds in which at least one of them was being compiled. */
function covered(made) {
  let [sum, until] = [0, 0];
  for (const { at, ready } of made.toSorted((a, b) => a.at - b.at)) {
    sum += Math.max(0, ready - Math.max(at, until));
    until = Math.max(until, ready);
  }
  return sum;
}

/** One cold start: { drawn, marks, made }, all in milliseconds since the key was pressed. */
async function start(address, rung) {
  const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumFlags });
  try {
    const page = await browser.newPage();
    await page.route(/\/worker-[^/]*\.js$/, async (route) => {
      const response = await route.fetch();
      await route.fulfill({
        response,
        body: `(${countPipelines})();\n${await response.text()}`,
      });
    });
    const born = new Promise((resolve) => page.once('worker', resolve));
    await page.goto(rung === 'any' ? address : `${address}?rung=${rung}`, {
      waitUntil: 'networkidle',
    });
    await page.waitForSelector('.lab[data-ready]');
    const firstDrawn = page.evaluate(watchFirstStep);
    const session = await browser.newBrowserCDPSession();
    const processors = async () => (await session.send('SystemInfo.getProcessInfo')).processInfo;
    const before = await processors();
    // Focus makes a lab ready: the key follows at once.
    await page.evaluate(() => document.querySelector('.lab-play, .lab button').focus());
    await page.keyboard.press('Enter');
    const { pressed, drawn } = await firstDrawn;
    const computed = computing(before, await processors());
    const backend = await page.getAttribute('.lab', 'data-backend');
    if (rung !== 'any' && backend !== rung)
      throw new Error(`The lab trained on ${backend}, not on ${rung}.`);
    const worker = await born;
    const { marks, made } = await worker.evaluate(() => ({
      marks: performance
        .getEntriesByType('mark')
        .map(({ name, startTime }) => [name, performance.timeOrigin + startTime]),
      made: globalThis.pipelinesMade,
    }));
    const since = (time) => time - pressed;
    return {
      backend,
      drawn: since(drawn),
      computed,
      marks: {
        ...Object.fromEntries(marks.map(([name, at]) => [name, since(at)]).toReversed()),
        drawn: since(drawn),
      },
      made: made.map(({ name, at, ready }) => ({ name, at: since(at), ready: since(ready) })),
    };
  } finally {
    await browser.close();
  }
}

// In the worker, before its own script:

/** Notes when each pipeline was asked for and when it was there. */
function countPipelines() {
  const made = [];
  globalThis.pipelinesMade = made;
  const now = () => performance.timeOrigin + performance.now();
  for (const name of ['createComputePipeline', 'createComputePipelineAsync']) {
    const original = globalThis.GPUDevice?.prototype[name];
    if (!original) continue;
    globalThis.GPUDevice.prototype[name] = function (descriptor) {
      const one = { name: descriptor.label, at: now(), ready: Number.POSITIVE_INFINITY };
      made.push(one);
      const pipeline = original.call(this, descriptor);
      const there = () => {
        one.ready = now();
      };
      if (pipeline instanceof Promise) pipeline.then(there, there);
      else there();
      return pipeline;
    };
  }
}

// In the page:

/** When a key was pressed, and when the frame that shows a step was on the screen. */
function watchFirstStep() {
  return new Promise((resolve) => {
    const lab = document.querySelector('.lab');
    const now = () => performance.timeOrigin + performance.now();
    let pressed;
    lab.addEventListener('keydown', () => (pressed ??= now()), { capture: true });
    const observer = new MutationObserver(() => {
      if (pressed === undefined || !(Number(lab.dataset.step) >= 1)) return;
      observer.disconnect();
      // Behind the second frame the first is on the screen.
      requestAnimationFrame(() => requestAnimationFrame(() => resolve({ pressed, drawn: now() })));
    });
    observer.observe(lab, { attributes: true, attributeFilter: ['data-step'] });
  });
}

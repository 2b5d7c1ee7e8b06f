/**
 * The built site as a reader has it (dist/, after `npm run build`): how long from Play to the first
 * step drawn, with WebGPU and a pointer that rested on the lab before, and whether the page's own
 * thread stays free for ten seconds of training.
 */
import { existsSync } from 'node:fs';
import { chromium } from 'playwright';
import { chromiumFlags, chromium as findChromium } from '../scripts/chromium.mjs';
import { serve } from '../scripts/serve.mjs';

/** Milliseconds a pointer rests before Play: a software adapter takes seconds to compile. */
const resting = 15_000;
const training = 10_000;
/**
 * Tasks of the page's thread longer than this are what a reader feels. Judged by the time that the
 * thread computed: where the graphics adapter is software, it competes for the same processors, and
 * the clock runs on meanwhile.
 */
const longest = 50;

/** Undefined where the site is not built. */
export async function measurePage({ root = 'dist', station = '01-one-hidden-layer' } = {}) {
  if (!existsSync(`${root}/${station}/index.html`)) return undefined;
  const server = await serve({ root });
  const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumFlags });
  try {
    const page = await browser.newPage();
    await page.goto(`${server.url}${station}/?rung=webgpu`);
    const lab = page.locator('#fit.lab');
    await lab.scrollIntoViewIfNeeded();
    await page.waitForSelector('#fit.lab[data-ready]');
    const play = lab.getByRole('button', { name: 'Play', exact: true });
    await play.hover();
    await page.waitForTimeout(resting);

    const firstDrawn = page.evaluate(watchFirstStep);
    await play.click();
    const playMs = await firstDrawn;
    const from = Number(await lab.getAttribute('data-step'));
    const tasks = await tasksOf(page, () => page.waitForTimeout(training));
    const steps = Number(await lab.getAttribute('data-step')) - from;
    const backend = await lab.getAttribute('data-backend');
    return {
      backend,
      playToFirstStepMs: Math.round(playMs),
      secondsWatched: training / 1000,
      steps,
      longestTaskMs: Math.round(Math.max(...tasks.map(({ computed }) => computed))),
      longestTaskOnTheClockMs: Math.round(Math.max(...tasks.map(({ clock }) => clock))),
    };
  } finally {
    await browser.close();
    await server.close();
  }
}

/** Sentences for what is not as it should be. */
export function pageComplaints({ backend, steps, longestTaskMs }) {
  const words = [];
  if (backend !== 'webgpu') words.push(`The lab trained on ${backend}, not on WebGPU.`);
  if (!(steps > 0)) words.push('The lab of station 01 took no step while it was watched.');
  if (!(longestTaskMs <= longest))
    words.push(
      `While station 01 trained, the page was busy for ${longestTaskMs} ms at a time; ${longest} is the limit.`,
    );
  return words;
}

/** The tasks of the page's main thread during `work`, by Chromium's own trace. */
async function tasksOf(page, work) {
  const session = await page.context().browser().newBrowserCDPSession();
  const events = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  const categories = ['disabled-by-default-devtools.timeline', 'devtools.timeline', '__metadata'];
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: categories },
  });
  await work();
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.end');
  await complete;
  const main = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  return events
    .filter(({ name, pid, tid }) => name === 'RunTask' && main.has(`${pid} ${tid}`))
    .map(({ dur = 0, tdur = 0 }) => ({ clock: dur / 1000, computed: tdur / 1000 }));
}

// In the page:

/** Milliseconds from the click on Play to the frame that shows a step. */
function watchFirstStep() {
  return new Promise((resolve) => {
    const lab = document.querySelector('#fit.lab');
    let pressed;
    lab.addEventListener(
      'click',
      () => {
        pressed = performance.now();
      },
      { capture: true, once: true },
    );
    const observer = new MutationObserver(() => {
      if (pressed === undefined || !(Number(lab.dataset.step) >= 1)) return;
      observer.disconnect();
      // Behind the second frame the first is on the screen.
      requestAnimationFrame(() =>
        requestAnimationFrame(() => resolve(performance.now() - pressed)),
      );
    });
    observer.observe(lab, { attributes: true, attributeFilter: ['data-step'] });
  });
}

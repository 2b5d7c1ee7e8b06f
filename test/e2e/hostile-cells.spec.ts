/**
 * Code that means harm, or goes wrong: the reader reads why, and the page, its other cells and labs
 * and what the browser keeps stay as they were. Free cells share one worker, so all is tried there;
 * an edited member takes a worker each, so of it there is one of each kind. The lock of both, and
 * what is refused before anything runs, are tried in Node: test/notebook/{lockdown,evaluate}.test.ts.
 */
import type { Locator, Page } from '@playwright/test';
import { write as paste, said } from './support/cell';
import { pause, play } from './support/lab';
import { expect, test } from './support/test';
import { watch } from './support/watch';

/** Name, code, what is said, and how many seconds the page is made to believe it waited. */
type Case = [name: string, code: string, words: string | RegExp, seconds?: number];

/** The way to the worker's world that the library itself leaves open. */
const world = 'tf.env().global';
const noLoads = 'Line 1: a cell cannot load other code';

/** Cells of a page of the library. */
const free: Case[] = [
  // Without end
  ['a loop without end', 'while (true);', 'did not come back within 10 seconds', 12],
  ['a promise that nobody keeps', 'await new Promise(() => {})', 'not done after 60 seconds', 62],
  [
    'memory without end',
    'const held = [];\nfor (;;) held.push(new Float32Array(1e7));',
    'Line 2: the code asks for more than a gigabyte of memory.',
  ],
  ['one list beyond all bounds', 'new Array(-1)', 'Line 1: the code asks for more memory than'],
  ['tensors without end', 'for (;;) tf.zeros([3e7])', 'Line 1: the tensors of the cells hold half'],
  ['a function that calls itself', 'const f = () => f();\nf()', 'Line 1: a function calls itself'],
  [
    'memory of another kind',
    `new (${world}.WebAssembly.Memory)({ initial: 1 })`,
    'is not a constr',
  ],
  // Out of the worker
  ['a request', "fetch('/')", 'Line 1: fetch is not a function.'],
  ['an older request', `new (${world}.XMLHttpRequest)()`, 'XMLHttpRequest is not a constructor'],
  [
    'a line to elsewhere',
    "new WebSocket('ws://127.0.0.1:9/')",
    'Line 1: WebSocket is not a constr',
  ],
  ['a script from elsewhere', "importScripts('/x.js')", 'Line 1: importScripts is not a function'],
  ['a module from elsewhere', "await import('/x.js')", noLoads],
  ['a module behind slashes', "const a = '//'; await import('/x.js')", noLoads],
  ['a module out of text', "await import('data:text/javascript,')", noLoads],
  ['a module out of memory', "import('blob:x')", noLoads],
  ['an import', "import { x } from './x.js'; x()", noLoads],
  ['a worker', "new Worker('/x.js')", 'Line 1: Worker is not a constructor'],
  ['a message', "postMessage({ kind: 'ready' })", 'Line 1: postMessage is not a function'],
  [
    'a message forged as the engine’s',
    `${world}.postMessage({ kind: 'ready' })`,
    'postMessage is not a function',
  ],
  ['other tabs', "new BroadcastChannel('x')", 'BroadcastChannel is not a constructor'],
  ['the page', 'document.body.remove()', 'Line 1: document is not defined'],
  // What is kept
  ['what the browser keeps', 'localStorage.clear()', 'Line 1: localStorage is not defined'],
  ['databases', "indexedDB.open('x')", "Line 1: Cannot read properties of undefined (reading 'op"],
  ['kept answers', "await caches.open('x')", 'Line 1: Cannot read properties of undefined'],
  ['files', `await ${world}.navigator.storage.getDirectory()`, 'Cannot read properties of undef'],
  ['older files', `${world}.webkitRequestFileSystem(0, 1)`, 'webkitRequestFileSystem is not a fun'],
  // Code out of text
  ['code out of text', "eval('1')", 'Line 1: eval is not a function'],
  ['a function out of text', "new Function('return 1')()", 'Line 1: Function is not a constructor'],
  ['code by a way round', "(async () => {}).constructor('return 1')()", 'Code cannot be made out'],
  ['code for later', `${world}.setTimeout('1')`, 'Code cannot be made out of text here.'],
  // What others stand on
  ['pollution of all records', 'Object.prototype.polluted = 1', 'object is not extensible'],
  ['pollution by a name', "({})['__proto__'].polluted = 1", 'object is not extensible'],
  ['pollution of all lists', 'Array.prototype.map = () => []', 'read only property'],
  ['another mathematics', `${world}.Math = {}`, 'read only property'],
  ['a change of the library', 'softmaxTopK.route = () => {}', 'read only property'],
  ['a change of all tensors', 'tf.Tensor.prototype.data = () => []', /read only|not extensible/],
  ['a change of the engine', 'tf.engine().runKernel = () => {}', 'read only property'],
  ['an engine begun anew', 'tf.engine().reset()', 'The code broke what computes the cells'],
  ['an engine without devices', 'tf.engine().registry = {};', 'The code broke what computes'],
  ['another backend', "await tf.setBackend('webgpu')", /Line 1: .*webgpu/i],
  // Texts
  [
    'a megabyte of text',
    `${'const a = 1; '.repeat(100)}\n`.repeat(800),
    'at most 20,000 are allowed',
  ],
  [
    'letters that cannot be seen',
    'const a = "\u202e";',
    'Line 1 holds a character that cannot be s',
  ],
  ['letters that turn the others', '\nconst a = 1; /* \u2066 */', 'Line 2 holds a character that'],
  ['what cannot be read', 'const a = 1;\nconst = 2;', 'Line 2 cannot be read'],
  ['what is nested too deep', '['.repeat(9000), 'nested too deep'],
  ['nothing', ' \n', 'The cell is empty'],
  // Mistakes
  ['an exception', '\nthrow new Error("mine");', 'Line 2: mine.'],
  ['something else thrown', 'throw "words"', 'words.'],
  ['a name of nothing', '\n\nnowhere.at(0)', 'Line 3: nowhere is not defined.'],
  ['a value that bites', '({ get a() { throw new Error("no"); } })', 'Line 1: no.'],
  [
    'a tensor disposed twice',
    'const t = tf.ones([2]);\nt.dispose();\nt.dispose();\ntf.add(t, 1)',
    'Line 4: a tensor is used after it was disposed',
  ],
  [
    'a wrong shape',
    'const a = tf.ones([2, 3]);\ntf.matMul(a, a)',
    'Line 2: The product of [2,3] and [2,3] sums over 3 and 2 entries',
  ],
  [
    'no gradient',
    "tf.grad((x) => tf.sum(tf.cast(tf.greater(x, 0), 'float32')))(tf.ones([2]))",
    'Line 1: no gradient reaches one of the trained weights',
  ],
];

/** What a cell holds from now on. */
async function write(cell: Locator, page: Page, text: string) {
  // Nothing that was said before passes for what is said of this.
  await said(cell).evaluate((node) => {
    node.textContent = '';
  });
  await paste(cell, page, text);
}

const keep = (page: Page) =>
  page.evaluate(() => localStorage.setItem('switchyard.visited', '["01"]'));
const kept = (page: Page) => page.evaluate(() => localStorage.getItem('switchyard.visited'));

test('hostile and wrong free cells leave the page as it was', async ({ page }) => {
  const watched = await watch(page);
  await page.clock.install({ time: '2030-01-01T00:00:00Z' });
  await page.goto('library/routers/');
  await keep(page);
  const cell = page.locator('#cell-softmaxTopK');
  const other = page.locator('#cell-sigmoidNormalised');
  const ran = async () => {
    await other.getByRole('button', { name: 'Run' }).click();
    await expect(said(other)).toHaveText('Done.');
    await expect(other.locator('.shown-tensor').first()).toContainText('[12, 4] float32');
  };
  await ran();
  await cell.getByRole('button', { name: 'Edit' }).click();
  await expect(cell.locator('.cm-content')).toBeVisible();
  // The page's clock stands still but where a case lets it pass: a slow machine is waited for.
  await page.clock.pauseAt('2030-01-01T12:00:00Z');
  for (const [name, code, words, seconds] of free)
    await test.step(name, async () => {
      await write(cell, page, code);
      await cell.getByRole('button', { name: 'Run' }).click();
      if (seconds) {
        await expect(said(cell)).toHaveText('Running …');
        await page.clock.runFor(2000);
        await page.clock.fastForward(seconds * 1000);
      }
      await expect(said(cell)).toContainText(words);
      await expect(cell.getByRole('button', { name: 'Run' })).toBeVisible();
    });
  // Not a number is a result like any other.
  await write(cell, page, 'tf.div(tf.zeros([3]), tf.zeros([3]))');
  await cell.getByRole('button', { name: 'Run' }).click();
  await expect(cell.locator('.shown-tensor')).toContainText('no finite number');
  await page.clock.resume();
  // Nothing is left of it: another cell runs, and the library is the library.
  await ran();
  await cell.getByRole('button', { name: 'Reset' }).click();
  await cell.getByRole('button', { name: 'Run' }).click();
  await expect(cell.locator('.shown-tensor')).toHaveCount(4);
  expect(await kept(page)).toBe('["01"]');
  await watched.clean();
});

/** What is put before the first line of the Switch loss. */
const before = (code: string): [string, string] => ['const { mask }', `${code}\n  const { mask }`];

/** Edits of the Switch loss in the chapter whose lab trains with it: from, to, what is said. */
const edited: [
  name: string,
  change: [from: string, to: string],
  words: string | RegExp,
  seconds?: number,
][] = [
  [
    'a wrong shape',
    ['return tf.mul(tf.sum(', 'return tf.mul(('],
    /The loss must be one number, a scalar; it is 8/,
  ],
  ['an exception', before("throw new Error('mine');"), /^Line \d+: mine\.$/],
  ['what cannot be read', before('const = 1;'), /^Line \d+ cannot be read: /],
  [
    'a message forged as the engine’s',
    before(`${world}.postMessage({ kind: 'stopped', words: 'forged' });`),
    /^Line \d+: .*postMessage is not a function/,
  ],
  [
    'a module out of text',
    before("void import('data:text/javascript,');"),
    /^Line \d+: a cell can/,
  ],
  ['code out of text', before("eval('1');"), /^Line \d+: eval is not a function/],
  [
    'memory without end',
    before('for (const held = []; ; ) held.push(new Float32Array(1e7));'),
    /^Line \d+: the code asks for more than a gigabyte of memory\.$/,
  ],
  ['no number', ['experts);', 'NaN);'], 'The loss is no longer a number'],
  ['letters that turn the others', before('/* \u202e */'), /^Line \d+ holds a character that/],
  [
    'a loop inside a step',
    ['experts);', '(() => { while (true); })());'],
    'did not come back within 20 seconds',
    22,
  ],
];

test('an edited member that goes wrong leaves the lab and its neighbours as they were', async ({
  page,
}) => {
  await page.clock.install();
  await page.goto('06-collapse-and-balance/?rung=wasm&collapse.balancer=switch');
  await keep(page);
  const cell = page.locator('#cell-collapse');
  const lab = page.locator('#collapse');
  await lab.scrollIntoViewIfNeeded();
  await expect(lab).toHaveAttribute('data-ready', 'true');
  await cell.getByRole('button', { name: 'Edit' }).click();
  const content = cell.locator('.cm-content');
  await expect(content).toContainText('experts);');
  const original = (await content.locator('.cm-line').allTextContents())
    .join('\n')
    .replaceAll('\u00a0', ' ');
  for (const [name, [from, to], words, seconds] of edited)
    await test.step(name, async () => {
      expect(original).toContain(from);
      await write(cell, page, original.replace(from, to));
      await cell.getByRole('button', { name: 'Train with this' }).click();
      // The loop is in the first step. A question that was answered before is asked once more.
      if (seconds) {
        await expect(lab).toHaveAttribute('data-state', 'running');
        await expect(async () => {
          await page.clock.runFor(3000);
          await page.clock.fastForward(seconds * 1000);
          await expect(said(cell)).toContainText(words, { timeout: 100 });
        }).toPass();
      }
      await expect(said(cell)).toContainText(words);
    });
  // The library's own code trains, here and in the lab beside it.
  await cell.getByRole('button', { name: 'Reset' }).click();
  await expect(lab.locator('.lab-badge')).toHaveText(/computed here|recorded/);
  await play(lab);
  await pause(lab);
  const neighbour = page.locator('#rescue');
  await neighbour.scrollIntoViewIfNeeded();
  await expect(neighbour).toHaveAttribute('data-ready', 'true');
  await play(neighbour);
  await pause(neighbour);
  expect(await kept(page)).toBe('["01"]');
});

/**
 * Code that means harm, or goes wrong: the reader reads why, and the page, its other cells and labs
 * and what the browser keeps stay as they were.
 */
import { expect, type Page, test } from '@playwright/test';
import { pause, play } from './support/lab';
import { watch } from './support/watch';

/** Cells of a page of the library; how long the page is made to believe it waited, where it does. */
const free: [name: string, code: string, words: string | RegExp, seconds?: number][] = [
  ['a loop without end', 'while (true);', 'did not come back within 10 seconds', 12],
  ['a promise that nobody keeps', 'await new Promise(() => {})', 'not done after 60 seconds', 62],
  [
    'memory without end',
    'const held = [];\nfor (;;) held.push(new Float32Array(1e7));',
    'Line 2: the code asks for more than a gigabyte of memory.',
  ],
  ['one list beyond all bounds', 'new Array(-1)', 'asks for more memory than there is'],
  ['tensors without end', 'for (;;) tf.zeros([3e7])', 'hold half a gigabyte already'],
  ['a request', "fetch('/')", 'Line 1: fetch is not a function.'],
  ['a script from elsewhere', "importScripts('/x.js')", 'importScripts is not a function'],
  ['a module from elsewhere', "await import('/x.js')", 'Line 1: a cell cannot load other code'],
  [
    'a message forged as the engine’s',
    "tf.env().global.postMessage({ kind: 'ready' })",
    'postMessage is not a function',
  ],
  ['pollution of all records', 'Object.prototype.polluted = 1', 'object is not extensible'],
  ['pollution of all lists', 'Array.prototype.map = () => []', 'read only property'],
  ['a change of the library', 'softmaxTopK.route = () => {}', 'read only property'],
  [
    'a tensor disposed twice',
    'const t = tf.ones([2]);\nt.dispose();\nt.dispose();\ntf.add(t, 1)',
    'Line 4: a tensor is used after it was disposed',
  ],
  ['another backend', "await tf.setBackend('webgpu')", /Line 1: .*webgpu/i],
  ['code out of text', "eval('1')", 'eval is not a function'],
  [
    'code out of text by a way round',
    "(async () => {}).constructor('return 1')()",
    'Code cannot be made out of text here.',
  ],
  ['what the browser keeps', 'localStorage.clear()', 'localStorage is not defined'],
  ['the page', 'document.body.remove()', 'document is not defined'],
  ['a megabyte of text', 'const a = 1;\n'.repeat(80_000), '20,000 are the most'],
  ['letters that cannot be seen', 'const a = "\u202e";', 'cannot be seen (U+202E)'],
  [
    'a function that calls itself',
    'const f = () => f();\nf()',
    'Line 1: a function calls itself without end.',
  ],
  ['a value that bites', '({ get a() { throw new Error("no"); } })', 'Line 1: no.'],
  ['what cannot be read', 'const a = 1;\nconst = 2;', 'Line 2 cannot be read'],
];

async function write(page: Page, cell: string, text: string) {
  const content = page.locator(`#cell-${cell} .cm-content`);
  await content.focus();
  await page.keyboard.press('ControlOrMeta+a');
  // As the editor takes a paste: typing for the browser, it would style what it inserts.
  await content.evaluate((node, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    const options = { clipboardData, bubbles: true, cancelable: true };
    node.dispatchEvent(new ClipboardEvent('paste', options));
  }, text);
}

const keep = (page: Page) =>
  page.evaluate(() => localStorage.setItem('switchyard.visited', '["01"]'));
const kept = (page: Page) => page.evaluate(() => localStorage.getItem('switchyard.visited'));

test('twenty hostile cells leave the page as it was', async ({ page }) => {
  const watched = await watch(page);
  await page.clock.install();
  await page.goto('library/routers/');
  await keep(page);
  const cell = page.locator('#cell-softmaxTopK');
  const other = page.locator('#cell-sigmoidNormalised');
  const ran = async () => {
    await other.getByRole('button', { name: 'Run' }).click();
    await expect(other.locator('.cell-said')).toHaveText('Done.');
    await expect(other.locator('.shown-tensor').first()).toContainText('[12, 4] float32');
  };
  await ran();
  await cell.getByRole('button', { name: 'Edit' }).click();
  await expect(cell.locator('.cm-content')).toBeVisible();
  // The page's clock stands still but where a case lets it pass: a slow machine is waited for.
  await page.clock.pauseAt(new Date(Date.now() + 3_600_000));
  for (const [name, code, words, seconds] of free)
    await test.step(name, async () => {
      await write(page, 'softmaxTopK', code);
      await cell.getByRole('button', { name: 'Run' }).click();
      if (seconds) {
        await expect(cell.locator('.cell-said')).toHaveText('Running …');
        await page.clock.runFor(2000);
        await page.clock.fastForward(seconds * 1000);
      }
      await expect(cell.locator('.cell-said')).toContainText(words);
      await expect(cell.getByRole('button', { name: 'Run' })).toBeVisible();
    });
  // Nothing is left of it: another cell runs, and the library is the library.
  await ran();
  await cell.getByRole('button', { name: 'Reset' }).click();
  await cell.getByRole('button', { name: 'Run' }).click();
  await expect(cell.locator('.shown-tensor')).toHaveCount(4);
  expect(await kept(page)).toBe('["01"]');
  await watched.clean();
});

/** Edits of the Switch loss in the chapter whose lab trains with it. */
const edited: [name: string, from: string, to: string, words: string | RegExp, seconds?: number][] =
  [
    [
      'a loop inside a step',
      'experts);',
      '(() => { while (true); })());',
      'did not come back within 20 seconds',
      22,
    ],
    [
      'a wrong shape',
      'return tf.mul(tf.sum(',
      'return tf.mul((',
      /The loss must be one number, a scalar; it is 8/,
    ],
    [
      'a message forged as the engine’s',
      'const { mask }',
      "tf.env().global.postMessage({ kind: 'stopped', words: 'forged' });\n  const { mask }",
      /Line \d+: .*postMessage is not a function/,
    ],
    [
      'the world',
      'const { mask }',
      'globalThis.x = 1;\n  const { mask }',
      /Line \d+: Cannot set properties of undefined/,
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
  for (const [name, from, to, words, seconds] of edited)
    await test.step(name, async () => {
      expect(original).toContain(from);
      await write(page, 'collapse', original.replace(from, to));
      await cell.getByRole('button', { name: 'Train with this' }).click();
      // Asked anew until the loop is reached: getting there takes what it takes.
      if (seconds)
        await expect(async () => {
          await page.clock.runFor(3000);
          await page.clock.fastForward(seconds * 1000);
          await expect(cell.locator('.cell-said')).toContainText(words, { timeout: 500 });
        }).toPass();
      await expect(cell.locator('.cell-said')).toContainText(words);
    });
  await cell.getByRole('button', { name: 'Reset' }).click();
  await expect(lab.locator('.lab-badge')).toHaveText(/computed here|recorded/);
  await play(lab);
  await pause(lab);
  expect(await kept(page)).toBe('["01"]');
});

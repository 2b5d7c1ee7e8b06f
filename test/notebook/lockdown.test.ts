/**
 * What a reader's code finds in its worker once the world is given away: the lock itself, in a real
 * worker of Node. What only browsers have is tried in one: test/e2e/hostile-cells.spec.ts.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { transform } from 'sucrase';
import { afterAll, beforeAll, expect, it } from 'vitest';

const file = join(import.meta.dirname, '../../src/notebook/lockdown.ts');
const { code: lock } = transform(readFileSync(file, 'utf8'), { transforms: ['typescript'] });
const program = `
import { parentPort } from 'node:worker_threads';
${lock}
const say = parentPort.postMessage.bind(parentPort);
const compile = lockdown();
freezeGround();
parentPort.on('message', (text) => {
  try {
    say(String(compile(['fetch'], text)()));
  } catch (error) {
    say('! ' + error.message);
  }
});
`;

let worker: Worker;
beforeAll(() => {
  worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`));
});
afterAll(() => worker.terminate());

/** What comes of a text in the locked worker. */
async function tried(text: string): Promise<string> {
  const said = once(worker, 'message');
  worker.postMessage(text);
  return String((await said)[0]);
}

it.each([
  ['a name that is hidden', "fetch('x')", 'fetch is not a function'],
  ['the same, by another way', "globalThis.fetch('x')", 'globalThis.fetch is not a function'],
  ['other workers', "new BroadcastChannel('x')", 'BroadcastChannel is not a constructor'],
  ['the machine', 'process.exit()', "Cannot read properties of undefined (reading 'exit')"],
  ['its modules', "require('fs')", 'require is not defined'],
  ['code out of text', "eval('1')", 'eval is not a function'],
  ['a function out of text', "new Function('return 1')", 'Function is not a constructor'],
  ['one by a way round', "(() => {}).constructor('1')", 'Code cannot be made out of text here.'],
  ['one that waits', "(async () => {}).constructor('1')", 'Code cannot be made out of text here.'],
  [
    'one that yields',
    "(function* () {}).constructor('1')",
    'Code cannot be made out of text here.',
  ],
  ['code for later', "setTimeout('1')", 'Code cannot be made out of text here.'],
  ['bytes that run', 'new WebAssembly.Module()', 'WebAssembly.Module is not a constructor'],
  ['memory of its own', 'new WebAssembly.Memory()', 'WebAssembly.Memory is not a constructor'],
  ['pollution of records', 'Object.prototype.x = 1', 'Cannot add property x, object is not'],
  ['pollution of lists', '[].__proto__.map = 1', "Cannot assign to read only property 'map'"],
  ['pollution of functions', '(() => {}).__proto__.x = 1', 'Cannot add property x, object is not'],
  ['another mathematics', 'globalThis.Math = {}', "Cannot assign to read only property 'Math'"],
  ['one list beyond all bounds', 'new Float64Array(2e8)', 'more than a gigabyte of memory'],
  [
    'many lists',
    'for (const held = []; ; ) held.push(new Float32Array(1e7))',
    'more than a gigabyte of memory',
  ],
  ['a list by a way round', 'new ([1].constructor)(-1)', 'Invalid array length'],
  [
    'a bounded list by a way round',
    'new (new Float32Array(1).constructor)(1e9)',
    'more than a gigabyte of memory',
  ],
])('refuses %s', async (_, text, words) => {
  const said = await tried(text);
  expect(said).toMatch(/^! /);
  expect(said).toContain(words);
});

it('leaves the language, and nothing that reaches beyond it', async () => {
  const names = await tried(
    `return Object.getOwnPropertyNames(globalThis).filter((name) => {
      try { return globalThis[name] !== undefined } catch { return false }
    }).join()`,
  );
  const left = names.split(',');
  expect(left).toEqual(
    expect.arrayContaining(['Array', 'Math', 'Promise', 'performance', 'WebAssembly']),
  );
  for (const name of left)
    expect(name).not.toMatch(/fetch|process|^Buffer|Socket|Channel|Storage|Worker|Function|Blob/);
});

it('lets code do what code does', async () => {
  expect(await tried('return [3, 1, 2].sort().map((x) => x * 2).join()')).toBe('2,4,6');
  expect(await tried('return new Float32Array([0.5, 1]).length')).toBe('2');
});

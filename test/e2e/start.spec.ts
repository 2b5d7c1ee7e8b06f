/** `npm start`: the development server, as a newcomer meets it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { awake, play } from './support/lab';
import { chapters } from './support/site';
import { expect, test } from './support/test';

let server: ChildProcess;
let address: string;

test.beforeAll(async () => {
  // A group of its own, so that all that npm starts ends with it.
  server = spawn('npm', ['start', '--', '--port', '0'], { detached: true });
  address = await new Promise<string>((resolve, reject) => {
    let said = '';
    const hear = (chunk: Buffer) => {
      said += chunk;
      const found = /http:\/\/127\.0\.0\.1:\d+\//.exec(said);
      if (found) resolve(found[0]);
    };
    server.stdout!.on('data', hear);
    server.stderr!.on('data', hear);
    server.once('exit', () => reject(new Error(`npm start ended:\n${said}`)));
  });
});

test.afterAll(() => {
  process.kill(-server.pid!);
});

test('npm start shows every kind of page, and a lab trains there', async ({ page, request }) => {
  // The first look at a page compiles what it needs; on a slow machine Vite gives up once, and goes
  // on where it stopped when the page is asked for again.
  for (const path of ['', chapters[0], 'embed/fit/', 'models/', 'recorded-runs/'])
    await expect
      .poll(async () => (await request.get(address + path, { timeout: 0 })).status(), {
        message: path,
      })
      .toBe(200);
  await page.goto(`${address}embed/fit/`);
  await play(await awake(page, 'fit'));
});

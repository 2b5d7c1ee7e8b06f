/**
 * `npm test`: every check of the project, cheapest first, and one summary line at the end.
 * `npm test -- node e2e` runs only the stages named. A stage that fails does not hide the later
 * ones, unless they need what it makes.
 *
 * `npm run test:quick` is `lint types related`: the last runs the tests in Node that depend on a
 * file that differs from main (on main itself: from the last commit).
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { chromium } from './chromium.mjs';
import { firefox, webkit } from './engines.mjs';
import { pythonWithTorch } from './python.mjs';

const results = '.cache/test';
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

/** Runs of Vitest beside each other, whose counts are added. */
const vitest = (project, hows, name = project) => {
  const files = hows.map((_, i) => `${results}/${name}-${i + 1}.json`);
  const reporters = '--reporter=default --reporter=json --outputFile.json';
  return {
    commands: hows.map(
      (how, i) => `npx vitest ${how} --project "${project}" ${reporters}=${files[i]}`,
    ),
    count: () => vitestCounts(files),
  };
};

/** Files of the WebGPU stage, by a part of their names. */
const half = [
  ...['transformer', 'experiments.contract', 'experts.webgpu', 'variants', 'moe-step'],
  ...['heads.webgpu', 'optimizers.webgpu'],
];

const stages = {
  lint: { commands: ['npx biome check .'] },
  types: { commands: ['npx astro check --minimumSeverity error'] },
  // Each is one thread's work, so they run side by side.
  build: { commands: ['npm run build'], beside: 'types' },
  node: vitest('node*', ['run'], 'node'),
  // Two browsers, each with half the work: most of the time goes into compiling shaders, and a
  // browser compiles them in one thread. These files come to about half.
  webgpu: {
    ...vitest('webgpu', [
      `run ${half.join(' ')}`,
      `run ${half.map((name) => `--exclude "**/*${name}*"`).join(' ')}`,
    ]),
    browser: true,
  },
  e2e: {
    commands: ['npx playwright test --reporter=list,json'],
    count: () => playwrightCounts(`${results}/e2e.json`),
    browser: true,
    needs: 'build',
  },
};
const asked = process.argv.slice(2);
if (asked.includes('related'))
  stages.related = vitest('node*', [`related --run ${changed().join(' ')}`], 'related');
const unknown = asked.filter((name) => !(name in stages));
if (unknown.length) {
  console.error(
    `No test stage is called ${unknown.join(', ')}; there are ${Object.keys(stages).join(', ')} and related.`,
  );
  process.exit(2);
}

if (!asked.length || asked.some((name) => stages[name].browser)) bringChromium();
if (!asked.length || asked.includes('node'))
  bring('Python with PyTorch', pythonWithTorch, 'python3-torch python3-numpy');
if (!asked.length || asked.includes('e2e')) {
  bring('Firefox', firefox, 'firefox-esr');
  bring('WebKit', webkit, 'webkit2gtk-driver xvfb');
}

const total = { passed: 0, failed: 0, skipped: 0 };
const verdicts = {};
const seconds = {};
const wanted = Object.keys(stages).filter((name) => !asked.length || asked.includes(name));
for (const name of wanted) {
  if (name in verdicts) continue;
  const together = wanted.filter((other) => other === name || stages[other].beside === name);
  await Promise.all(together.map(take));
}
console.log('');
const spent = Object.entries(seconds).map(([name, time]) => `${name} ${time} s`);
console.log(`times: ${spent.join(', ')}`);
for (const [name, ok] of Object.entries(verdicts)) if (!ok) console.log(`failed stage: ${name}`);
console.log(`total: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed ? 1 : 0);

/** One stage, into the counts. */
async function take(name) {
  const stage = stages[name];
  if (verdicts[stage.needs] === false) {
    verdicts[name] = false;
    console.log(`\n── ${name}: not run, since ${stage.needs} failed`);
    total.failed++;
    return;
  }
  console.log(`\n── ${name}`);
  const started = performance.now();
  const ok = await run(stage.commands, { PLAYWRIGHT_JSON_OUTPUT_NAME: `${results}/e2e.json` });
  verdicts[name] = ok;
  add(stage.count ? stage.count() : { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 }, ok);
  seconds[name] = Math.round((performance.now() - started) / 1000);
  console.log(`── ${name}: ${ok ? 'passed' : 'FAILED'} in ${seconds[name]} s`);
}

/** All of them at once; whether each ended well. */
async function run(commands, env = {}) {
  const options = { shell: true, stdio: 'inherit', env: { ...process.env, ...env } };
  const ends = commands.map((command) => once(spawn(command, options), 'exit'));
  return (await Promise.all(ends)).every(([status]) => status === 0);
}

/** Shows nothing; may still ask for a password. */
const quietly = (command) =>
  spawnSync(command, { shell: true, stdio: ['inherit', 'ignore', 'ignore'] }).status === 0;

/**
 * Files that differ from main, and the tests that read files rather than import them: those of the
 * site and the course always, those of the recorded runs where one of these differs.
 */
function changed() {
  const git = (...words) => {
    const { status, stdout } = spawnSync('git', words, { encoding: 'utf8' });
    return status === 0 ? stdout.split('\n').filter(Boolean) : [];
  };
  const [base = 'HEAD'] = ['main', 'origin/main'].flatMap((name) =>
    git('merge-base', 'HEAD', name),
  );
  const files = [
    ...git('diff', '--name-only', '--diff-filter=d', base),
    ...git('ls-files', '--others', '--exclude-standard'),
  ];
  const readers = ['test/site', 'test/course'];
  if (files.some((file) => file.startsWith('public/runs/'))) readers.push('test/lab/recorded-runs');
  return [...files, ...git('ls-files', ...readers.map((reader) => `${reader}*.test.ts*`))].map(
    (file) => JSON.stringify(file),
  );
}

/** Adds a stage's counts; a stage that failed without a failing test counts as one failure. */
function add({ passed, failed, skipped }, ok) {
  total.passed += passed;
  total.failed += ok ? failed : Math.max(1, failed);
  total.skipped += skipped;
}

function vitestCounts(paths) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const path of paths) {
    const report = existsSync(path) && JSON.parse(readFileSync(path, 'utf8'));
    counts.passed += report ? report.numPassedTests : 0;
    counts.failed += report ? report.numFailedTests : 1;
    counts.skipped += report ? report.numPendingTests + report.numTodoTests : 0;
  }
  return counts;
}

function playwrightCounts(path) {
  if (!existsSync(path)) return { passed: 0, failed: 1, skipped: 0 };
  const { stats } = JSON.parse(readFileSync(path, 'utf8'));
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped };
}

/** An installed Chromium, else Playwright's, else Debian's. */
function bringChromium() {
  if (chromium()) return;
  console.log('No Chromium found: asking Playwright for one.');
  if (quietly('npx playwright install chromium') && chromium()) return;
  console.log('Playwright could not bring one: asking Debian.');
  fromDebian('chromium');
  if (chromium()) return;
  console.error(
    'The browser tests need a Chromium. Install one, or set CHROMIUM to the path of one, and run npm test again.',
  );
  process.exit(1);
}

/** From Debian, what only some tests need; they are left out where it cannot be had. */
function bring(name, there, packages) {
  if (there()) return;
  console.log(`No ${name} found: asking Debian for one.`);
  fromDebian(`--no-install-recommends ${packages}`);
  if (!there()) console.log(`It could not be brought: tests that need ${name} are left out.`);
}

/** Where there is no Debian, or no right to install, nothing comes of it. */
function fromDebian(packages) {
  const root = process.getuid?.() === 0 ? '' : 'sudo ';
  quietly(`${root}apt-get update -qq && ${root}apt-get install -y -qq ${packages}`);
}

/**
 * `npm run bench`: the same trainings by us, by plain TensorFlow.js, by jax-js and by PyTorch on the
 * CPU, in one run. Prints a table and writes bench/results.json (the rows), bench/machine.json (where
 * and when), bench/profile.json (where the time of two of our steps goes) and the README's figures.
 * Fails if the systems' losses disagree or a replayed step costs more than a twentieth of the plain
 * one's JavaScript.
 *
 *   --quick          three cases, a minute; leaves the README alone
 *   --only=a,b       these cases; writes nothing
 *   --isolated       a page with SharedArrayBuffer: WebAssembly may use threads; writes nothing
 *   cold             instead: from Play to the first step drawn, nothing made ready before
 *   memory           instead: ten minutes of play, and what page and worker keep
 *   models           only that: every named model beside its reference, and the accounting
 *   profile a b      instead: where the time of our steps goes, command by command
 *   edited           instead: a reader's copy of a router beside the library's
 *   occupancy a b    instead: what each command of our steps starts, without a GPU; fails where a
 *                    graphics processor would stay empty
 *   scaling          instead: our step with 64 experts beside that with 8
 *   sweep            instead: several small models of one shape beside one
 *   readme           instead: writes the README's figures again
 *   pack             instead: a folder that runs the cases on Dawn, on a machine with nothing installed
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { openBrowser } from './browser.mjs';
import { compare, disagreements, rounded, tolerance } from './compare.mjs';
import { editedComplaints, editedRows, measureCell, sayEdited } from './edited.mjs';
import { measurePage, pageComplaints } from './page.mjs';
import { profileOf } from './profile.mjs';
import writeReadme from './readme.mjs';
import { runnersOf } from './runners.mjs';
import { scaling } from './scaling.mjs';
import { table } from './table.mjs';
import { targets } from './targets.mjs';
import { openTorch } from './torch.mjs';

const parts = {
  cold: './cold.mjs',
  edited: './edited.mjs',
  memory: './memory.mjs',
  models: './models.mjs',
  occupancy: './occupancy.mjs',
  pack: './pack.mjs',
  profile: './profile.mjs',
  readme: './readme.mjs',
  scaling: './scaling.mjs',
  sweep: './sweep.mjs',
};
const asked = process.argv.slice(2);
const part = asked.find((word) => word in parts);
if (part) {
  const wrong = await (await import(parts[part])).default(asked.filter((word) => word !== part));
  for (const words of wrong ?? []) console.error(words);
  process.exit(wrong?.length ? 1 : 0);
}

const quick = asked.includes('--quick');
const isolated = asked.includes('--isolated');
const only = asked
  .find((word) => word.startsWith('--only='))
  ?.slice('--only='.length)
  .split(',');

/** Whether the results become the project's. */
const kept = !only && !isolated;

const { page, close } = await openBrowser({ isolated });
const torch = await openTorch();
if (!torch) console.log('PyTorch is not installed for the system’s Python: left out.');

const rows = [];
const complaints = [];
let adapter;
let replayed;
let grown;
let edited;
const profiles = {};
try {
  const cases = await page.evaluate(() => globalThis.bench.cases);
  const unknown = only?.filter((name) => !cases.some((one) => one.name === name)) ?? [];
  if (unknown.length)
    throw new Error(
      `There is no case ${unknown}; there are ${cases.map((one) => one.name).join(', ')}.`,
    );
  for (const chosen of cases) {
    if (only ? !only.includes(chosen.name) : quick && chosen.slow) continue;
    console.log(`${chosen.label} …`);
    const effort = quick
      ? { steps: 3, rounds: 3, roundMs: 100 }
      : { steps: chosen.steps ?? 20, rounds: 5, roundMs: 1000 };
    const found = await compare(chosen, runnersOf(page, torch, chosen.name), effort);
    complaints.push(...disagreements(found));
    rows.push(...found);
    // What was measured stays, should a later case break off.
    if (kept) writeFileSync('bench/results.json', `${JSON.stringify(rows, undefined, 1)}\n`);
  }
  adapter = await page.evaluate(() => globalThis.bench.ask('ours', 'webgpu', 'adapter'));
  console.log(`\n${table(rows)}\n`);
  console.log(`Adapter: ${adapter}. Processor: ${cpus().length} × ${cpus()[0].model.trim()}.`);
  if (torch) console.log(`${torch.name}.`);
  if (!only && !quick) {
    grown = { webgpu: await scaling(page, 'webgpu'), wasm: await scaling(page, 'wasm') };
    for (const name of ['classifier-8', 'classifier-64'])
      profiles[name] = await profileOf(page, name);
  }
  console.table(targets(rows, grown));
  console.log(`Losses of all steps agree within ${tolerance} where nothing else is said below.\n`);

  if (!only) {
    const [eager, again] = await page.evaluate(
      ([compared, rounds]) => globalThis.bench.replay(compared, rounds),
      quick ? [10, 2] : [100, 9],
    );
    complaints.push(...replayComplaints(eager, again));
    const { losses: _, ...measured } = again;
    replayed = { ...measured, eagerJsMs: eager.jsMs };
    edited = await editedRows(page, quick ? 6 : 30);
  }
} finally {
  torch?.close();
  await close();
}

const cell = edited && !quick ? await measureCell() : undefined;
if (edited) {
  sayEdited(edited, cell);
  complaints.push(...editedComplaints(edited, cell));
}

let built;
if (!quick && !only) {
  built = await measurePage();
  if (built) {
    complaints.push(...pageComplaints(built));
    console.log(
      `Station 01 on WebGPU: ${built.playToFirstStepMs} ms from Play to the first step drawn; the longest task of the page while training is ${built.longestTaskMs} ms of computing, ${built.longestTaskOnTheClockMs} ms on the clock.`,
    );
  } else console.log('dist/ is not built: the page itself is not measured.');
  complaints.push(...(await (await import('./models.mjs')).default()));
}

if (kept && !quick)
  writeFileSync('bench/profile.json', `${JSON.stringify(profiles, undefined, 1)}\n`);
if (kept) {
  const machine = {
    date: new Date().toISOString().slice(0, 10),
    quick,
    adapter,
    processor: `${cpus().length} × ${cpus()[0].model.trim()}`,
    pytorch: torch?.name,
    station06: replayed,
    eightTimesTheExperts: grown,
    station01: built,
    editedRouter: edited && { rows: edited, ...(cell && { cell }) },
  };
  writeFileSync('bench/machine.json', `${JSON.stringify(machine, undefined, 2)}\n`);
}
if (kept && !quick) writeReadme();
for (const words of complaints) console.error(words);
process.exit(complaints.length ? 1 : 0);

function replayComplaints(eager, replayed) {
  const ratio = eager.jsMs / replayed.jsMs;
  console.log(
    `Station 06, replayed: ${rounded(replayed.stepMs)} ms per step, ${rounded(replayed.jsMs)} ms of JavaScript, ${rounded(ratio)} times less than eager.`,
  );
  const words = [];
  const apart = Math.max(
    ...eager.losses.map((loss, i) => Math.abs(replayed.losses[i] - loss) / loss),
  );
  if (!(apart <= 1e-5))
    words.push(`Station 06: the replayed losses differ from the plain ones, by ${apart}.`);
  if (!(ratio >= 20))
    words.push('Station 06: a replayed step takes over a twentieth of the plain one’s JavaScript.');
  return words;
}

/** What no file of a public repository should hold. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const git = spawnSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' });
const binary = /\.(png|woff2?|wasm|safetensors|ico|jpg)$/;

/** Put together, so that this file does not hold what it looks for. */
const words = (...parts: string[][]) => new RegExp(parts.map((part) => part.join('')).join('|'));
const machine = words(
  ['(?<![\\w.~-])/(home', '|Users|root|work|tmp|mnt|srv)/\\w'],
  ['\\b[A-Z]:\\\\\\\\?(Users', '|Windows)'],
  ['file', '://', '/'],
);
const later = words(['\\bTO', 'DO\\b'], ['\\bFIX', 'ME\\b'], ['\\bXX', 'X\\b'], ['\\bHA', 'CK\\b']);

// A copy without its history has no list of what is kept.
describe.skipIf(git.status !== 0)('kept files', () => {
  const files = git.stdout
    ?.split('\n')
    .filter((file) => file && !binary.test(file) && existsSync(join(root, file)));

  /** "file:line: text" wherever the words occur. */
  const found = (pattern: RegExp, within = files) =>
    within.flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .flatMap((line, i) =>
          pattern.test(line) ? [`${file}:${i + 1}: ${line.trim().slice(0, 100)}`] : [],
        ),
    );

  it('are many', () => expect(files.length).toBeGreaterThan(500));

  it('name no path of a machine', () => expect(found(machine)).toEqual([]));

  it('wait for no time to pass and judge by no clock, where they are tests', () => {
    const clocks = words(
      ['waitFor', 'Timeout'],
      ['network', 'idle'],
      ['(performance|Date)\\.', 'now'],
    );
    const tests = files.filter((file) => /^test\/.*\.tsx?$/.test(file));
    expect(tests.length).toBeGreaterThan(100);
    expect(found(clocks, tests)).toEqual([]);
  });

  it('put nothing off', () => expect(found(later)).toEqual([]));

  it('are told from the words that they may hold', () => {
    const wrong = ['cd /ho', 'me/ada/x', "'/tm", "p/a'", 'C:\\Us', 'ers\\ada', 'file:/', '//x'];
    for (let i = 0; i < wrong.length; i += 2) expect(wrong[i] + wrong[i + 1]).toMatch(machine);
    for (const right of ['/a/b/', 'https://example.org/home/page', 'src/root/file', '/embed/fit/'])
      expect(right).not.toMatch(machine);
    expect(`// ${'TO'}${'DO'}: later`).toMatch(later);
  });
});

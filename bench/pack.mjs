/**
 * `npm run bench -- pack`: one folder with everything that the cases need on Dawn: Node, WebGPU, our
 * code and the compared systems. Copy it to a machine with a graphics processor, of the same system
 * and processor family as this one, and start run.sh; nothing has to be installed there.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { bundle } from './bundle.mjs';

const folder = '.cache/switchyard-bench';
const packages = '.cache/dawn-npm';

export default async function pack() {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(packages, { recursive: true });
  for (const file of ['package.json', 'package-lock.json'])
    copyFileSync(join('bench/dawn', file), join(packages, file));
  // WebGPU is 130 MB for all platforms: no dependency of the project, only of this command.
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd: packages,
    stdio: ['ignore', 'ignore', 'inherit'],
  });

  await bundle({ main: 'bench/dawn/main.ts', child: 'bench/dawn/child.ts' }, folder, {
    base: '/',
    alias: { 'webgpu-llm/llm': resolve(packages, 'node_modules/webgpu-llm/src/llm/index.js') },
  });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');

  const from = join(packages, 'node_modules/webgpu');
  const family = `${process.platform}-${process.platform === 'darwin' ? 'universal' : process.arch}`;
  mkdirSync(join(folder, 'webgpu/dist'), { recursive: true });
  for (const file of ['index.js', 'LICENSE.md'])
    copyFileSync(join(from, file), join(folder, 'webgpu', file));
  writeFileSync(join(folder, 'webgpu/package.json'), '{ "type": "module" }\n');
  cpSync(join(from, 'dist', family), join(folder, 'webgpu/dist', family), { recursive: true });

  const node = ['node_modules/node/bin/node', process.execPath].find(existsSync);
  copyFileSync(realpathSync(node), join(folder, 'node'));
  // The loader of Vulkan drivers, for a machine that has a driver and no loader.
  const loader = [
    '/usr/lib/x86_64-linux-gnu/libvulkan.so.1',
    '/usr/lib/chromium/libvulkan.so.1',
  ].find(existsSync);
  if (loader) {
    mkdirSync(join(folder, 'lib'));
    copyFileSync(realpathSync(loader), join(folder, 'lib/libvulkan.so.1'));
  }
  writeFileSync(join(folder, 'run.sh'), script);
  for (const file of ['run.sh', 'node']) chmodSync(join(folder, file), 0o755);
  console.log(
    `${folder}: copy it to the other machine and start run.sh there (--quick for a minute, --profile for every command’s time).`,
  );
}

const script = `#!/bin/sh
# The benchmark on this machine's graphics processor. --quick takes about a minute.
# --profile also prints where the time of our steps goes, command by command.
cd "$(dirname "$0")" || exit
LD_LIBRARY_PATH="$LD_LIBRARY_PATH\${LD_LIBRARY_PATH:+:}$PWD/lib" exec ./node main.js "$@"
`;

/**
 * `npm run wasm`: compiles src/tensor/assembly (AssemblyScript) to src/tensor/assembly/kernels.wasm. The
 * result is committed; test/tensor/assembly.wasm.test.ts fails if it is not what the source gives.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import asc from 'assemblyscript/asc';

const root = join(import.meta.dirname, '..');
const entry = 'src/tensor/assembly/index.ts';
export const target = join(root, 'src/tensor/assembly/kernels.wasm');

/** The binary of the source as it is. Throws what the compiler has to say. */
export async function compile() {
  let binary;
  const { error, stderr } = await asc.main(
    [
      entry,
      '--outFile=kernels.wasm',
      '-O3',
      '--noAssert',
      // Memory is TensorFlow.js's: nothing may be laid down or kept in it.
      '--importMemory',
      '--noExportMemory',
      '--runtime=stub',
      '--use=abort=',
      '--enable=simd',
      // Vectors are passed between our own functions only.
      '--disableWarning=112',
    ],
    {
      readFile: (name, base) => {
        try {
          return readFileSync(join(root, base === '.' ? '' : base, name), 'utf8');
        } catch {
          return null;
        }
      },
      writeFile: (name, contents) => {
        if (name === 'kernels.wasm') binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error || !binary) throw new Error(`src/tensor/assembly cannot be compiled.\n${stderr}`);
  return binary;
}

if (import.meta.filename === process.argv[1]) {
  const binary = await compile();
  writeFileSync(target, binary);
  console.log(`${relative(root, target)}: ${binary.length} bytes`);
}

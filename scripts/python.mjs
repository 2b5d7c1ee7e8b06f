/**
 * Finds a Python that has PyTorch and NumPy: the one named by PYTHON, else the first on the path,
 * else the system's. `scripts/test.mjs` brings them first where there are none.
 */
import { spawnSync } from 'node:child_process';

const candidates = () => [process.env.PYTHON, 'python3', '/usr/bin/python3', 'python'];

/** Its name or path, or undefined. */
export const pythonWithTorch = () =>
  candidates().find(
    (python) =>
      python && spawnSync(python, ['-c', 'import numpy, torch'], { stdio: 'ignore' }).status === 0,
  );

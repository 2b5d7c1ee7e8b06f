/** PyTorch on this machine's CPU, where it is installed: a process that takes requests by line. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const python = process.env.PYTHON ?? '/usr/bin/python3';

/** Undefined where there is no PyTorch. */
export async function openTorch() {
  const child = spawn(python, ['bench/torch/serve.py'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  const complaints = [];
  child.stderr.on('data', (data) => complaints.push(String(data)));
  child.on('error', () => {});
  // A process that dies while asked ends the run through its empty answer.
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value } = await lines.next();
    if (value === undefined) throw new Error(`PyTorch ended: ${complaints.join('').slice(-800)}`);
    return JSON.parse(value);
  };
  const ask = async (request) => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    return answer();
  };
  try {
    const { ready } = await answer();
    return {
      name: ready,
      open: (chosen) => ask({ method: 'open', case: chosen }),
      run: (count, which) => ask({ method: 'run', count, which }),
      close: () => void child.kill(),
    };
  } catch {
    return undefined;
  }
}

/** What a machine can do: the ladder, then three labs of the course for a few seconds each. */
import type { Ladder, Reply, Rung, Speed } from '../../engine/protocol';
import type { Engine } from '../../lab/engine';
import { loadLab } from '../../lab/labs';
import { recordingsOf } from '../../lab/recordings';

/** From light to heavy. */
export const referenceLabs = [
  { lab: 'fit', words: 'Station 01: one network learns a curve' },
  { lab: 'collapse', words: 'Station 06: eight experts and a router' },
  { lab: 'price', words: 'Station 06: seven mixtures side by side' },
];

export interface LabSpeed {
  words: string;
  /** Milliseconds from the first press to the first step: once, since compiled kernels are kept. */
  startMs: number;
  stepsPerSecond: number;
  speed: Speed;
  /** Seconds that the lab's whole run takes. */
  runSeconds: number;
}

export interface Findings {
  ladder: Ladder;
  /** Empty where nothing can be computed. */
  labs: LabSpeed[];
  /** Labs that failed, in sentences. */
  failures: string[];
}

/** Seconds for which each lab is timed, after its first frame. */
const seconds = 3;
/** Seconds after which a lab that has not taken a step is given up. */
const patience = 60;

/** Measures; `say` hears what is being done. Throws a sentence if the engine gives no answer at all. */
export async function measure(engine: Engine, say: (words: string) => void): Promise<Findings> {
  say('Looking for the fastest way to compute.');
  const ladder = await ladderOf(engine);
  const found: Findings = { ladder, labs: [], failures: [] };
  if (ladder.chosen === 'recorded') return found;
  for (const { lab, words } of referenceLabs) {
    say(`Training: ${words}.`);
    try {
      found.labs.push({ words, ...(await speedOf(engine, lab)) });
    } catch (error) {
      found.failures.push(`${words}: ${(error as Error).message}`);
    }
  }
  return found;
}

function ladderOf(engine: Engine): Promise<Ladder> {
  return new Promise((resolve, reject) => {
    const stop = engine.listen((reply) => {
      if (reply.kind !== 'ladder' && reply.kind !== 'stopped') return;
      stop();
      if (reply.kind === 'stopped') reject(new Error(reply.words));
      else resolve(reply.ladder);
    });
    engine.send({ kind: 'ladder' });
  });
}

async function speedOf(engine: Engine, name: string): Promise<Omit<LabSpeed, 'words'>> {
  const description = await loadLab(name);
  const { settings, seed, inputs, lastStep } = recordingsOf(description).default;
  const lab = `check-${name}`;
  const pressed = performance.now();
  let first: { at: number; step: number } | undefined;
  try {
    return await new Promise((resolve, reject) => {
      const giveUp = setTimeout(() => {
        stop();
        reject(new Error(`no step within ${patience} seconds.`));
      }, patience * 1000);
      const stop = engine.listen((reply: Reply) => {
        if (!('lab' in reply) || reply.lab !== lab) return;
        if (reply.kind === 'state' && ['error', 'diverged', 'lost'].includes(reply.state)) {
          clearTimeout(giveUp);
          stop();
          reject(new Error(reply.words));
        }
        if (reply.kind !== 'frame' || reply.frame.step === 0) return;
        const now = performance.now();
        const { step, speed } = reply.frame;
        first ??= { at: now, step };
        if (now - first.at < seconds * 1000 || step === first.step) return;
        clearTimeout(giveUp);
        stop();
        const stepsPerSecond = ((step - first.step) / (now - first.at)) * 1000;
        resolve({
          startMs: first.at - pressed,
          stepsPerSecond,
          speed,
          runSeconds: lastStep / stepsPerSecond,
        });
      });
      engine.send({
        kind: 'open',
        lab,
        experiment: description.experiment ?? '',
        lanes: [{ settings, seed, ...(inputs && { inputs }) }],
        order: 'together',
        // Timed, not trained: it must not end before the time does.
        lastStep: 1_000_000_000,
      });
      engine.send({ kind: 'play', lab });
    });
  } finally {
    engine.send({ kind: 'close', lab });
  }
}

export const rungInWords: Record<Rung, string> = {
  webgpu: 'WebGPU, on the graphics processor',
  wasm: 'WebAssembly, on the processor',
  cpu: 'plain JavaScript, on the processor',
  recorded: 'recorded runs only',
};

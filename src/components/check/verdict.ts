/** What the measurements mean for a lesson, in words. */
import { rungNames } from '../lab/Readout';
import { type Findings, type LabSpeed, rungInWords } from './measure';

/** Seconds of a whole run up to which readers watch it, and up to which they wait. */
const watched = 30;
const waited = 120;

export function pace({ runSeconds }: Pick<LabSpeed, 'runSeconds'>): string {
  if (runSeconds <= watched) return 'runs well';
  return runSeconds <= waited ? 'slow' : 'too slow to wait for';
}

/** One sentence on the whole, and one on each thing that will be slow. */
export function verdict({ ladder, labs, failures }: Findings): string[] {
  if (ladder.chosen === 'recorded')
    return [
      'Nothing can be computed in this browser: every lab shows its recorded run, which can be played, paused and looked back on, but not changed.',
    ];
  const words = [`The labs train here with ${rungInWords[ladder.chosen]}.`];
  for (const lab of labs) {
    const { runSeconds, words: name } = lab;
    if (runSeconds > watched)
      words.push(
        `Slow here: “${name}” takes ${time(runSeconds)} for a whole run. ${
          runSeconds > waited
            ? 'Show its recorded run, or stop early.'
            : 'Start it before you talk about it.'
        }`,
      );
  }
  const slowStart = labs.find(({ startMs }) => startMs > 3000);
  if (slowStart)
    words.push(
      `The first press of Play takes ${time(slowStart.startMs / 1000)} to start, while the graphics driver compiles; later ones are faster.`,
    );
  if (labs.length && words.length === 1) words.push('Nothing in the course will be slow here.');
  return [...words, ...failures.map((failure) => `It failed: ${failure}`)];
}

/** "8 s", "2.5 min": no finer than it matters. */
export function time(seconds: number): string {
  if (seconds < 10) return `${Number(seconds.toPrecision(2))} s`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  const minutes = seconds / 60;
  return `${minutes < 10 ? Number(minutes.toPrecision(2)) : Math.round(minutes)} min`;
}

/** All of it as plain text, for a message to whoever looks after the machines. */
export function asText(findings: Findings, browser: string): string {
  const { ladder, labs } = findings;
  return [
    'Switchyard: check of this machine',
    ...verdict(findings),
    '',
    ...ladder.reports.map(
      ({ rung, reason, device }) =>
        `${rungNames[rung]}${rung === ladder.chosen ? ' (used)' : ''}: ${reason}${device ? ` ${device}.` : ''}`,
    ),
    '',
    ...labs.map(
      (lab) =>
        `${lab.words}: ${Math.round(lab.stepsPerSecond)} steps per second, ${time(lab.runSeconds)} for a whole run, ${pace(lab)}`,
    ),
    '',
    `Browser: ${browser}`,
  ].join('\n');
}

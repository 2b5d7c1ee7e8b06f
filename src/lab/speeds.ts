/** How fast a run may go, for a menu. */
export interface SpeedChoice {
  label: string;
  stepsPerSecond: number;
}

/** Slow enough to watch each step, a run in some ten seconds, and as fast as the device goes. */
export function speedsOf(lastStep: number): SpeedChoice[] {
  const round = (x: number) => {
    const power = 10 ** Math.floor(Math.log10(x));
    return Math.max(1, Math.round(x / power) * power);
  };
  const slow = round(lastStep / 60);
  const medium = round(lastStep / 10);
  return [
    { label: `${slow} steps/s`, stepsPerSecond: slow },
    { label: `${medium} steps/s`, stepsPerSecond: medium },
    { label: 'full speed', stepsPerSecond: Infinity },
  ];
}

/** `npm run try`: what its words ask for, and which are refused. */
import { describe, expect, it } from 'vitest';
import { asked } from '../../scripts/recorder/attempt';
import { loadLab } from '../../src/lab/labs';

const collapse = await loadLab('collapse');

describe('a lab tried with settings of one’s own', () => {
  it('takes settings, changes in order of steps, and how often it is tried', () => {
    expect(
      asked(collapse, [
        'topK=1',
        'balancer=none@400',
        'balancer=switch@300',
        'seeds=5',
        'steps=500',
      ]),
    ).toEqual({
      settings: { topK: 1 },
      changes: [
        { step: 300, name: 'balancer', value: 'switch' },
        { step: 400, name: 'balancer', value: 'none' },
      ],
      seeds: 5,
      lastStep: 500,
    });
  });

  it('refuses in words what the lab does not know', () => {
    expect(() => asked(collapse, ['topK=9'])).toThrow('topK=9 is more than 4.');
    expect(() => asked(collapse, ['rate=1'])).toThrow(
      'The command sets rate, which this lab (collapse) does not have.',
    );
    expect(() => asked(collapse, ['topK'])).toThrow('topK is not a setting: write name=value');
    expect(() => asked(collapse, ['seeds=0'])).toThrow('seeds=0 is not a whole number from 1.');
  });
});

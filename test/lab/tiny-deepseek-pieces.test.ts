/** Station 17: a piece taken out by its switch is the model that the table of one piece trains. */
import { describe, expect, it } from 'vitest';
import { controlsOf } from '../../src/lab/controls';
import { loadLab } from '../../src/lab/labs';
import { members } from '../../src/lab/members';
import { check, settingsOf } from '../../src/lab/settings';
import { variants } from '../../src/labs/tiny-deepseek/one-out';
import { stops } from '../../src/labs/tiny-deepseek/shared/pieces';
import { configOf, type Pieces } from '../../src/model/experiments/tiny-deepseek/shared/model';

const lab = await loadLab('whole');
const controls = controlsOf(lab, members);
const whole = settingsOf(controls, lab.fixed);
const pieces = stops.flatMap((stop) => stop.pieces);
const piece = (name: string) => pieces.find((each) => each.name === name)!;
const without = (...names: string[]) =>
  names.reduce((now, name) => Object.assign(now, piece(name).turned(now, false)), { ...whole });

describe('the switches of the whole model', () => {
  it('are all in at first, and take out what the table takes out', () => {
    expect(pieces.filter((each) => !each.isOn(whole))).toEqual([]);
    const rows: Record<string, string[]> = {
      heads: ['latent'],
      unbalanced: ['bias', 'rows'],
      unlimited: ['limit'],
      softmax: ['gates'],
      unshared: ['shared'],
      whole: ['slices'],
      alone: ['module'],
      dense: ['experts'],
    };
    for (const [variant, names] of Object.entries(rows)) {
      const { settings } = variants.find(({ name }) => name === variant)!;
      expect(without(...names), variant).toEqual({ ...whole, ...settings });
    }
  });

  it.each(pieces.map(({ name }) => name))('%s goes out and comes back', (name) => {
    const off = without(name);
    expect(piece(name).isOn(off)).toBe(false);
    expect({ ...off, ...piece(name).turned(off, true) }).toEqual(whole);
    // In words and in the drawing it is another.
    expect(piece(name).says(off)).not.toBe(piece(name).says(whole));
    expect(piece(name).draws(off)).not.toEqual(piece(name).draws(whole));
    // What is set can be set by hand too, and is a model.
    for (const control of controls) expect(check(control, off[control.name]).words).toBeUndefined();
    expect(() => configOf(off as unknown as Pieces, 48)).not.toThrow();
  });

  it('keep about as many units at work with slices, shared expert, both or neither', () => {
    const units = (settings: typeof whole) =>
      (Number(settings.topK) + Number(settings.sharedExperts)) * Number(settings.expertHidden);
    expect(
      [without(), without('shared'), without('slices'), without('slices', 'shared')].map(units),
    ).toEqual([80, 80, 84, 80]);
  });

  it('have no room where there are no experts', () => {
    const dense = without('experts');
    expect(
      pieces.filter(({ applies }) => applies?.(dense) === false).map(({ name }) => name),
    ).toEqual(['gates', 'bias', 'limit', 'slices', 'shared', 'rows']);
  });
});

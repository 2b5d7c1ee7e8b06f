/** What follows from where a lab stands: the words and numbers that the page tells of its run. */
import { computed } from '@preact/signals';
import type { Rung } from '../engine/protocol';
import { findingsOf } from './findings';
import { valueInWords } from './settings';
import type { LabStore } from './store';
import { stripOf } from './strip';

export class Told {
  constructor(private readonly store: LabStore) {}

  readonly findings = computed(() => findingsOf(this.store.lab, this.store.shown.value));
  readonly title = computed(() =>
    this.store.lab.title(this.store.shown.value, this.findings.value),
  );
  readonly inShort = computed(() =>
    this.store.lab.describe(this.store.shown.value, this.findings.value),
  );

  /** Where the numbers of the figure were computed. */
  readonly backend = computed<Rung>(() => {
    const ladder = this.store.player.link.ladder.value;
    return this.store.isHere.value && ladder ? ladder.chosen : 'recorded';
  });

  /** Names of the goals that the run reaches now; a recording reaches none for the reader. */
  readonly met = computed(() => {
    const { lab, answers, run } = this.store;
    const findings = findingsOf(lab, run.value);
    return (lab.goals ?? [])
      .filter(({ met }) => run.value.origin === 'here' && met(run.value, answers.value, findings))
      .map(({ name }) => name);
  });

  /** The recorded seeds and the reader's finished runs among them. */
  readonly strip = computed(() => {
    const { lab, recorded, history, controls } = this.store;
    const run = this.store.run.value;
    const before = history.own.value.filter(({ id }) => id !== run.id);
    return stripOf(lab, recorded, run.origin === 'here' ? [...before, run] : before, controls);
  });

  /** Settings, seed and step, for print. */
  readonly inWords = computed(() => {
    const { active, plan } = this.store;
    const { settings, seed, step, origin } = this.store.shown.value;
    const words = active.value
      .filter(({ name }) => settings[name] !== undefined)
      .map((control) => `${control.label} ${valueInWords(control, settings[control.name])}`);
    if (plan.kind === 'table' && plan.draws) words.push(`seed ${seed}`);
    if (plan.kind !== 'table')
      words.push(`seed ${seed}`, `step ${step}`, origin === 'here' ? 'computed here' : origin);
    return `${words.join(', ')}.`;
  });
}

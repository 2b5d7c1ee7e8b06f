/** Predictions: the first answer counts, is kept, and opens the explanation. */
import { storage } from '../../../reader/storage';

for (const section of document.querySelectorAll<HTMLElement>('[data-predict]')) {
  const key = `predict.${section.dataset.predict}`;
  const buttons = [...section.querySelectorAll<HTMLButtonElement>('.predict-options button')];
  const details = section.querySelector('details')!;
  const summary = details.querySelector('summary')!;
  const verdict = section.querySelector('.predict-verdict')!;

  const show = (chosen: string) => {
    const right = buttons.find((button) => 'right' in button.dataset);
    for (const button of buttons) {
      const words = button.textContent!.trim();
      button.setAttribute('aria-pressed', String(words === chosen));
      button.disabled = true;
    }
    section.dataset.committed = '';
    summary.tabIndex = 0;
    summary.ariaDisabled = null;
    verdict.textContent = !right
      ? `You said: ${chosen}.`
      : right.textContent!.trim() === chosen
        ? `You said: ${chosen}. That is what happens.`
        : `You said: ${chosen}. What happens: ${right.textContent!.trim()}.`;
  };

  // Nothing to unfold before an answer.
  summary.tabIndex = -1;
  summary.ariaDisabled = 'true';
  summary.addEventListener('click', (event) => {
    if (!('committed' in section.dataset)) event.preventDefault();
  });

  const kept = storage.get(key);
  if (kept && buttons.some((button) => button.textContent!.trim() === kept)) show(kept);
  for (const button of buttons)
    button.addEventListener('click', () => {
      const chosen = button.textContent!.trim();
      storage.set(key, chosen);
      show(chosen);
      details.open = true;
      summary.focus();
    });
}

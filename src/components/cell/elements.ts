/** What cells are built of. */

export function element(tag: string, name: string, text?: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
}

export function button(words: string, click: () => void): HTMLButtonElement {
  const made = element('button', 'cell-button', words) as HTMLButtonElement;
  made.type = 'button';
  made.addEventListener('click', click);
  return made;
}

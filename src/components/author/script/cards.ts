/**
 * Cards: a glossary entry beside its term, a measured number's origin beside the number. They open on
 * hover and focus and close on Escape; the link itself works as any link. On a touch screen the first
 * tap opens the card, which links on.
 */

const links = document.querySelectorAll<HTMLAnchorElement>('a[data-card], a[data-words]');
let open: { link: HTMLAnchorElement; card: HTMLElement } | undefined;
let timer = 0;
let touched = false;

/** The shared card of words that are not worth an element each. */
const words = document.createElement('div');
words.className = 'card';
words.id = 'words-card';
words.popover = 'manual';
document.body.append(words);

function cardOf(link: HTMLAnchorElement): HTMLElement | null {
  if (link.dataset.card) return document.getElementById(link.dataset.card);
  words.textContent = link.dataset.words ?? '';
  return words;
}

function show(link: HTMLAnchorElement): void {
  clearTimeout(timer);
  if (open?.link === link) return;
  hide();
  const card = cardOf(link);
  if (!card) return;
  card.showPopover();
  place(card, link);
  link.setAttribute('aria-describedby', card.id);
  open = { link, card };
}

function hide(): void {
  clearTimeout(timer);
  if (!open) return;
  open.link.removeAttribute('aria-describedby');
  open.card.hidePopover();
  open = undefined;
}

/** Below the link, or above where there is no room; never past the edges of the screen. */
function place(card: HTMLElement, link: HTMLElement): void {
  const at = link.getClientRects()[0];
  const { offsetWidth: width, offsetHeight: height } = card;
  const edge = 8;
  const left = Math.max(
    edge,
    Math.min(at.left - 12, document.documentElement.clientWidth - width - edge),
  );
  const below = at.bottom + 6 + height < innerHeight;
  card.style.left = `${left}px`;
  card.style.top = `${below ? at.bottom + 6 : Math.max(edge, at.top - 6 - height)}px`;
}

const later = (action: () => void) => {
  clearTimeout(timer);
  timer = window.setTimeout(action, 180);
};

for (const link of links) {
  link.addEventListener('pointerenter', (event) => {
    if (event.pointerType === 'mouse') later(() => show(link));
  });
  link.addEventListener('pointerleave', () => later(hide));
  link.addEventListener('pointerdown', (event) => {
    touched = event.pointerType === 'touch';
  });
  link.addEventListener('focus', () => {
    if (!touched) show(link);
  });
  link.addEventListener('blur', () => later(hide));
  link.addEventListener('click', (event) => {
    if (!touched || open?.link === link) return;
    event.preventDefault();
    show(link);
  });
}

document.addEventListener('pointerover', (event) => {
  if (open?.card.contains(event.target as Node)) clearTimeout(timer);
});
document.addEventListener('pointerdown', (event) => {
  const target = event.target as Node;
  if (open && !open.card.contains(target) && !open.link.contains(target)) hide();
});
for (const card of document.querySelectorAll('.card'))
  card.addEventListener('pointerleave', () => later(hide));
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') hide();
});
// Focus may scroll the page: the card goes with its link, as long as that can be seen.
addEventListener(
  'scroll',
  () => {
    if (!open) return;
    const { top, bottom } = open.link.getBoundingClientRect();
    if (bottom < 0 || top > innerHeight) hide();
    else place(open.card, open.link);
  },
  { passive: true },
);

// A module: its names are its own.
export {};

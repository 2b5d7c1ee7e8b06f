/** The search dialog: "/" or the button opens it, results come as one types. */

interface Result {
  url: string;
  excerpt: string;
  meta: { title: string };
  sub_results: { url: string; title: string; excerpt: string }[];
}

interface Pagefind {
  options(options: { baseUrl: string; excerptLength: number }): Promise<void>;
  debouncedSearch(words: string): Promise<{ results: { data(): Promise<Result> }[] } | null>;
}

const most = 8;
const dialog = document.querySelector<HTMLDialogElement>('#search')!;
const input = dialog.querySelector('input')!;
const status = dialog.querySelector('.search-status')!;
const list = dialog.querySelector('.search-results')!;
/** Where the site stands, whatever its folder: the build makes this relative to the page. */
const root = new URL(document.documentElement.dataset.root ?? '/', location.href);

let engine: Promise<Pagefind> | undefined;

function load(): Promise<Pagefind> {
  engine ??= (async () => {
    const address = new URL('pagefind/pagefind.js', root).href;
    const pagefind: Pagefind = await import(/* @vite-ignore */ address);
    await pagefind.options({ baseUrl: root.pathname, excerptLength: 18 });
    return pagefind;
  })();
  return engine;
}

function open(): void {
  if (dialog.open) return;
  dialog.showModal();
  input.select();
  load().catch(() => {
    engine = undefined;
    status.textContent = 'The search index is not there: it is made by npm run build.';
  });
}

async function search(): Promise<void> {
  const words = input.value.trim();
  if (!words) {
    list.replaceChildren();
    status.textContent = '';
    return;
  }
  try {
    const found = await (await load()).debouncedSearch(words);
    if (!found) return;
    const results = await Promise.all(found.results.slice(0, most).map((result) => result.data()));
    if (input.value.trim() !== words) return;
    const fitting = results.filter(({ excerpt }) => fits(excerpt, words));
    list.replaceChildren(...fitting.map(item));
    const count = fitting.length < results.length ? fitting.length : found.results.length;
    status.textContent =
      count === 0
        ? `Nothing found for “${words}”.`
        : `${count} ${count === 1 ? 'page' : 'pages'}${count > most ? `, the first ${most}` : ''}`;
  } catch {
    status.textContent = 'The search index is not there: it is made by npm run build.';
  }
}

/**
 * For a word that no page has, Pagefind finds words that share its first letter or two. Only a
 * result with a word that starts like one of the reader's, three letters or all of it, is one.
 */
function fits(excerpt: string, words: string): boolean {
  const letters = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const starts = letters(words).map((word) => word.slice(0, 3));
  const marked = [...excerpt.matchAll(/<mark>(.*?)<\/mark>/g)].flatMap(([, text]) => letters(text));
  return marked.some((word) => starts.some((start) => word.startsWith(start)));
}

function item(result: Result): HTMLLIElement {
  const li = document.createElement('li');
  // The best passage within the page is the better place to land.
  const best = result.sub_results.find((sub) => sub.title !== result.meta.title);
  const link = document.createElement('a');
  link.href = best?.url ?? result.url;
  link.textContent = result.meta.title;
  if (best) {
    const where = document.createElement('small');
    where.textContent = best.title;
    link.append(where);
  }
  const excerpt = document.createElement('p');
  // Pagefind escapes the text and adds only <mark>.
  excerpt.innerHTML = best?.excerpt ?? result.excerpt;
  li.append(link, excerpt);
  return li;
}

for (const button of document.querySelectorAll('[data-open-search]'))
  button.addEventListener('click', open);
input.addEventListener('input', () => void search());
input.addEventListener('keydown', (event) => {
  // The first Escape would only empty the field.
  if (event.key === 'Escape') dialog.close();
});
dialog.addEventListener('click', (event) => {
  // A click beside the dialog's content, or a result on this very page.
  if (event.target === dialog || (event.target as Element).closest('a')) dialog.close();
});
dialog.querySelector('form')!.addEventListener('submit', (event) => {
  // Enter in the field goes to the first result; the Close button closes.
  if (event.submitter && document.activeElement !== input) return;
  event.preventDefault();
  list.querySelector('a')?.click();
});
document.addEventListener('keydown', (event) => {
  // What is typed in a shadow root, a cell's editor, says its place only here.
  const [target] = event.composedPath() as Element[];
  const typing = target.closest?.('input, textarea, select, [contenteditable]');
  if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  open();
});

// A module: its names are its own.
export {};

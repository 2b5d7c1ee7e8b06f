/** Inputs too long for an address, kept under their hash: the latest few of them. */
import { createStore, delMany, entries, get, set, type UseStore } from 'idb-keyval';

const most = 40;

interface Kept {
  word: string;
  /** Milliseconds since 1970. */
  used: number;
}

let opened: UseStore | undefined;
const store = () => {
  opened ??= createStore('switchyard-inputs', 'inputs');
  return opened;
};

export async function keepInput(hash: string, word: string): Promise<void> {
  await set(hash, { word, used: Date.now() }, store());
  const all = await entries<string, Kept>(store());
  const old = all.toSorted(([, a], [, b]) => b.used - a.used).slice(most);
  if (old.length)
    await delMany(
      old.map(([name]) => name),
      store(),
    );
}

/** Undefined where nothing is kept under that hash. */
export async function findInput(hash: string): Promise<string | undefined> {
  const kept = await get<Kept>(hash, store());
  return typeof kept?.word === 'string' ? kept.word : undefined;
}

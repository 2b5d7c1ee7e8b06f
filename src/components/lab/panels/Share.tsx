/** The address of the lab as it is set now. */
import { useState } from 'preact/hooks';
import type { LabStore } from '../../../lab/store';
import { addressOf } from '../hooks';

export function Share({ store }: { store: LabStore }) {
  const [copied, setCopied] = useState('');
  const address = addressOf(store);
  address.hash = store.id;
  const stays = staysHere(store);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(address.href);
      setCopied('Copied.');
    } catch {
      setCopied('This browser does not let a page copy: select the address and copy it by hand.');
    }
  };
  return (
    <>
      <label class="lab-address">
        <span>Address of this lab with these settings</span>
        <input
          type="text"
          readonly
          value={address.href}
          onFocus={(event) => event.currentTarget.select()}
        />
      </label>
      <button type="button" onClick={() => void copy()}>
        Copy
      </button>
      <span role="status">{copied}</span>
      {stays && <p class="lab-whole">{stays}</p>}
    </>
  );
}

/** What the address cannot carry: it names what is kept in this browser. */
function staysHere(store: LabStore): string {
  const words = Object.values(store.inputs.words());
  if (words.some((word) => word.startsWith('local:')))
    return 'The input is too long for an address: it stays in this browser, and the address names it. Opened elsewhere, the lab says so and uses its own.';
  if (Object.values(store.inputs.own.value).some(({ name }) => name !== undefined))
    return 'The address names a model that is kept in this browser. Opened elsewhere, the lab says so and uses its own; the page of your models gives it as a file.';
  return '';
}

/** What stands behind the buttons at a lab's foot: past runs, the link, the numbers, the files. */
import type { RefObject } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { LabStore } from '../../lab/store';
import type { LabDescription } from '../../lab/types';
import { Files } from './panels/Files';
import { PastRuns } from './panels/PastRuns';
import { Share } from './panels/Share';
import { Tables } from './panels/Tables';
import { Words } from './Words';

type Open = 'runs' | 'share' | 'table' | 'files' | undefined;

interface Props {
  store: LabStore;
  ready: boolean;
  root: RefObject<HTMLElement>;
  shown: LabDescription['views'];
}

export function Panels({ store, ready, root, shown }: Props) {
  const [open, setOpen] = useState<Open>();
  const more = useRef<HTMLDivElement>(null);
  const toggle = (panel: Open) => setOpen(open === panel ? undefined : panel);
  const runs = store.history.own.value.length;
  const button = (panel: Open, words: string) => (
    <button
      type="button"
      class="lab-quiet"
      aria-expanded={open === panel}
      disabled={!ready || (panel === 'runs' && runs === 0 && open !== 'runs')}
      onClick={() => toggle(panel)}
    >
      <Words text={words} />
    </button>
  );
  return (
    <>
      <div class="lab-more" ref={more}>
        {store.plan.kind !== 'table' && button('runs', `Past runs (${runs})`)}
        {button('share', 'Share')}
        {button('table', 'Table')}
        {button('files', 'Save')}
      </div>
      {open && (
        <div class="lab-panel">
          {open === 'runs' && (
            <PastRuns
              store={store}
              cleared={() => more.current?.querySelector('button')?.focus()}
            />
          )}
          {open === 'share' && <Share store={store} />}
          {open === 'table' && <Tables store={store} shown={shown} />}
          {open === 'files' && <Files store={store} root={root} />}
        </div>
      )}
    </>
  );
}

/** Hydrates one lab that has come into view. */
import { hydrate } from 'preact';
import type { LoadEngine } from '../../lab/engine';
import { kindsFor } from '../../lab/inputs';
import { loadLab } from '../../lab/labs';
import { restored } from '../../lab/restored';
import { Shell, type ShellData } from './Shell';

/** TensorFlow.js is behind this import, and the reader's Play before it. */
const loadEngine: LoadEngine = async () => (await import('../../engine/client')).engine();

/** `before` is called once all has arrived, when the lab is about to come to life. */
export async function wake(root: Element, data: ShellData, before: () => void): Promise<void> {
  const [lab, kinds] = await Promise.all([loadLab(data.name), kindsFor(data.takes)]);
  const recorded = data.recorded && restored(data.recorded);
  const behind = data.behind?.map(restored);
  before();
  hydrate(
    <Shell
      {...data}
      recorded={recorded}
      behind={behind}
      lab={lab}
      kinds={kinds}
      loadEngine={loadEngine}
    />,
    root,
  );
}

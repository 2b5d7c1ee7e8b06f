/** Hydrates one lab that has come into view. */
import { hydrate } from 'preact';
import type { LoadEngine } from '../../lab/engine';
import { loadLab } from '../../lab/labs';
import { Shell, type ShellData } from './Shell';

/** TensorFlow.js is behind this import, and the reader's Play before it. */
const loadEngine: LoadEngine = async () => (await import('../../engine/client')).engine();

export async function wake(root: Element, data: ShellData): Promise<void> {
  const lab = await loadLab(data.name);
  hydrate(<Shell {...data} lab={lab} loadEngine={loadEngine} />, root);
}

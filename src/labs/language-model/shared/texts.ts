/** The texts that the station's models read: the yard's lines, or the reader's own. */
import type { Preset } from '../../../lab/types';

/** A text of the reader's takes the place of these by itself. */
export const texts: Preset[] = [{ name: 'yard', label: 'the yard’s lines', inputs: () => ({}) }];

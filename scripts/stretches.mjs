/**
 * `node scripts/stretches.mjs`: writes the stretches of recorded traces that a reader plays in
 * station 15, from the models of the lab `cache`; those of other seeds are trained first.
 */
import { recorder } from './recorder/bundled.mjs';

const { writeStretches } = await recorder('stretches');
await writeStretches();

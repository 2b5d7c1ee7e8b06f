/**
 * `npm run record [lab[/variant] …]`: makes the recorded runs under public/runs from the same
 * experiment code that a reader's browser executes. Without names, all of every lab.
 */
import { recorder } from './recorder/bundled.mjs';

const { record } = await recorder('index');
await record(process.argv.slice(2));

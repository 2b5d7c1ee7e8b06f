/**
 * `npm run try collapse topK=1 balancer=switch@300 seeds=5 steps=600`: trains a lab with settings
 * of one's own, and prints each seed's findings and the goals that it reaches. Writes nothing.
 */
import { recorder } from './recorder/bundled.mjs';

const { attempt } = await recorder('attempt');
try {
  await attempt(process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

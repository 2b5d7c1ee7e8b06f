/**
 * Everything of TensorFlow.js that src/model/tf*.ts imports, deep imports included. Development
 * servers prepare these in one go; found one by one, each would reload the page.
 */
import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../src/model/', import.meta.url);

export const tensorflow = readdirSync(folder)
  .filter((name) => /^tf.*\.ts$/.test(name))
  .flatMap((name) => [
    ...readFileSync(new URL(name, folder), 'utf8').matchAll(/'(@tensorflow\/[^'?]+)'/g),
  ])
  .map(([, id]) => id)
  .filter((id, i, all) => all.indexOf(id) === i);

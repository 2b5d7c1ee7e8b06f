/** At build only: the members of the model library that a menu may offer. */
import { menu } from '../model/registry';
import type { Members } from './settings';

export const members: Members = {
  routers: menu('routers'),
  balancing: menu('balancing'),
  optimizers: menu('optimizers'),
};

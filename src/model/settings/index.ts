/**
 * The one table of everything a reader can set, by theme. Menus, addresses, checks and captions
 * read it; no TensorFlow.js here, so a page draws its controls without loading any.
 * A lab picks entries by name and may narrow the range or change the default.
 */
import { attention } from './attention';
import { balance } from './balance';
import { clusters } from './clusters';
import { decoder } from './decoder';
import { depth } from './depth';
import { devices } from './devices';
import { dispatch } from './dispatch';
import { ensembles } from './ensembles';
import { foretelling } from './foretelling';
import { gates } from './gates';
import { mixture } from './mixture';
import { mixtures } from './mixtures';
import { network } from './network';
import { parrots } from './parrots';
import { recipes } from './recipes';
import { scope } from './scope';
import { serving } from './serving';
import { smallExperts } from './small-experts';
import { surgery } from './surgery';
import { task } from './task';
import { tinyDeepseek } from './tiny-deepseek';
import { training } from './training';
import type { Setting, ValueOf } from './types';

const table = {
  ...training,
  ...network,
  ...mixture,
  ...mixtures,
  ...balance,
  ...dispatch,
  ...decoder,
  ...depth,
  ...task,
  ...foretelling,
  ...gates,
  ...clusters,
  ...scope,
  ...ensembles,
  ...surgery,
  ...attention,
  ...smallExperts,
  ...parrots,
  ...devices,
  ...recipes,
  ...tinyDeepseek,
  ...serving,
};

export type SettingName = keyof typeof table;

/** The values by name, each of its setting's kind. */
export type SettingValues = { [Name in SettingName]: ValueOf<(typeof table)[Name]> };

export const settingsTable: Record<SettingName, Setting> = table;

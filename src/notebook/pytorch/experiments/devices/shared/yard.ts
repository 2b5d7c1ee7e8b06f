import {
  devices,
  domains,
  experts,
  nodes,
  sequence,
  topK,
} from '../../../../../model/experiments/devices/shared/yard';
import { mixtureOf } from '../../../members';
import { partOf } from '../../../parts';
import type { Asked, Filled } from '../../../types';

/** The layer on eight devices, and its tokens: the settings of no lab. */
const constants = { experts, topK, domains, kinds: 8, perToken: 2, sequence };

/** The data, a router and a balancer, as both programs of station 09 take them. */
export function yardWith(router: string, balancer: string): Filled {
  const { flags, includes } = mixtureOf(router, balancer);
  return {
    flags: { ...flags, in_domains: true, in_common: false },
    includes: { ...includes, data: partOf('tasks', 'parts') },
    constants,
  };
}

/** The layer under its limit; `deviceOf` says where each expert stands, unless in order. */
export function clusterFor({ settings }: Pick<Asked, 'settings'>, deviceOf?: number[]): Filled {
  const { mostGroups, groupsAre, groupScore, balancer } = settings;
  const groups = groupsAre === 'nodes' ? nodes : devices;
  const { flags, ...filled } = yardWith('sigmoid-normalised', String(balancer));
  return {
    ...filled,
    flags: {
      ...flags,
      limited: Number(mostGroups) < groups,
      by_two: groupScore === 'two',
      in_order: deviceOf === undefined,
    },
    given: { groups, device_of: deviceOf ?? [] },
  };
}

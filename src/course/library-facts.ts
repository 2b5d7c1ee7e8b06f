/** What members of the library say of themselves beside their words: their fields, as rows of a list. */
import * as model from '../model';
import type { Balancer, Optimizer, Router, Task, TaskOption } from '../model/types';

export interface Fact {
  term: string;
  words: string;
}

const members: Record<string, unknown> = model;

/** Of a member of the door, by what it is ("Router"); none of anything else. */
export function factsOf(name: string, contract: string | undefined): Fact[] {
  const member = members[name];
  const facts = {
    Router: () => routerFacts(member as Router),
    Balancer: () => balancerFacts(member as Balancer),
    Optimizer: () => [live((member as Optimizer).live)],
    Task: () => taskFacts(member as Task),
  }[contract ?? ''];
  return facts?.().filter((fact) => fact !== undefined) ?? [];
}

/** What menus call it. */
export const labelOf = (name: string): string | undefined =>
  (members[name] as { label?: string } | undefined)?.label;

const live = (names: readonly string[] | undefined): Fact | undefined =>
  names?.length ? { term: 'Live values', words: names.join(', ') } : undefined;

const perToken = {
  topK: 'topK',
  average: 'topK on average, a token may get none',
  any: 'as many as score above zero',
  all: 'all',
};

const routerFacts = (router: Router) => [
  { term: 'Experts of a token', words: perToken[router.perToken ?? 'topK'] },
  { term: 'Selection bias', words: router.takesBias === false ? 'without effect' : 'taken' },
  router.needs && { term: 'Needs', words: router.needs.join(', ') },
  live(router.live),
];

const balancerFacts = ({ loss, update, needs, extremes }: Balancer) => {
  const { even, collapsed } = extremes?.(8, { devices: 4, deviceLimit: 2 }) ?? {
    even: 1,
    collapsed: 8,
  };
  return [
    {
      term: 'How',
      words:
        [loss && 'a loss', update && 'moves the selection bias'].filter(Boolean).join(', and ') ||
        'neither loss nor bias',
    },
    loss && {
      term: 'Of 8 experts',
      words: `${number(even)} at even load, ${number(collapsed)} at full collapse`,
    },
    needs && { term: 'Needs', words: needs.join(', ') },
  ];
};

const taskFacts = ({ kind, unseen, options }: Task) => [
  { term: 'Kind', words: kind },
  ...Object.entries(options).map(([name, option]) => ({
    term: `options.${name}`,
    words: `${option.label}: ${range(option)}`,
  })),
  unseen ? { term: 'Unseen rows', words: unseen } : undefined,
];

function range(option: TaskOption): string {
  if (option.kind === 'choice')
    return `${option.options.map(({ value }) => value).join(', ')}; ${option.default} unless said`;
  if (option.kind === 'text') return 'a text';
  const { min, max, integer } = option;
  return `${integer ? 'whole, ' : ''}${min} to ${max}; ${option.default} unless said`;
}

const number = (x: number) => String(Number(x.toPrecision(3)));

/** What an edited member must keep of its contract, in sentences with the sizes as they are. */
import type { Balancer, Optimizer, Router, Routing } from '../model/types';

type Module = Record<string, unknown>;

/** The module with its member held to the contract of its folder. */
export function checked(file: string, module: Module): Module {
  const member = module.default as { name?: string } | undefined;
  if (file.startsWith('src/model/routers/')) return { default: checkedRouter(member as Router) };
  if (file.startsWith('src/model/balancing/'))
    return { default: checkedBalancer(member as Balancer) };
  if (file.startsWith('src/model/optimizers/'))
    return { default: checkedOptimizer(member as Optimizer) };
  return {};
}

interface Shaped {
  shape: number[];
  dtype?: string;
}

/** Throws unless a value is a tensor of this shape; `words` say what its axes are. */
function demand(
  name: string,
  value: unknown,
  shape: number[],
  words: string,
  pronoun: 'it is' | 'they are' = 'it is',
): void {
  const given = (value as Shaped | undefined)?.shape;
  const wanted = shape.length ? `[${words}], ${shape.join(' × ')}` : 'one number, a scalar';
  if (!Array.isArray(given))
    throw new Error(`${name} must be ${wanted}; ${pronoun} ${nameOf(value)}.`);
  if (given.join() !== shape.join())
    throw new Error(
      `${name} must be ${wanted}; ${pronoun} ${given.length ? given.join(' × ') : 'one number'}.`,
    );
}

/** What stands in the place of a tensor. */
function nameOf(value: unknown): string {
  if (value === undefined || value === null) return 'missing';
  if (typeof value === 'number') return `the plain number ${value}`;
  if (Array.isArray(value)) return 'a plain list';
  return typeof value === 'object' ? 'a record' : `a ${typeof value}`;
}

const pronounOf = {
  logits: 'they are',
  scores: 'they are',
  mask: 'it is',
  gates: 'they are',
} as const;

function checkedRouter(router: Router): Router {
  return {
    ...router,
    route(input) {
      const routing: Routing = router.route(input);
      if (typeof routing !== 'object' || routing === null)
        throw new Error(
          `A route returns { logits, scores, mask, gates }; this one returns ${nameOf(routing)}.`,
        );
      const tokens = (input.x ?? input.logits)?.shape[0] ?? 0;
      const weight = input.params['router.weight'] as Shaped | undefined;
      const experts = weight?.shape[1] ?? input.experts ?? routing.mask?.shape[1] ?? 0;
      for (const part of ['logits', 'scores', 'mask', 'gates'] as const)
        demand(part, routing[part], [tokens, experts], 'tokens, experts', pronounOf[part]);
      return routing;
    },
  };
}

function checkedBalancer(balancer: Balancer): Balancer {
  const { loss, update } = balancer;
  return {
    ...balancer,
    ...(loss && {
      loss(...given: Parameters<typeof loss>) {
        const result = loss(...given);
        demand('The loss', result, [], '');
        return result;
      },
    }),
    ...(update && {
      update(...given: Parameters<typeof update>) {
        const result = update(...given);
        demand('The new bias', result, given[0].shape, 'experts');
        return result;
      },
    }),
  };
}

function checkedOptimizer(optimizer: Optimizer): Optimizer {
  return {
    ...optimizer,
    update(params, ...given) {
      const moved = optimizer.update(params, ...given);
      if (!moved?.params || !moved.state)
        throw new Error(`An update returns { params, state }; this one returns ${nameOf(moved)}.`);
      for (const [name, { shape }] of Object.entries(params))
        demand(`params.${name}`, moved.params[name], shape, 'as before');
      const [, state] = given;
      for (const [name, value] of Object.entries(moved.state))
        demand(`state.${name}`, value, state[name]?.shape ?? [], 'as before');
      return moved;
    },
  };
}

import type { Balancer } from '../types';

/** Nothing keeps the load even: what the other balancers are compared with. */
export default { name: 'none', label: 'none', source: 'shazeer2017' } satisfies Balancer;

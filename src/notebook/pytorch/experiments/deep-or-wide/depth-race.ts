import type { Writer } from '../../types';
import program from './depth-race.py?raw';

export default { program, compares: 'losses' } satisfies Writer as Writer;

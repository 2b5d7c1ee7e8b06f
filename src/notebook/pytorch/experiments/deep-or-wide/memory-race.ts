import type { Writer } from '../../types';
import program from './memory-race.py?raw';

export default { program, compares: 'losses' } satisfies Writer as Writer;

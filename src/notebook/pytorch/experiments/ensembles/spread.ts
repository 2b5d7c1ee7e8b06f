import type { Writer } from '../../types';
import program from './spread.py?raw';

export default { program, compares: 'loss' } satisfies Writer as Writer;

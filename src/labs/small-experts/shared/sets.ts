/** Numbers of sets, which soon leave what one can read. */
import { count, value } from '../../../lab/format';

/** "10,518,300", "4.9·10¹⁴": exact as long as it can be read. */
export const setsInWords = (sets: number): string => (sets < 1e9 ? count(sets) : value(sets));

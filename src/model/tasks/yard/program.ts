import { type Kind, wordsOf } from './pen';

const acts = wordsOf('roll send stop push count');
const tests = wordsOf('full free slow late');

const loop = /^for \(([ijkn]) = 0; (.) < [2-9]; (.)\+\+\) ([a-z]+)\((.)\);$/;
const branch = /^(if|while) \(([a-z]+)\((\d)\)\) \{ ([a-z]+)\((\d)\); \}$/;

/**
 * `for (k = 0; k < 3; k++) roll(k);`: the variable comes back three times; `if` adds one to the
 * number, `while` repeats it.
 */
export const program: Kind = {
  name: 'program',
  write(pen) {
    const form = pen.pick(['for', 'if', 'while'] as const);
    if (form === 'for') {
      const name = pen.pick(wordsOf('i j k n'));
      return `for (${name} = 0; ${name} < ${pen.number(2, 9)}; ${name}++) ${pen.pick(acts)}(${name});`;
    }
    const track = pen.number(1, 8);
    const then = form === 'if' ? track + 1 : track;
    return `${form} (${pen.pick(tests)}(${track})) { ${pen.pick(acts)}(${then}); }`;
  },
  check(line) {
    const loops = loop.exec(line);
    if (loops) {
      const [, name, compared, raised, act, given] = loops;
      return [compared, raised, given].every((each) => each === name) && acts.includes(act);
    }
    const [, form, test, track, act, then] = branch.exec(line) ?? [];
    if (form === undefined || !tests.includes(test) || !acts.includes(act)) return false;
    return Number(then) === Number(track) + (form === 'if' ? 1 : 0);
  },
};

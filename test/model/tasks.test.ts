/** Every task's answers, worked out again by other means. */
import { describe, expect, it } from 'vitest';
import aAndNotB from '../../src/model/tasks/a-and-not-b';
import characterText, { charactersOf, decode, encode } from '../../src/model/tasks/character-text';
import domains, * as domainRules from '../../src/model/tasks/domains';
import hands from '../../src/model/tasks/hands';
import memorise, { list } from '../../src/model/tasks/memorise';
import noisyCurve from '../../src/model/tasks/noisy-curve';
import phoneBook, { book } from '../../src/model/tasks/phone-book';
import planeRegimes, { cellOf, cellsOf } from '../../src/model/tasks/plane-regimes';
import regimes, { laws } from '../../src/model/tasks/regimes';
import setIntersection from '../../src/model/tasks/set-intersection';
import shapes, { fromPoints, parsePoints } from '../../src/model/tasks/shapes';
import shortestPath from '../../src/model/tasks/shortest-path';
import tentMap from '../../src/model/tasks/tent-map';
import { railways } from '../../src/model/tasks/text/railways';
import twoCorpora, * as corpora from '../../src/model/tasks/two-corpora';
import twoSpirals from '../../src/model/tasks/two-spirals';
import type { Sample, Task, TaskOptions, TaskPart } from '../../src/model/types';

/** Rows of a token task as words, the last target behind: what a reader would see. */
function sentences(task: Task, rows: number, options: TaskOptions = {}, part?: TaskPart) {
  const { inputs: width, words } = task.shape(options);
  const sample = task.sample(11, rows, options, part);
  return Array.from({ length: rows }, (_, row) => {
    const tokens = [
      ...sample.inputs.slice(row * width, (row + 1) * width),
      sample.targets[(row + 1) * width - 1],
    ];
    const weights = [
      0,
      ...(sample.weights ?? new Float32Array(rows * width).fill(1)).slice(
        row * width,
        (row + 1) * width,
      ),
    ];
    return { tokens, weights, words: tokens.map((t) => words![t]), group: sample.groups?.[row] };
  });
}

const points = ({ rows, inputs, targets }: Sample) =>
  Array.from({ length: rows }, (_, row) => ({
    x: inputs[2 * row],
    y: inputs[2 * row + 1],
    label: targets[row],
  }));

const share = (all: boolean[]) => all.filter(Boolean).length / all.length;

describe('shapes', () => {
  const exact = (shape: string) => points(shapes.sample(3, 400, { shape, noise: 0 }));

  it('halves are parted by the diagonal', () => {
    for (const { x, y, label } of exact('halves')) expect(y > x ? 1 : 0).toBe(label);
  });

  it('the disc is parted by a circle', () => {
    for (const { x, y, label } of exact('disc'))
      expect(Math.hypot(x, y) < 0.55 ? 1 : 0).toBe(label);
  });

  it('the chessboard is white where column and row add up to an even number', () => {
    for (const { x, y, label } of exact('squares'))
      expect((Math.floor(2 * x) + Math.floor(2 * y)) % 2 === 0 ? 1 : 0).toBe(label);
  });

  it('moons lie on two half circles', () => {
    for (const { x, y, label } of exact('moons')) {
      const [cx, cy] = label ? [0.3, 0.15] : [-0.3, -0.15];
      expect(Math.hypot(x - cx, y - cy)).toBeCloseTo(0.6, 5);
      expect(label ? y <= cy + 1e-6 : y >= cy - 1e-6).toBe(true);
    }
  });

  it('noise moves points, and both classes come equally often', () => {
    const noisy = shapes.sample(3, 400, { shape: 'disc', noise: 0.3 });
    expect(noisy.targets.filter((label) => label === 1).length).toBe(200);
    expect(
      share(points(noisy).map((p) => Math.hypot(p.x, p.y) < 0.55 === (p.label === 1))),
    ).toBeLessThan(0.95);
  });

  it('takes the reader’s points, filling the square', () => {
    const { shape, sample } = fromPoints(
      parsePoints('x, y, class\n10,20,0\n30 40 2\r\n\n20;25;1\n'),
    );
    expect(shape).toEqual({ inputs: 2, outputs: 3 });
    expect([...sample.targets]).toEqual([0, 2, 1]);
    [-1, -1, 1, 1, 0, -0.5].forEach((value, i) => {
      expect(sample.inputs[i]).toBeCloseTo(value, 6);
    });
    expect([...fromPoints([[3, 3, 0]]).sample.inputs]).toEqual([0, 0]);
  });

  it.each([
    [() => parsePoints('1,2,0\n1,2'), 'Line 2 is "1,2"; a line holds x, y and a class'],
    [() => parsePoints('1,2,0\n\n1,b,0'), 'Line 3 is "1,b,0"'],
    [() => fromPoints([]), 'There are no points'],
    [() => fromPoints([[1, 2, 0.5]]), 'Classes are 0 to 9; a point has class 0.5'],
    [() => fromPoints([[1, Number.NaN, 0]]), 'A point needs two numbers; one is (1, NaN)'],
    [
      () => fromPoints(Array(5001).fill([1, 1, 0])),
      'There are 5001 points; at most 5000 are allowed',
    ],
  ])('refuses bad points in words: %o', (run, words) => {
    expect(run).toThrow(words);
  });
});

describe('two spirals', () => {
  it('the arm is told by how far the angle runs ahead of the radius', () => {
    for (const turns of [0.5, 1.5, 3])
      for (const { x, y, label } of points(twoSpirals.sample(3, 300, { turns, noise: 0 }))) {
        const radius = Math.hypot(x, y);
        const ahead = (Math.atan2(y, x) / Math.PI - 2 * turns * radius + 20) % 2;
        expect(Math.round(ahead) % 2).toBe(label);
      }
  });
});

describe('tent map', () => {
  it('is a triangular wave, exact in float32', () => {
    for (const folds of [1, 4, 10]) {
      const { inputs, targets } = tentMap.sample(2, 200, { folds });
      inputs.forEach((x, row) => {
        const phase = (x * 2 ** (folds - 1)) % 1; // within one tooth
        expect(targets[row]).toBe(1 - Math.abs(1 - 2 * phase));
      });
    }
  });
});

describe('plane-regimes', () => {
  it('each cell is a plane of its own, and a point belongs to the nearest centre', () => {
    const { inputs, targets, groups, rows } = planeRegimes.sample(2, 400, { noise: 0, world: 3 });
    const all = cellsOf(3);
    const seen = [0, 0, 0, 0];
    for (let row = 0; row < rows; row++) {
      const point = [inputs[2 * row], inputs[2 * row + 1]];
      const far = all.map(({ centre }) => Math.hypot(point[0] - centre[0], point[1] - centre[1]));
      const cell = far.indexOf(Math.min(...far));
      expect(groups![row]).toBe(cell);
      expect(cellOf(point, all)).toBe(cell);
      const { centre, slope, height } = all[cell];
      const plane = slope[0] * (point[0] - centre[0]) + slope[1] * (point[1] - centre[1]);
      expect(targets[row]).toBeCloseTo(height + plane, 5);
      seen[cell]++;
    }
    expect(Math.min(...seen)).toBeGreaterThan(20);
    expect(all.map(({ height }) => height).sort((a, b) => a - b)).toEqual([-1, -1 / 3, 1 / 3, 1]);
  });

  it('adds noise of the deviation asked for', () => {
    const [still, noisy] = [0, 0.2].map((noise) => planeRegimes.sample(4, 4000, { noise }).targets);
    const off = Array.from(noisy, (value, i) => (value - still[i]) ** 2);
    const deviation = Math.sqrt(off.reduce((sum, square) => sum + square, 0) / 4000);
    expect(Math.abs(deviation - 0.2)).toBeLessThan(0.01);
  });
});

describe('regimes', () => {
  it('each stretch is a straight line of its own', () => {
    const { inputs, targets, groups } = regimes.sample(2, 300, { noise: 0 });
    for (let stretch = 0; stretch < 4; stretch++) {
      const rows = [...groups!.keys()].filter((row) => groups![row] === stretch);
      expect(rows.length).toBeGreaterThan(20);
      const [a, b] = rows;
      const slope = (targets[b] - targets[a]) / (inputs[b] - inputs[a]);
      for (const row of rows) {
        expect(Math.floor((inputs[row] + 1) * 2)).toBe(stretch);
        expect(targets[row]).toBeCloseTo(targets[a] + slope * (inputs[row] - inputs[a]), 3);
      }
      expect(slope).toBeCloseTo(laws(4, 1)[stretch].slope, 2);
    }
  });

  it('has the same laws for every seed, others in another world', () => {
    expect(laws(4, 1)).toEqual(laws(4, 1));
    expect(laws(4, 1)).not.toEqual(laws(4, 2));
  });

  it('keeps the gaps empty', () => {
    const { inputs } = regimes.sample(2, 300, { gap: 0.5 });
    for (const x of inputs) {
      const within = ((x + 1) * 2) % 1;
      expect(Math.abs(within - 0.5)).toBeLessThanOrEqual(0.25 + 1e-6);
    }
  });
});

describe('noisy curve', () => {
  it('is the curve, and the noise has the size said', () => {
    const exact = noisyCurve.sample(2, 2000, { noise: 0 });
    const noisy = noisyCurve.sample(2, 2000, { noise: 0.3 });
    expect(noisy.inputs).toEqual(exact.inputs);
    exact.inputs.forEach((x, row) => {
      expect(exact.targets[row]).toBeCloseTo(0.7 * Math.sin(Math.PI * x) + 0.3 * x, 6);
    });
    const off = Array.from(noisy.targets, (y, row) => (y - exact.targets[row]) ** 2);
    expect(Math.sqrt(off.reduce((sum, v) => sum + v, 0) / 2000)).toBeCloseTo(0.3, 1);
  });
});

describe('domains', () => {
  it('follow their own table, but for the chance', () => {
    const options = { chance: 0.1 };
    const tables = domainRules.tables(options);
    const followed = sentences(domains, 200, options).flatMap(({ tokens, group }) =>
      tokens.slice(1).map((token, i) => tables[group!][tokens[i]] === token),
    );
    // 90 % by rule and a sixteenth of the rest by accident.
    expect(share(followed)).toBeCloseTo(0.9 + 0.1 / 16, 1);
    expect(share(followed)).not.toBe(1);
    for (const { tokens, group } of sentences(domains, 20, { chance: 0 }))
      tokens.slice(1).forEach((token, i) => {
        expect(domainRules.tables({ chance: 0 })[group!][tokens[i]]).toBe(token);
      });
  });

  it('know their lowest loss: the entropy of the chance', () => {
    const lowest = domainRules.lowestLoss({ vocabulary: 4, chance: 0.4 });
    const [rule, other] = [0.7, 0.1];
    expect(lowest).toBeCloseTo(-rule * Math.log(rule) - 3 * other * Math.log(other), 12);
    expect(domainRules.lowestLoss({ chance: 0 })).toBe(0);
    expect(domainRules.lowestLoss({ chance: 1 })).toBeCloseTo(Math.log(16), 12);
  });
});

describe('two corpora', () => {
  const agreement = (overlap: number) => {
    const [a, b] = corpora.tables({ overlap });
    return a.filter((token, context) => token === b[context]).length / a.length;
  };

  it.each([0, 0.25, 0.5, 1])('share exactly the asked part of their rules: %f', (overlap) => {
    expect(agreement(overlap)).toBeCloseTo(overlap, 2);
  });

  it('moving the overlap changes no rule but those it must', () => {
    const [a, half] = corpora.tables({ overlap: 0.5 });
    const [same, more] = corpora.tables({ overlap: 0.6 });
    expect(same).toEqual(a);
    half.forEach((token, context) => {
      if (token === a[context]) expect(more[context]).toBe(a[context]);
      else expect([token, a[context]]).toContain(more[context]);
    });
  });

  it('documents follow the table of their corpus', () => {
    const options = { overlap: 0.3, chance: 0 };
    const tables = corpora.tables(options);
    for (const { tokens, group } of sentences(twoCorpora, 40, options))
      tokens.slice(2).forEach((token, i) => {
        expect(tables[group!][tokens[i + 1] * 12 + tokens[i]]).toBe(token);
      });
  });

  it('have so many documents, and unseen ones are none of them', () => {
    const options = { documents: 7, corpus: 'a', chance: 0.5 };
    const rows = (part: TaskPart) =>
      sentences(twoCorpora, 200, options, part).map(({ tokens }) => tokens.join());
    const seen = new Set(rows('train'));
    expect(seen.size).toBe(7);
    expect(rows('unseen').some((row) => seen.has(row))).toBe(false);
    expect(sentences(twoCorpora, 50, options).every(({ group }) => group === 0)).toBe(true);
  });
});

describe('phone book', () => {
  it('asks for the number behind the name, as it stands in the book', () => {
    const options = { entries: 50, name: 3, digits: 5 };
    const { words } = phoneBook.shape(options);
    const entries = new Map(
      book(options).map((row) => {
        const text = decode(row, words!);
        return [text.slice(0, 3), text.slice(4)] as const;
      }),
    );
    expect(entries.size).toBe(50);
    for (const row of sentences(phoneBook, 60, options)) {
      const text = row.words.join('');
      expect(text).toMatch(/^[a-z]{3}:\d{5}$/);
      expect(entries.get(text.slice(0, 3))).toBe(text.slice(4));
      expect(row.weights).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 1]);
    }
    const all = sentences(phoneBook, 50, options).map((row) => row.words.join(''));
    expect(new Set(all).size).toBe(50);
  });

  it('needs names enough', () => {
    expect(() => phoneBook.shape({ letters: 2, name: 3, entries: 9 })).toThrow(
      '2 letters make 8 names of 3; that is too few for 9 entries.',
    );
    expect(phoneBook.sample(1, 8, { letters: 2, name: 3, entries: 8 }).rows).toBe(8);
  });
});

describe('shortest path', () => {
  const graphs = (part: TaskPart, rows = 60) =>
    sentences(shortestPath, rows, {}, part).map(({ words, weights, group }) => {
      const mark = words.indexOf('?');
      const edges = Array.from({ length: mark / 2 }, (_, i) => [words[2 * i], words[2 * i + 1]]);
      const [from, to, equals] = words.slice(mark + 1, mark + 4);
      expect(equals).toBe('=');
      const rest = words.slice(mark + 4);
      return {
        edges,
        from,
        to,
        path: [from, ...rest.slice(0, rest.indexOf('.'))],
        rest,
        weights,
        group,
      };
    });

  it.each(['train', 'unseen'] as const)('%s: answers are the only shortest path', (part) => {
    for (const { edges, from, to, path, rest, weights, group } of graphs(part)) {
      const joined = (a: string, b: string) =>
        edges.some(([c, d]) => (a === c && b === d) || (a === d && b === c));
      expect(new Set(edges.map((edge) => [...edge].sort().join(''))).size).toBe(10);
      expect(path.at(-1)).toBe(to);
      path.slice(1).forEach((vertex, i) => {
        expect(joined(path[i], vertex)).toBe(true);
      });
      // All paths of at most as many steps, by brute force: there is but the one.
      const walks = (at: string, steps: number): string[] =>
        at === to
          ? [at]
          : steps === 0
            ? []
            : 'abcdefgh'
                .split('')
                .flatMap((next) =>
                  joined(at, next) ? walks(next, steps - 1).map((walk) => at + walk) : [],
                );
      expect(walks(from, path.length - 1)).toEqual([path.join('')]);
      expect(path.length - 1).toBe(group! + 2);
      const asked = rest.map((_, i) => (i < path.length ? 1 : 0));
      expect(weights.slice(-rest.length)).toEqual(asked);
    }
  });

  it('asks for paths of every length, and holds graphs back', () => {
    const key = ({ edges }: { edges: string[][] }) =>
      edges
        .map((edge) => [...edge].sort().join(''))
        .sort()
        .join();
    const [train, unseen] = [graphs('train', 300), graphs('unseen', 100)];
    const lengths = train.map(({ path }) => path.length - 1);
    for (const length of [2, 3, 4])
      expect(share(lengths.map((l) => l === length))).toBeGreaterThan(0.25);
    const seen = new Set(train.map(key));
    expect(unseen.some((graph) => seen.has(key(graph)))).toBe(false);
  });

  it('holds whole graphs back even where there are few', () => {
    // Six pairs of four vertices, three edges: twenty graphs in all.
    const tiny = { vertices: 4, edges: 3, longest: 3 };
    const keys = (part: TaskPart) =>
      new Set(
        sentences(shortestPath, 100, tiny, part).map(({ words }) =>
          [0, 2, 4]
            .map((i) => [words[i], words[i + 1]].sort().join(''))
            .sort()
            .join(),
        ),
      );
    const seen = keys('train');
    expect(seen.size).toBeGreaterThan(5);
    for (const graph of keys('unseen')) expect(seen).not.toContain(graph);
  });

  it.each([
    [{ vertices: 4, edges: 6 }, '4 vertices have 6 pairs; with 6 edges none is left'],
    [{ vertices: 4, edges: 4, longest: 5 }, 'has at most 3 steps; the longest asked for is 5'],
  ])('refuses %o in words', (options, words) => {
    expect(() => shortestPath.sample(1, 1, options)).toThrow(words);
  });
});

describe('A and not B', () => {
  const questions = (part: TaskPart, rows = 400) =>
    sentences(aAndNotB, rows, {}, part).map(({ words, weights, group }) => {
      const [present, asked] = words.join(' ').split(' : ');
      const [, notA, a, notB, b, answer] = asked.match(
        /^(·|not) (\w) and (·|not) (\w) = (yes|no)$/,
      )!;
      return { present: present.split(' '), notA, a, notB, b, answer, weights, group };
    });

  it.each(['train', 'unseen'] as const)('%s: answers are those of logic', (part) => {
    for (const { present, notA, a, notB, b, answer, weights, group } of questions(part)) {
      const holds = (sign: string, thing: string) => present.includes(thing) !== (sign === 'not');
      expect(answer).toBe(holds(notA, a) && holds(notB, b) ? 'yes' : 'no');
      expect(a).not.toBe(b);
      expect(new Set(present).size).toBe(5);
      expect(group).toBe((notA === 'not' ? 2 : 0) + (notB === 'not' ? 1 : 0));
      expect(weights.reduce((sum, w) => sum + w, 0)).toBe(1);
      expect(weights.at(-1)).toBe(1);
    }
  });

  it('half of the answers are yes, in every form', () => {
    const all = questions('train', 2000);
    for (const group of [0, 1, 2, 3]) {
      const own = all.filter((question) => question.group === group);
      expect(own.length).toBeGreaterThan(300);
      expect(share(own.map(({ answer }) => answer === 'yes'))).toBeCloseTo(0.5, 0.7);
    }
  });

  it('holds pairs back with a "not", and shows them without', () => {
    const pair = ({ a, b }: { a: string; b: string }) => a + b;
    const train = questions('train', 3000);
    const denied = new Set(train.filter(({ group }) => group! > 0).map(pair));
    const plain = new Set(train.filter(({ group }) => group === 0).map(pair));
    const unseen = questions('unseen', 300);
    expect(unseen.every(({ group }) => group! > 0)).toBe(true);
    for (const question of unseen) {
      expect(denied).not.toContain(pair(question));
      expect(plain).toContain(pair(question));
    }
  });

  it.each([4, 5, 6, 8, 10])('holds back one pair in four of %i things', (things) => {
    const options = { things, present: 2 };
    const pairs = (part: TaskPart) =>
      new Set(
        sentences(aAndNotB, 3000, options, part).flatMap(({ words, group }) =>
          group! > 0 ? [`${words.at(-6)} ${words.at(-3)}`] : [],
        ),
      );
    const [train, unseen] = [pairs('train'), pairs('unseen')];
    for (const pair of unseen) expect(train.has(pair)).toBe(false);
    const all = things * (things - 1);
    expect(unseen.size).toBe(Math.round(all / 4));
    expect(train.size).toBe(all - Math.round(all / 4));
  });

  it('refuses too few absent things in words', () => {
    expect(() => aAndNotB.shape({ things: 6, present: 5 })).toThrow(
      'Of 6 things at most 4 can be present, so that two are not; it is 5.',
    );
  });
});

describe('hands', () => {
  const options = { cards: 12, hand: 3 };
  const rowsOf = (part: TaskPart) => {
    const { inputs, targets, rows } = hands.sample(6, 4000, options, part);
    return Array.from({ length: rows }, (_, row) => {
      const held = (from: number) =>
        Array.from({ length: 12 }, (_, card) => card).filter((card) => inputs[from + card]);
      return { first: held(row * 24), second: held(row * 24 + 12), answer: targets[row] };
    });
  };

  it('share exactly one card or none, half of them, and are always full', () => {
    const all = rowsOf('train');
    for (const { first, second, answer } of all) {
      expect([first.length, second.length]).toEqual([3, 3]);
      expect(first.filter((card) => second.includes(card)).length).toBe(answer);
    }
    const yes = all.filter(({ answer }) => answer).length / all.length;
    expect(Math.abs(yes - 0.5)).toBeLessThan(0.04); // five standard errors
  });

  it('say nothing by a single card, nor by how many there are', () => {
    const all = rowsOf('train');
    for (let card = 0; card < 12; card++) {
      const with1 = all.filter(({ first }) => first.includes(card));
      const yes = with1.filter(({ answer }) => answer).length / with1.length;
      expect(Math.abs(yes - 0.5), `card ${card}`).toBeLessThan(0.08);
    }
  });

  it('unseen pairs are never trained on, in neither order, and are a quarter', () => {
    const name = ({ first, second }: { first: number[]; second: number[] }) =>
      [first.join(), second.join()].sort().join(' ');
    const [train, unseen] = [rowsOf('train'), rowsOf('unseen')].map(
      (all) => new Set(all.map(name)),
    );
    for (const pair of unseen) expect(train.has(pair)).toBe(false);
    expect(unseen.size / (train.size + unseen.size)).toBeGreaterThan(0.2);
  });

  it('of more cards than there are, are refused', () => {
    expect(() => hands.shape({ cards: 8, hand: 5 })).toThrow(
      'Two hands of 5 without a common card need 10 cards; there are 8.',
    );
  });
});

describe('set intersection and memorising', () => {
  it('the answer is whether a bit is set in both; half of the pairs share one', () => {
    for (const bits of [8, 16]) {
      const { inputs, targets, rows } = setIntersection.sample(4, 2000, { bits });
      let met = 0;
      for (let row = 0; row < rows; row++) {
        const text = inputs.slice(row * 2 * bits, (row + 1) * 2 * bits).join('');
        const [a, b] = [text.slice(0, bits), text.slice(bits)].map((t) => BigInt(`0b${t}`));
        expect(targets[row]).toBe((a & b) === 0n ? 0 : 1);
        met += targets[row];
      }
      expect(met / rows).toBeCloseTo(0.5, 1);
    }
  });

  it('keeps one pair of sets in four back', () => {
    const pairs = (part: TaskPart) => {
      const { inputs, rows } = setIntersection.sample(4, 4000, { bits: 8 }, part);
      return new Set(
        Array.from({ length: rows }, (_, row) => inputs.slice(row * 16, (row + 1) * 16).join('')),
      );
    };
    const [train, unseen] = [pairs('train'), pairs('unseen')];
    for (const pair of unseen) expect(train.has(pair)).toBe(false);
    expect(unseen.size / (train.size + unseen.size)).toBeGreaterThan(0.2);
  });

  it('every string has one class, the same each time, and all come round', () => {
    const { strings, classes } = list({ items: 100 });
    const known = new Map(
      Array.from(classes, (label, i) => [strings.slice(32 * i, 32 * (i + 1)).join(''), label]),
    );
    expect(known.size).toBe(100);
    const { inputs, targets } = memorise.sample(9, 100, { items: 100 });
    const seen = new Set<string>();
    targets.forEach((label, row) => {
      const string = inputs.slice(32 * row, 32 * (row + 1)).join('');
      expect(known.get(string)).toBe(label);
      seen.add(string);
    });
    expect(seen.size).toBe(100);
    expect(new Set(list().classes).size).toBe(8);
  });
});

describe('text by characters', () => {
  it('cuts stretches out of the text, unseen ones out of its last tenth', () => {
    const border = railways.length - Math.floor(railways.length / 10);
    const cut = (part: TaskPart) =>
      sentences(characterText, 50, { length: 32 }, part).map(({ words }) => words.join(''));
    for (const stretch of cut('train')) expect(railways.slice(0, border)).toContain(stretch);
    for (const stretch of cut('unseen')) expect(railways.slice(border)).toContain(stretch);
  });

  it('builds its vocabulary from the text, whatever the alphabet', () => {
    const { tokens, words } = charactersOf('Größe 🚂\r\nGröße');
    expect(words).toEqual([...new Set(Array.from('Größe 🚂\n'))].sort());
    expect(decode(tokens, words)).toBe('Größe 🚂\nGröße');
    expect(decode(encode('öß', words), words)).toBe('öß');
    expect(() => encode('x', words)).toThrow('The character "x" is not in the vocabulary');
  });

  it('takes the reader’s own text if it is long enough', () => {
    const text = 'abc'.repeat(30);
    expect(characterText.shape({ text, length: 8 }).words).toEqual(['a', 'b', 'c']);
    expect(characterText.sample(1, 5, { text, length: 8 }, 'unseen').rows).toBe(5);
    expect(() => characterText.shape({ text, length: 9 })).toThrow(
      'Sequences of 9 need a text of at least 100 characters, since a tenth is held back; it has 90.',
    );
    expect(() => characterText.shape({ text: '' })).toThrow('There is no text');
    const many = Array.from({ length: 300 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('');
    expect(() => characterText.shape({ text: many })).toThrow(
      'The text has 300 different characters; at most 256 are allowed.',
    );
  });

  it('the built-in text is a few thousand characters of a small alphabet', () => {
    expect(railways.length).toBeGreaterThan(4000);
    expect(charactersOf(railways).words.length).toBeLessThan(64);
  });
});

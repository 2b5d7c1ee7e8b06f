import { uniforms } from '../../../tensor/random';
import { busiest, homesInOrder, queues, withSpares } from '../../serving/queues';
import { touchedBy } from '../../serving/touched';
import { byDice, type Choices, callsOf, fromModel } from '../../serving/trace';
import { below, shuffled } from '../../tasks/rules/options';
import { type Inputs, type Plain, read, type SimulatingExperiment } from '../types';
import { mean } from './shared/mean';

const reads = ['kindsAsked', 'users', 'devices', 'spares'] as const;

/** Users at once of the curve. */
const sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256];
/** Draws that a mean is of, each of all layers. */
const draws = 120;

/** How the experts of a layer are placed. */
interface Placing {
  devices: number;
  spares: number;
}

interface Asked extends Placing {
  kinds: number;
  users: number;
}

/**
 * Station 15: many are served at once. Each step draws a next token for so many users from the
 * choices that a trained router made, and counts which experts are in use, and how long the queue is
 * in front of the busiest of its devices. No model is run: a trace brings the choices along.
 */
export default {
  name: 'served',
  reads,
  takes: { model: 'model' },
  metrics: {
    touched: { label: 'experts in use' },
    busiest: { label: 'busiest device over the mean' },
  },

  simulate(settings, seed, inputs) {
    const given = read(settings, reads);
    const trace = traceIn(inputs);
    const { experts, topK, kinds, layers } = trace;
    const all = Array.from(kinds.keys());
    const calls = layers.map(({ chosen }) => callsOf(trace, chosen, all));
    // Copies are placed by what was seen before: the even rows. Users write the odd ones.
    const isLater = (row: number) => row % 2 === 1;
    const before = calls.map((own) => workOf(trace, own, (row) => !isLater(row)));
    const kindsPresent = [...new Set(kinds)];
    const laterOf = kindsPresent.map((kind) =>
      all.filter((row) => kinds[row] === kind && isLater(row)),
    );
    const next = uniforms(seed, 'served');

    /** Places in the trace of so many users' next tokens, who write so many kinds between them. */
    function drawn(users: number, kinds: number, next: () => number): number[] {
      const order = shuffled(Array.from(kindsPresent.keys()), next);
      const asked = order.slice(0, Math.max(1, Math.min(kinds, order.length)));
      return Array.from({ length: users }, () => {
        const rows = laterOf[asked[below(next, asked.length)]];
        return rows[below(next, rows.length)] * trace.length + below(next, trace.length);
      });
    }
    const placed = new Map<string, number[][][]>();
    /** Of each layer, the homes of its experts. */
    function homes({ devices, spares }: Placing): number[][][] {
      const key = `${devices} ${spares}`;
      const known = placed.get(key);
      if (known) return known;
      const plain = homesInOrder(experts, devices);
      const made = before.map((work) => withSpares(plain, work, spares));
      placed.set(key, made);
      return made;
    }
    const chosenAt = (places: number[], layer: number) => places.map((at) => calls[layer][at]);
    const touchedIn = (places: number[]) =>
      mean(calls.map((_, layer) => touchedBy(chosenAt(places, layer))));
    const queuesIn = (places: number[], placing: Placing) =>
      calls.map((_, layer) =>
        queues(chosenAt(places, layer), homes(placing)[layer], placing.devices),
      );

    /** What users that write alike, or one text's next characters, touch together. */
    function touchedBySize(kinds: number, inRow: boolean): number[] {
      const source = uniforms(7, `touched ${kinds} ${inRow}`);
      return sizes.map((size) =>
        mean(
          Array.from({ length: draws }, () => {
            if (!inRow) return touchedIn(drawn(size, kinds, source));
            // A text longer than a row goes on with another row of its kind.
            const [start] = drawn(1, kinds, source);
            const row = Math.floor(start / trace.length);
            const own = laterOf[kindsPresent.indexOf(trace.kinds[row])];
            const from = own.indexOf(row);
            return touchedIn(
              Array.from({ length: size }, (_, i) => {
                const at = (start % trace.length) + i;
                const later = own[(from + Math.floor(at / trace.length)) % own.length];
                return later * trace.length + (at % trace.length);
              }),
            );
          }),
        ),
      );
    }
    function busiestOf({ kinds, users, ...placing }: Asked): number {
      const source = uniforms(9, `busiest ${kinds} ${users}`);
      return mean(
        Array.from({ length: draws }, () =>
          mean(queuesIn(drawn(users, kinds, source), placing).map(busiest)),
        ),
      );
    }
    function diceBusiest(users: number, devices: number): number {
      const source = uniforms(11, `dice ${users}`);
      const plain = homesInOrder(experts, devices);
      return mean(
        Array.from({ length: 2 * draws }, () =>
          busiest(queues(byDice({ experts, topK }, users, source), plain, devices)),
        ),
      );
    }
    const inRow = touchedBySize(1, true);
    const known = new Map<string, Plain>();
    /** The same answer as before, where it was asked before. */
    const once = (question: string, answer: () => Plain): Plain => {
      if (!known.has(question)) known.set(question, answer());
      return known.get(question)!;
    };

    return {
      facts: { experts, topK, layers: layers.length, sizes },
      live: ['kindsAsked', 'users', 'devices', 'spares'],

      step(live) {
        const { kindsAsked, users, devices, spares } = { ...given, ...live };
        const places = drawn(users, kindsAsked, next);
        return {
          touched: touchedIn(places),
          busiest: mean(queuesIn(places, { devices, spares }).map(busiest)),
        };
      },

      acts: {
        /** Experts in use by users at once: users who write so many kinds, and one text's characters. */
        touched: ({ kinds = 6 }) => ({
          users: once(`touched ${kinds}`, () => touchedBySize(Number(kinds), false)),
          inRow,
        }),
        /** The busiest device over the mean, many steps' mean, by dice too, and one step's queues. */
        served(asked): Plain {
          const { kinds = 6, users = 64, devices = 8, spares = 0 } = asked;
          const wish = {
            kinds: Number(kinds),
            users: Number(users),
            devices: Number(devices),
            spares: Number(spares),
          };
          const places = drawn(wish.users, wish.kinds, uniforms(3, 'one step'));
          const last = layers.length - 1;
          return {
            busiest: busiestOf(wish),
            dice: once(`dice ${wish.users} ${wish.devices}`, () =>
              diceBusiest(wish.users, wish.devices),
            ),
            queues: queuesIn(places, wish)[last],
            homes: homes(wish)[last],
          };
        },
        /** The busiest over the mean at settings that the prose speaks of, by name. */
        cases: () =>
          once('cases', () =>
            Object.fromEntries(
              Object.entries(cases).map(([name, asked]) => [name, busiestOf(asked)]),
            ),
          ),
      },
    };
  },
} satisfies SimulatingExperiment;

const onEight = { devices: 8, spares: 0 };

const cases: Record<string, Asked> = {
  mixed16: { kinds: 6, users: 16, ...onEight },
  mixed64: { kinds: 6, users: 64, ...onEight },
  mixed256: { kinds: 6, users: 256, ...onEight },
  one16: { kinds: 1, users: 16, ...onEight },
  one64: { kinds: 1, users: 64, ...onEight },
  one256: { kinds: 1, users: 256, ...onEight },
  one256with4: { kinds: 1, users: 256, devices: 8, spares: 4 },
  one256with8: { kinds: 1, users: 256, devices: 8, spares: 8 },
  one256with16: { kinds: 1, users: 256, devices: 8, spares: 16 },
  mixed256on2: { kinds: 6, users: 256, devices: 2, spares: 0 },
  mixed256on4: { kinds: 6, users: 256, devices: 4, spares: 0 },
  mixed256on16: { kinds: 6, users: 256, devices: 16, spares: 0 },
  one256on2: { kinds: 1, users: 256, devices: 2, spares: 0 },
  one256on4: { kinds: 1, users: 256, devices: 4, spares: 0 },
  one256on16: { kinds: 1, users: 256, devices: 16, spares: 0 },
};

/** How many assignments each expert had in the rows that are looked at. */
function workOf({ experts, length }: Choices, calls: number[][], looked: (row: number) => boolean) {
  const work = new Array<number>(experts).fill(0);
  calls.forEach((call, token) => {
    if (looked(Math.floor(token / length))) for (const expert of call) work[expert]++;
  });
  return work;
}

/** The trace handed in, or dice where there is none. */
function traceIn({ model }: Inputs): Choices {
  if (model && 'model' in model) return fromModel(model.model);
  const shape = { experts: 16, topK: 2, length: 64 };
  const kinds = Array.from({ length: 48 }, (_, row) => Math.floor(row / 8));
  const chosen = byDice(shape, kinds.length * shape.length, uniforms(1, 'served by dice')).flat();
  return { ...shape, kinds, layers: [{ chosen }] };
}

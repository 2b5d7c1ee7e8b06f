import { describe, expect, it } from 'vitest';
import type { Ready } from '../../src/engine/ready';
import { Shelf } from '../../src/engine/worker/shelf';
import type { Inputs, Settings } from '../../src/model/experiments/types';

const target = { target: { shape: [4], data: new Float32Array(4) } };
let released: string[] = [];

function ready(
  settings: Settings,
  { seed = 1, captured = true, bytes = 10, inputs = target as Inputs } = {},
): Ready {
  const name = JSON.stringify(settings);
  return {
    opened: {
      live: ['rate'],
      settings,
      seed,
      inputs,
      close: () => released.push(name),
    },
    trainer: { captured, bytes, dispose: () => released.push(`trainer of ${name}`) },
    first: {},
  } as unknown as Ready;
}

describe('a shelf of captured sessions', () => {
  it('gives back the session of the same settings, whatever the live ones say', () => {
    const shelf = new Shelf();
    const two = ready({ experts: 2, rate: 1 });
    shelf.put(two);
    shelf.put(ready({ experts: 4, rate: 1 }));
    expect(
      shelf.take({ settings: { experts: 8, rate: 1 }, seed: 1, inputs: target }),
    ).toBeUndefined();
    expect(
      shelf.take({ settings: { experts: 2, rate: 1 }, seed: 2, inputs: target }),
    ).toBeUndefined();
    const longer = { target: { shape: [5], data: new Float32Array(5) } };
    expect(
      shelf.take({ settings: { experts: 2, rate: 1 }, seed: 1, inputs: longer }),
    ).toBeUndefined();
    expect(shelf.take({ settings: { experts: 2, rate: 7 }, seed: 1, inputs: target })).toBe(two);
    expect(
      shelf.take({ settings: { experts: 2, rate: 7 }, seed: 1, inputs: target }),
    ).toBeUndefined();
  });

  it('gives back no session of another text', () => {
    const shelf = new Shelf();
    const read = ready({ experts: 2 }, { inputs: { text: { text: 'a' } } });
    shelf.put(read);
    const made = { settings: { experts: 2 }, seed: 1 };
    expect(shelf.take({ ...made, inputs: { text: { text: 'b' } } })).toBeUndefined();
    expect(shelf.take({ ...made, inputs: {} })).toBeUndefined();
    expect(shelf.take({ ...made, inputs: { text: { text: 'a' } } })).toBe(read);
  });

  it('keeps four, the latest, and releases the others with their trainers', () => {
    released = [];
    const shelf = new Shelf();
    for (const experts of [1, 2, 3, 4, 5]) shelf.put(ready({ experts }));
    expect(released).toEqual(['trainer of {"experts":1}', '{"experts":1}']);
    shelf.clear();
    expect(released).toHaveLength(10);
    expect(shelf.take({ settings: { experts: 5 }, seed: 1, inputs: target })).toBeUndefined();
  });

  it('holds no more bytes than its bound, and nothing that was not captured', () => {
    released = [];
    const shelf = new Shelf();
    shelf.put(ready({ experts: 1 }, { captured: false }));
    expect(released).toHaveLength(2);
    const large = 40 * 2 ** 20;
    shelf.put(ready({ experts: 2 }, { bytes: large }));
    shelf.put(ready({ experts: 3 }, { bytes: large }));
    expect(released).toHaveLength(4);
    expect(shelf.take({ settings: { experts: 3 }, seed: 1, inputs: target })).toBeDefined();
  });
});

/**
 * Takes the world away from the worker in which a reader's code runs: network, storage, other
 * workers, and every way to make code out of text but the one handed back. The page stays as it is
 * whatever happens here; this keeps the code from reaching anyone else.
 */

const gone = [
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'WebSocketStream',
  'EventSource',
  'WebTransport',
  'RTCPeerConnection',
  'RTCDataChannel',
  'Worker',
  'SharedWorker',
  'BroadcastChannel',
  'MessageChannel',
  'indexedDB',
  'caches',
  'cookieStore',
  'importScripts',
  'FontFace',
  'Notification',
  'eval',
  'Function',
  // What the page hears is said by ours alone.
  'postMessage',
  'close',
];

const goneOfNavigator = [
  'sendBeacon',
  'serviceWorker',
  'storage',
  'locks',
  'credentials',
  'usb',
  'serial',
  'hid',
  'bluetooth',
  'connection',
];

/** Kinds of lists that take memory at once. */
const lists = [
  'ArrayBuffer',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
] as const;

/** Bytes that code may ask for before it lets the worker breathe. */
const mostBytes = 1e9;

/**
 * The kinds of lists as a reader's code has them: together they give a gigabyte and no more until
 * the code comes back. By name, since the library's own go on as they are.
 */
function boundLists(): Record<string, unknown> {
  let asked = 0;
  const take = (bytes: number) => {
    if (asked === 0)
      setTimeout(() => {
        asked = 0;
      });
    asked += bytes;
    if (asked > mostBytes)
      throw new RangeError('the code asks for more than a gigabyte of memory.');
  };
  return Object.fromEntries(
    lists.map((name) => {
      const Real = globalThis[name];
      const size = 'BYTES_PER_ELEMENT' in Real ? Real.BYTES_PER_ELEMENT : 1;
      const bound = new Proxy(Real, {
        construct(target, given, asWhat) {
          const [first] = given as unknown[];
          const length =
            typeof first === 'number'
              ? first
              : Number((first as { length?: number } | undefined)?.length ?? 0);
          take(length * size);
          return Reflect.construct(target, given, asWhat);
        },
      });
      // A list's own way to its maker.
      Object.defineProperty(Real.prototype, 'constructor', { value: bound });
      return [name, bound];
    }),
  );
}

/**
 * From now on nobody changes what all code of the worker stands on: a cell that tries is told, and
 * the next one finds lists, records and numbers as they are.
 */
export function freezeGround(): void {
  const kinds: unknown[] = [
    Object,
    Array,
    // Of functions: their maker is gone by now.
    Object.getPrototypeOf(freezeGround),
    Promise,
    Map,
    Set,
    WeakMap,
    String,
    Number,
    Boolean,
    Symbol,
    RegExp,
    Date,
    Math,
    JSON,
    Reflect,
    ...lists.map((name) => globalThis[name]),
    Object.getPrototypeOf(Uint8Array),
    Object.getPrototypeOf([][Symbol.iterator]()),
  ];
  for (const kind of kinds) {
    const { prototype } = kind as { prototype?: object };
    Object.freeze(kind);
    if (prototype) Object.freeze(prototype);
  }
}

/**
 * Makes strict functions out of text; nothing else can from now on. What they make lists with is
 * bounded.
 */
export function lockdown(world: Record<string, unknown> = globalThis as never) {
  const Make = Function;
  // The line of a cell may stand deep below the library's own calls.
  Error.stackTraceLimit = 60;
  const kinds = [
    function plain() {},
    async function later() {},
    function* many() {},
    async function* manyLater() {},
  ];
  for (const kind of kinds) refuse(Object.getPrototypeOf(kind), 'constructor');
  for (const name of gone) remove(world, name);
  const { navigator } = world;
  if (navigator) for (const name of goneOfNavigator) remove(navigator as object, name);
  const bound = boundLists();
  return (names: string[], body: string): ((...given: unknown[]) => unknown) => {
    const more = Object.keys(bound).filter((name) => !names.includes(name));
    const made = Make(...names, ...more, `'use strict';${body}`);
    return (...given) =>
      made(...names.map((_, i) => given[i]), ...more.map((name) => bound[name])) as unknown;
  };
}

/** Off the object and everything that it inherits from. */
function remove(from: object, name: string): void {
  for (let each: object | null = from; each; each = Object.getPrototypeOf(each)) {
    if (!Object.hasOwn(each, name)) continue;
    try {
      Object.defineProperty(each, name, { value: undefined, configurable: false, writable: false });
    } catch {
      // What cannot be redefined cannot be called by a name that is hidden either.
    }
  }
}

function refuse(from: object, name: string): void {
  Object.defineProperty(from, name, {
    value: () => {
      throw new Error('Code cannot be made out of text here.');
    },
    configurable: false,
    writable: false,
  });
}

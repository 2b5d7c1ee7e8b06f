/**
 * Takes the world away from the worker in which a reader's code runs: network, storage, other
 * workers, and every way to make code out of text but the one handed back. The page stays as it is
 * whatever happens here; this keeps the code from reaching anyone else.
 */

/**
 * What stays of the world: the language, the clock, and what TensorFlow.js computes with. All else
 * goes, so that what browsers may bring tomorrow is gone as well.
 */
const language =
  'Object Array Number parseFloat parseInt Infinity NaN undefined Boolean String Symbol Date Promise RegExp Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError SuppressedError globalThis JSON Math Intl ArrayBuffer Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array BigUint64Array BigInt64Array Uint8ClampedArray Float16Array Float32Array Float64Array DataView Map BigInt Set Iterator WeakMap WeakSet Proxy Reflect FinalizationRegistry WeakRef decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape isFinite isNaN';
const kept = new Set(
  `${language} self navigator name console performance Performance setTimeout clearTimeout setInterval clearInterval queueMicrotask requestAnimationFrame cancelAnimationFrame structuredClone atob btoa crypto TextEncoder TextDecoder URL DOMException Event EventTarget MessageEvent MessagePort ErrorEvent PromiseRejectionEvent AbortController AbortSignal addEventListener removeEventListener dispatchEvent WebAssembly WorkerNavigator WorkerGlobalScope DedicatedWorkerGlobalScope constructor`.split(
    ' ',
  ),
);
/** TensorFlow.js keeps itself under names with a line before them. */
const staysInWorld = (name: string) => kept.has(name) || /^(GPU|WGSL|on|_)/.test(name);

/** Of the navigator: the graphics device, and what TensorFlow.js asks to know where it is. */
const keptOfNavigator = new Set([
  'gpu',
  'userAgent',
  'vendor',
  'product',
  'platform',
  'constructor',
]);

/** Ways to bytes that run; instances of what is compiled already may still be made. */
const goneOfWebAssembly = [
  'Memory',
  'Module',
  'compile',
  'compileStreaming',
  'instantiate',
  'instantiateStreaming',
];

const noCode = 'Code cannot be made out of text here.';

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
  for (const name of language.split(' '))
    if (Object.getOwnPropertyDescriptor(globalThis, name)?.configurable)
      Object.defineProperty(globalThis, name, { writable: false, configurable: false });
}

/**
 * Makes strict functions out of text; nothing else can from now on. What they make lists with is
 * bounded.
 */
export function lockdown(world: Record<string, unknown> = globalThis as never) {
  const Make = Function;
  // The line of a cell may stand deep below the library's own calls, and is nobody's to hide.
  Object.defineProperty(Error, 'stackTraceLimit', { value: 60, writable: false });
  Object.defineProperty(Error, 'prepareStackTrace', { value: undefined, writable: false });
  const kinds = [
    function plain() {},
    async function later() {},
    function* many() {},
    async function* manyLater() {},
  ];
  for (const kind of kinds) refuse(Object.getPrototypeOf(kind), 'constructor');
  for (const name of namesOf(world)) if (!staysInWorld(name)) remove(world, name);
  const { navigator, WebAssembly: assembly } = world as Record<string, object | undefined>;
  for (const name of navigator ? namesOf(navigator) : [])
    if (!keptOfNavigator.has(name)) remove(navigator!, name);
  for (const name of assembly ? goneOfWebAssembly : []) remove(assembly!, name);
  for (const name of ['setTimeout', 'setInterval']) onlyFunctions(world, name);
  const bound = boundLists();
  return (names: string[], body: string): ((...given: unknown[]) => unknown) => {
    const more = Object.keys(bound).filter((name) => !names.includes(name));
    const made = Make(...names, ...more, `'use strict';${body}`);
    return (...given) =>
      made(...names.map((_, i) => given[i]), ...more.map((name) => bound[name])) as unknown;
  };
}

/** Off the object and everything that it inherits from. */
function remove(from: object, name: string, value?: unknown): void {
  for (let each: object | null = from; each; each = Object.getPrototypeOf(each)) {
    if (!Object.hasOwn(each, name)) continue;
    try {
      Object.defineProperty(each, name, { value, configurable: false, writable: false });
    } catch {
      // What cannot be redefined cannot be called by a name that is hidden either.
    }
  }
}

/** Names of an object and of everything that it inherits from, but what every object has. */
function namesOf(from: object): string[] {
  const names: string[] = [];
  for (let each = from; each && each !== Object.prototype; each = Object.getPrototypeOf(each))
    names.push(...Object.getOwnPropertyNames(each));
  return names;
}

/** A timer takes text for code, too. */
function onlyFunctions(world: Record<string, unknown>, name: string): void {
  const real = world[name];
  if (typeof real !== 'function') return;
  const value = (run: unknown, ...more: unknown[]): unknown => {
    if (typeof run !== 'function') throw new Error(noCode);
    return Reflect.apply(real, globalThis, [run, ...more]);
  };
  remove(world, name, value);
}

function refuse(from: object, name: string): void {
  Object.defineProperty(from, name, {
    value: () => {
      throw new Error(noCode);
    },
    configurable: false,
    writable: false,
  });
}

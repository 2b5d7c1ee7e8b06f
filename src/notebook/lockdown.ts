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

/** Makes strict functions out of text; nothing else can from now on. */
export function lockdown(world: Record<string, unknown> = globalThis as never) {
  const Make = Function;
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
  return (names: string[], body: string): ((...given: unknown[]) => void) =>
    Make(...names, `'use strict';${body}`) as never;
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

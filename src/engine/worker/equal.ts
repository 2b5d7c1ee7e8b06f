/** True if two values of plain data and typed arrays, as messages carry them, say the same. */
export function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (!isObject(a) || !isObject(b)) return false;
  if (ArrayBuffer.isView(a) || ArrayBuffer.isView(b)) return sameNumbers(a, b);
  const names = Object.keys(a);
  return (
    Array.isArray(a) === Array.isArray(b) &&
    names.length === Object.keys(b).length &&
    names.every((name) => name in b && equal(a[name], b[name]))
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

function sameNumbers(a: unknown, b: unknown): boolean {
  const [one, other] = [a, b] as Float32Array[];
  if (one.constructor !== other.constructor || one.length !== other.length) return false;
  return one.every((value, i) => Object.is(value, other[i]));
}

/** A short name for a long text: equal texts have equal names, and others hardly ever. */
export function hashOf(text: string): string {
  let [a, b] = [0x811c9dc5, 0x9e3779b9];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b) ^ (b >>> 13);
  }
  const word = (x: number) => (x >>> 0).toString(16).padStart(8, '0');
  return `${word(a)}${word(b ^ Math.imul(text.length, 0x27d4eb2f))}`;
}

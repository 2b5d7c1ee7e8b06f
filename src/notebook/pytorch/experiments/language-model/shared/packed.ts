/** Numbers as text in a program: compressed, and then in letters. */

/** zlib of the bytes, in base64. */
export async function packed(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'));
  const small = new Uint8Array(await new Response(stream).arrayBuffer());
  let letters = '';
  // A few thousand at a time: more would be too many arguments.
  for (let at = 0; at < small.length; at += 4096)
    letters += String.fromCharCode(...small.subarray(at, at + 4096));
  return btoa(letters);
}

/** Tokens as bytes where a byte can name them all, else as pairs of bytes, and NumPy's word for it. */
export function bytesOf(tokens: Int32Array, words: number) {
  if (words <= 256) return { bytes: Uint8Array.from(tokens), dtype: 'u1' };
  const bytes = new Uint8Array(tokens.length * 2);
  const view = new DataView(bytes.buffer);
  tokens.forEach((token, i) => {
    view.setUint16(2 * i, token, true);
  });
  return { bytes, dtype: '<u2' };
}

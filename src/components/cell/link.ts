/** Code in an address: compressed, in letters that addresses have, at most eight thousand of them. */

const mostInAddress = 8192;

const letters = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');

const bytes = (word: string) =>
  Uint8Array.from(atob(word.replaceAll('-', '+').replaceAll('_', '/')), (letter) =>
    letter.charCodeAt(0),
  );

const through = async (given: Uint8Array, stream: GenericTransformStream) =>
  new Uint8Array(
    await new Response(new Blob([given as BlobPart]).stream().pipeThrough(stream)).arrayBuffer(),
  );

/** Rejects with a sentence where the code is too long for an address. */
export async function encodeCode(source: string): Promise<string> {
  const packed = await through(
    new TextEncoder().encode(source),
    new CompressionStream('deflate-raw'),
  );
  const word = letters(packed);
  if (word.length > mostInAddress)
    throw new Error(
      `The code takes ${word.length.toLocaleString('en-US')} characters of an address; at most ${mostInAddress.toLocaleString('en-US')} are allowed. Copy the text itself.`,
    );
  return word;
}

/** Rejects with a sentence where the word is no code. */
export async function decodeCode(word: string): Promise<string> {
  const refused = new Error(
    'The address carries code that cannot be read; the library’s own stands here instead.',
  );
  if (word.length > mostInAddress) throw refused;
  try {
    const text = await through(bytes(word), new DecompressionStream('deflate-raw'));
    return new TextDecoder('utf-8', { fatal: true }).decode(text);
  } catch {
    throw refused;
  }
}

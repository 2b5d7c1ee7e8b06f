/** What an author may get wrong in a free cell, in sentences. */
import { analysed } from '../notebook/free/analyse';

const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** The code of a fenced block as the build has made it. Throws a sentence where a page could not run it. */
export function codeIn(file: string, id: string, html: string): string {
  const who = `${file}: <FreeCell id="${id}">`;
  if (!/^[a-z][\w-]*$/.test(id))
    throw new Error(`${who} needs an id of letters, digits and hyphens that begins with a letter.`);
  const blocks = [...html.matchAll(/<pre[\s>][\s\S]*?<\/pre>/g)];
  if (blocks.length !== 1)
    throw new Error(
      `${who} holds one fenced block of code, between \`\`\`ts and \`\`\`; it holds ${blocks.length}.`,
    );
  const code = blocks[0][0]
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
      if (name) return entities[name] ?? whole;
      return String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal));
    })
    .trimEnd();
  try {
    analysed(code);
  } catch (error) {
    throw new Error(`${who}: ${(error as Error).message}`);
  }
  return code;
}

/**
 * TeX becomes MathML at build. In MDX only an MDX node survives as it is: raw HTML would be read
 * as Markdown once more, and its underscores would become emphasis.
 */
import type { MdastPluginDefinition } from 'satteri';
import temml from 'temml';

/** MathML of a formula. Throws a sentence with the formula where TeX is wrong. */
export function toMathML(tex: string, display = false): string {
  let html: string;
  try {
    html = temml.renderToString(tex, { displayMode: display, annotate: false, throwOnError: true });
  } catch (error) {
    throw new Error(`The formula ${tex} is not valid TeX: ${(error as Error).message}`);
  }
  return withoutStyles(html, tex);
}

/** Inline styles that Temml writes → a class of src/styles/math.css. */
const classes: Record<string, string> = {
  'display:block math;': '',
  'display:inline math;': '',
  'padding-left:0em;padding-right:0em;': 'tml-tight',
};

/** The page's policy forbids inline styles: classes stand for those that Temml writes. */
function withoutStyles(html: string, tex: string): string {
  return html.replace(/<(\w+)([^>]*?) style="([^"]*)"([^>]*)>/g, (_, tag, before, style, after) => {
    const own = classes[style.replace(/\s*([:;])\s*/g, '$1')];
    if (own === undefined && !(style in classes))
      throw new Error(
        `The formula ${tex} needs the style "${style}", which the page's policy forbids. Write it otherwise, or give the style a class in src/integrations/math.ts.`,
      );
    const attributes = before + after;
    const name = own ?? classes[style];
    if (!name) return `<${tag}${attributes}>`;
    return attributes.includes('class="')
      ? `<${tag}${attributes.replace('class="', `class="${name} `)}>`
      : `<${tag}${attributes} class="${name}">`;
  });
}

/** Display maths may be wider than a narrow screen: it scrolls in a box of its own. */
export const displayMath = (tex: string) =>
  `<div class="math-row" tabindex="0" role="group" aria-label="Formula">${toMathML(tex, true)}</div>`;

export function math(): MdastPluginDefinition {
  const fragment = (type: 'mdxJsxTextElement' | 'mdxJsxFlowElement', html: string) => ({
    type,
    name: 'Fragment',
    attributes: [{ type: 'mdxJsxAttribute' as const, name: 'set:html', value: html }],
    children: [],
  });
  return {
    name: 'math',
    inlineMath(node, ctx) {
      ctx.replaceNode(node, fragment('mdxJsxTextElement', toMathML(node.value)) as never);
    },
    math(node, ctx) {
      ctx.replaceNode(node, fragment('mdxJsxFlowElement', displayMath(node.value)) as never);
    },
  };
}
